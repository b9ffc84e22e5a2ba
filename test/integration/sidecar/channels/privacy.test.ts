/** Two people on one channel: whatever happens to their conversations, nothing of one is in a request of the other. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { directFrom } from "../../../helpers/channel/channel-gateway.ts";
import { Platform } from "../../../helpers/channel/platform.ts";
import { TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { FakeProvider } from "../../../helpers/models/fake-provider.ts";
import { answered } from "../../../helpers/models/reply.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { type CliProcess, startNode } from "../../../helpers/process/cli.ts";
import { runBuilt } from "../../../helpers/process/run-built.ts";
import { testProgram } from "../../../helpers/run/test-programs.ts";

const PROGRAM = testProgram("fixtures/channel/gateway");
/** Each person's words hold his own. */
const SECRETS = { ann: "aardvark", bob: "bumblebee" } as const;
type Person = keyof typeof SECRETS;

test("case 3: no byte of one in any request of the other, also after reset, compaction, import and restart", async ({
  home,
}) => {
  const [platform, provider] = await Promise.all([Platform.start(), FakeProvider.start()]);
  // The answers of a model hold what it was told.
  provider.script(({ body }) => answered(`I heard ${wordsIn(body).join(" ")}`));
  home.writeConfig({
    gateway: { mode: "local", port: await freePort(), auth: { mode: "token", token: TEST_TOKEN } },
    commands: { ownerAllowFrom: ["fixture:ann"] },
    channels: { fixture: { url: platform.url, allowFrom: ["bob"] } },
    agents: { defaults: { model: "anthropic/claude-haiku-4-5", workspace: join(home.path, "clawd") } },
    models: { providers: { anthropic: { baseUrl: provider.url, apiKey: "sk-ant-secret" } } },
  });
  const stateDir = join(home.path, "former");
  writeHistories(stateDir);
  const bringIn = () => runBuilt(["sessions", "import", "--from", stateDir], { env: home.env() });
  expect(await bringIn()).toMatchObject({ code: 0 });
  let program = await start(home);
  let count = 0;
  const say = async (person: Person, text: string, messages = 1) => {
    const before = platform.textsIn(`dm-${person}`).length;
    platform.deliver(directFrom(person, text));
    await platform.until(() => platform.textsIn(`dm-${person}`).length === before + messages);
    return platform.textsIn(`dm-${person}`).at(-1) ?? "";
  };
  const both = async () => {
    for (const person of ["ann", "bob", "ann", "bob"] as const) {
      count += 1;
      const asked = provider.requests.length;
      const answer = await say(person, `${SECRETS[person]} number ${count}`);
      expect(answer).toContain(SECRETS[person]);
      expect(provider.requests.length).toBeGreaterThan(asked);
    }
  };

  await both();
  const asked = provider.requests.length;
  for (const person of ["ann", "bob"] as const) await say(person, "/compact");
  expect(provider.requests.length).toBeGreaterThan(asked + 1);
  await both();
  await Promise.all([say("ann", `/new ${SECRETS.ann} anew`, 2), say("bob", `/new ${SECRETS.bob} anew`, 2)]);
  await both();
  await program.stop();
  expect(await bringIn()).toMatchObject({ code: 0 });
  program = await start(home);
  await both();
  await program.stop("SIGKILL");
  program = await start(home);
  await both();
  expect(await say("bob", `/search ${SECRETS.ann}`)).toBe("You may not use /search here.");
  await program.stop();

  const words = provider.requests.map(({ body }) => wordsIn(body));
  expect(words.filter((each) => each.length > 1)).toEqual([]);
  expect(words.filter(([word]) => word === SECRETS.ann).length).toBeGreaterThan(8);
  expect(words.filter(([word]) => word === SECRETS.bob).length).toBeGreaterThan(8);
  expect(platform.textsIn("dm-bob").filter((text) => text.includes(SECRETS.ann))).toEqual([]);
  expect(platform.textsIn("dm-ann").filter((text) => text.includes(SECRETS.bob))).toEqual([]);
  await Promise.all([platform.stop(), provider.stop()]);
});

/** Whose words a request holds, anywhere in it. */
function wordsIn(body: Record<string, unknown>): string[] {
  const text = JSON.stringify(body);
  return Object.values(SECRETS).filter((secret) => text.includes(secret));
}

async function start(home: TempHome): Promise<CliProcess> {
  const program = startNode([PROGRAM], { env: home.env(), timeoutMs: 120_000 });
  await program.waitFor(/listening since/);
  return program;
}

/** Of the original, with a long conversation of each: enough to be shortened. */
function writeHistories(stateDir: string): void {
  const folder = join(stateDir, "agents/main/sessions");
  mkdirSync(folder, { recursive: true });
  const sessions: Record<string, object> = {};
  for (const [key, person, sessionId] of [
    ["agent:main:main", "ann", "aaaaaaaa-1111-4111-8111-111111111111"],
    ["agent:main:fixture:dm:bob", "bob", "bbbbbbbb-1111-4111-8111-111111111111"],
  ] as const) {
    sessions[key] = { sessionId, updatedAt: Date.now() };
    const lines: object[] = [
      { type: "session", version: 3, id: sessionId, timestamp: new Date().toISOString(), cwd: "/" },
    ];
    for (let index = 0; index < 120; index += 1) {
      const timestamp = new Date(Date.now() - (200 - index) * 60_000);
      const role = index % 2 === 0 ? "user" : "assistant";
      const said = `${SECRETS[person]} number ${index} of long ago. ${"And some more words of it. ".repeat(60)}`;
      lines.push({
        type: "message",
        id: index.toString(16).padStart(8, "0"),
        parentId: index === 0 ? null : (index - 1).toString(16).padStart(8, "0"),
        timestamp: timestamp.toISOString(),
        message: {
          role,
          content: [{ type: "text", text: said }],
          timestamp: timestamp.getTime(),
          ...(role === "assistant" && { api: "x", provider: "x", model: "x", stopReason: "stop" }),
        },
      });
    }
    writeFileSync(
      join(folder, `${sessionId}.jsonl`),
      lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
    );
  }
  writeFileSync(join(folder, "sessions.json"), JSON.stringify(sessions));
}
