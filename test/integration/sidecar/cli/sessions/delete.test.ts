/** `clawdbot sessions delete` against a running gateway: out of the lists, or gone for good. */
import { readdirSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { lookIntoDatabase, problemsIn } from "../../../../../sidecar/base/store/database.ts";
import { startGatewayProcess } from "../../../../helpers/gateway/gateway-process.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { PNG_BASE64, pictureOf } from "../../../../helpers/media/files.ts";
import { runBuilt } from "../../../../helpers/process/run-built.ts";

const clawdbot = (home: TempHome, ...args: string[]) => runBuilt(args, { env: home.env() });

async function say(home: TempHome, sessionKey: string, message: string, ...contents: string[]) {
  const runId = `${sessionKey} ${message}`;
  const attachments = contents.map((content) => ({ fileName: "a.png", mimeType: "image/png", content }));
  const params = { sessionKey, message, idempotencyKey: runId, attachments };
  await clawdbot(home, "gateway", "call", "chat.send", "--params", JSON.stringify(params));
  await clawdbot(home, "gateway", "call", "agent.wait", "--params", JSON.stringify({ runId }));
}

/** As if the files had come an hour ago: what came just now may belong to a message on its way. */
function age(home: TempHome): string[] {
  const folder = join(home.stateDir, "media");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const atS = Date.now() / 1_000 - 3_600;
  for (const { parentPath, name } of files) utimesSync(join(parentPath, name), atS, atS);
  return files.map(({ name }) => name).sort();
}

test("--purge erases words, index, former conversations and files that nothing else has, and says how many", async ({
  home,
}) => {
  const gateway = await startGatewayProcess(home);
  const [own, shared] = [pictureOf(100, 1).toString("base64"), PNG_BASE64];
  await say(home, "agent:main:secret", "before the purplefox reset", own);
  await clawdbot(home, "gateway", "call", "sessions.reset", "--params", '{"key":"agent:main:secret"}');
  await say(home, "agent:main:secret", "the purplefox again", shared);
  await say(home, "agent:main:other", "another one", shared);
  const before = age(home);

  const unasked = await clawdbot(home, "sessions", "delete", "agent:main:secret", "--purge");
  const erased = await clawdbot(home, "sessions", "delete", "agent:main:secret", "--purge", "--yes");
  const again = await clawdbot(home, "sessions", "delete", "agent:main:secret", "--purge", "--yes");
  await say(home, "agent:main:secret", "a new beginning");
  const left = age(home);
  await gateway.process.stop();

  expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining("pass --yes") });
  expect(erased).toMatchObject({ code: 0, stderr: "" });
  expect(erased.stdout).toMatch(/erased 4 entries, and 1 files that nothing else refers to/);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("There is no conversation") });
  expect([before.length, left.length]).toEqual([2, 1]);
  const bytes = ["clawdbot.db", "clawdbot.db-wal"].map((name) => {
    try {
      return readFileSync(join(home.stateDir, name), "latin1");
    } catch {
      return ""; // A store that was closed has no log.
    }
  });
  expect(bytes.join("")).not.toContain("purplefox");
  const database = await lookIntoDatabase(join(home.stateDir, "clawdbot.db"));
  expect(problemsIn(database)).toEqual([]);
  expect(() => database.exec("DELETE FROM entries")).toThrow();
  const guards = database.prepare("SELECT name FROM sqlite_master WHERE name = 'entries_are_kept'").all();
  expect(guards).toHaveLength(1);
  database.close();
});

test("without it a conversation is kept and stands in no list", async ({ home }) => {
  const gateway = await startGatewayProcess(home);
  await say(home, "agent:main:old", "hello");

  const deleted = await clawdbot(home, "sessions", "delete", "agent:main:old");
  const listed = await clawdbot(home, "sessions", "--json");
  const main = await clawdbot(home, "sessions", "delete", "main");
  const unknown = await clawdbot(home, "sessions", "delete", "nope", "--purge");
  const left = await clawdbot(home, "sessions", "delete", "agent:main:old", "--purge");
  const long = await clawdbot(home, "sessions", "delete", "k".repeat(5_000));
  await gateway.process.stop();

  expect(deleted.stdout).toContain(
    'the conversation "agent:main:old" stands in no list any more; it is kept',
  );
  expect(listed.stdout).not.toContain("agent:main:old");
  expect(main).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/main conversation, .* with clawdbot sessions delete main --purge\n$/),
  });
  expect(unknown).toMatchObject({
    code: 1,
    stderr: 'There is no conversation "nope"; see clawdbot sessions\n',
  });
  // It stands in no list, and can still be erased.
  expect(left).toMatchObject({ code: 2, stderr: expect.stringContaining("pass --yes") });
  expect(long).toMatchObject({
    code: 2,
    stderr: "<key>: at most 512 characters are taken, and there are 5000; give a shorter one\n",
  });
});
