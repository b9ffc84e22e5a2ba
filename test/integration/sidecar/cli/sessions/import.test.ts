/** `clawdbot sessions import` and `export` with the files of the original, as processes on a home of their own. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "@playwright/test";
import { startGatewayProcess } from "../../../../helpers/gateway/gateway-process.ts";
import { createTempHome, type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { treeChecksum } from "../../../../helpers/home/tree-checksum.ts";
import { PNG_BASE64 } from "../../../../helpers/media/files.ts";
import { runCli } from "../../../../helpers/process/cli.ts";
import { runBuilt } from "../../../../helpers/process/run-built.ts";

const FIXTURES = fileURLToPath(new URL("../../../../fixtures/histories/", import.meta.url));
const MAIN = "11111111-1111-4111-8111-111111111111";

/** What all of the fixtures come to. */
const COUNTS = {
  conversations: 7,
  former: 1,
  beside: [],
  entries: 30,
  offPath: 2,
  deliveries: 1,
  images: 1,
  withoutTranscript: ["agent:main:gone"],
  unreadable: [],
  putAside: 1,
};

async function clawdbot(home: TempHome, ...args: string[]) {
  return runBuilt(args, { env: home.env() });
}

async function importFrom(home: TempHome, from: string, ...args: string[]) {
  const { code, stdout } = await clawdbot(home, "sessions", "import", "--from", from, "--json", ...args);
  return { code, report: JSON.parse(stdout) as Record<string, unknown> };
}

async function exported(home: TempHome, key: string): Promise<unknown[]> {
  const { code, stdout, stderr } = await clawdbot(home, "sessions", "export", key);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return linesOf(stdout);
}

function linesOf(text: string): unknown[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** The lines of a fixture of version 3, without one that is torn or damaged. */
function original(name: string): unknown[] {
  const text = readFileSync(join(FIXTURES, "agents/main/sessions", name), "utf8");
  return text
    .split("\n")
    .filter((line) => line.startsWith("{") && line.endsWith("}"))
    .map((line) => JSON.parse(line));
}

test("a conversation whose key is longer than one may be is found by it all the same", async ({ home }) => {
  const from = join(home.path, "original");
  const folder = join(from, "agents", "main", "sessions");
  cpSync(join(FIXTURES, "agents/main/sessions"), folder, { recursive: true });
  const key = `agent:main:matrix:channel:${"!room".repeat(200)}`;
  writeFileSync(join(folder, "sessions.json"), JSON.stringify({ [key]: { sessionId: MAIN, updatedAt: 1 } }));

  const { code } = await importFrom(home, from);
  const again = await importFrom(home, from);

  expect([code, again.report.added]).toEqual([0, 0]);
  expect((await exported(home, key)).length).toBeGreaterThan(1);
});

test("case 24: a state folder imported twice gives equal counts, nothing twice, and stays as it was", async ({
  home,
}) => {
  const before = treeChecksum(FIXTURES);

  const looked = await importFrom(home, FIXTURES, "--dry-run");
  const first = await importFrom(home, FIXTURES);
  const again = await importFrom(home, FIXTURES);

  expect(looked).toMatchObject({ code: 0, report: { ...COUNTS, added: 0 } });
  expect(first).toMatchObject({ code: 0, report: { ...COUNTS, added: 30 } });
  expect(again).toMatchObject({ code: 0, report: { ...COUNTS, added: 0 } });
  expect(first.report.torn).toEqual([{ file: join(FIXTURES, `agents/main/sessions/${MAIN}.jsonl`) }]);
  expect(first.report.damaged).toMatchObject([{ lines: 1 }]);
  expect(treeChecksum(FIXTURES)).toBe(before);
});

test("case 24: an export is the transcript that was imported, and imports as equal entries", async ({
  home,
}) => {
  await importFrom(home, FIXTURES);
  const other = createTempHome("second home");
  try {
    const out = join(other.path, "out/agents/main/sessions");
    mkdirSync(out, { recursive: true });
    for (const name of readdirSync(join(FIXTURES, "agents/main/sessions"))) {
      if (!name.endsWith(".jsonl")) continue;
      const { stdout } = await clawdbot(home, "sessions", "export", basename(name, ".jsonl"));
      writeFileSync(join(out, name), stdout);
    }

    expect(linesOf(readFileSync(join(out, `${MAIN}.jsonl`), "utf8"))).toEqual(original(`${MAIN}.jsonl`));
    const back = await importFrom(other, join(other.path, "out"));
    expect(back).toMatchObject({ code: 0, report: { entries: 30, added: 30, offPath: 2, deliveries: 1 } });
    for (const name of readdirSync(out)) {
      const id = basename(name, ".jsonl");
      expect(await exported(other, id), name).toEqual(await exported(home, id));
    }
  } finally {
    other.dispose();
  }
});

test("a former version comes out as version 3, with ids and a tree", async ({ home }) => {
  await importFrom(home, FIXTURES);

  const [header, ...entries] = await exported(home, "review");

  expect(header).toMatchObject({ type: "session", version: 3, cwd: "/home/ada" });
  expect(entries).toMatchObject([
    { type: "message", id: "00000001", parentId: null },
    { type: "message", id: "00000002", parentId: "00000001" },
    { type: "compaction", id: "00000003", parentId: "00000002", firstKeptEntryId: "00000002" },
    { type: "message", id: "00000004", parentId: "00000003" },
  ]);
});

test("a gateway shows what was imported, without branches that were left and copies of what was sent", async ({
  home,
}) => {
  await importFrom(home, FIXTURES);
  const gateway = await startGatewayProcess(home);

  const listed = await clawdbot(home, "sessions", "--json");
  const params = JSON.stringify({ sessionKey: "main" });
  const shown = await clawdbot(home, "gateway", "call", "chat.history", "--params", params, "--json");
  const refused = await clawdbot(home, "sessions", "import", "--from", FIXTURES);
  await gateway.process.stop();

  const keys = (JSON.parse(listed.stdout).sessions as { key: string }[]).map(({ key }) => key);
  expect(keys).toEqual([
    "agent:main:gone",
    "agent:main:dm:bob",
    "agent:main:review",
    "agent:main:telegram:group:-100:topic:9",
    "agent:main:telegram:group:-100:topic:5",
    "agent:main:main",
  ]);
  expect(shown.stdout).toContain("日本語も覚えて 🎂");
  expect(shown.stdout).not.toMatch(/wrong chat|delivery-mirror|iVBOR/);
  // The original wrote no summary; what was said stands in its place.
  expect(shown.stdout).toContain("I will remind you on 2026-02-01.");
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/gateway stop/) });
});

test("an import that is killed after its first batch is made whole by the next one", async ({ home }) => {
  const from = join(home.path, "old state");
  cpSync(FIXTURES, from, { recursive: true });
  const killed = await runCli(["sessions", "import", "--from", from], {
    env: home.env({ CLAWDBOT_TEST_FAILPOINT: "import-batch" }),
  });

  const { report } = await importFrom(home, from);
  const whole = await exported(home, MAIN);

  expect(killed.signal).toBe("SIGKILL");
  expect(report).toMatchObject(COUNTS);
  expect(whole).toEqual(original(`${MAIN}.jsonl`));
});

test("a key that has another conversation here keeps it, and the imported one is kept beside", async ({
  home,
}) => {
  const gateway = await startGatewayProcess(home);
  await clawdbot(home, "agent", "--message", "I was here first");
  await gateway.process.stop();

  const { report } = await importFrom(home, FIXTURES);
  const current = await exported(home, "main");
  const former = await exported(home, MAIN);

  expect(report).toMatchObject({ ...COUNTS, beside: ["agent:main:main"], added: 30 });
  expect(JSON.stringify(current)).toContain("I was here first");
  expect(former).toEqual(original(`${MAIN}.jsonl`));
});

test("Markdown has what was said and no more, and nothing that drives a terminal", async ({ home }) => {
  await importFrom(home, FIXTURES);

  const { code, stdout } = await clawdbot(home, "sessions", "export", "main", "--markdown");

  expect(code).toBe(0);
  expect(stdout).toMatch(/^# agent:main:main\n\n## You, 2026-01-05 08:\d\d UTC\n\nRemember the cake/);
  expect(stdout).toContain("## Assistant, 2026-01-05");
  expect(stdout).not.toMatch(/wrong chat|holo_scan|thinkingSignature/);
});

test("what is not there is said in a line: no histories, an unknown conversation", async ({ home }) => {
  const nothing = await clawdbot(home, "sessions", "import");
  const unknown = await clawdbot(home, "sessions", "export", "agent:main:nobody");

  expect(nothing).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^There are no histories in .*\nFix: /),
  });
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringMatching(/"agent:main:nobody"/) });
  expect(unknown.stderr.trim().split("\n")).toHaveLength(1);
});

test("files of messages here come out as the original writes them, and come back equal", async ({ home }) => {
  const gateway = await startGatewayProcess(home);
  const attachments = [
    { fileName: "cat.png", mimeType: "image/png", content: PNG_BASE64 },
    { fileName: "list.txt", mimeType: "text/plain", content: btoa("milk") },
  ];
  const params = { sessionKey: "main", message: "Look", idempotencyKey: "one", attachments };
  await clawdbot(home, "gateway", "call", "chat.send", "--params", JSON.stringify(params));
  await clawdbot(home, "gateway", "call", "agent.wait", "--params", JSON.stringify({ runId: "one" }));
  await gateway.process.stop();
  const other = createTempHome("second home");
  const third = createTempHome("third home");

  try {
    const first = await clawdbot(home, "sessions", "export", "main");
    const markdown = await clawdbot(home, "sessions", "export", "main", "--markdown");
    const copies: string[] = [first.stdout];
    for (const each of [other, third]) {
      const out = join(each.path, "out/agents/main/sessions");
      mkdirSync(out, { recursive: true });
      writeFileSync(join(out, `${MAIN}.jsonl`), copies.at(-1) ?? "");
      await importFrom(each, join(each.path, "out"));
      copies.push((await clawdbot(each, "sessions", "export", MAIN)).stdout);
    }

    const [original, second, last] = copies.map(linesOf);
    expect(JSON.stringify(original)).toContain(
      JSON.stringify({ type: "image", data: PNG_BASE64, mimeType: "image/png", fileName: "cat.png" }),
    );
    expect(JSON.stringify(original)).toContain("[file: list.txt]");
    expect(JSON.stringify(original)).not.toContain("mediaId");
    expect(markdown.stdout).toContain("Look\n[image: cat.png]\n[file: list.txt]");
    expect(second?.slice(1)).toEqual(original?.slice(1));
    expect(last).toEqual(second);
  } finally {
    other.dispose();
    third.dispose();
  }
});
