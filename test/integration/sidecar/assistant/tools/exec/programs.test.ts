/** Programs that agents run: how they are heard, ended and remembered. Nothing of them stays when they were ended. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { isAlive } from "../../../../../../shared/node/process-identity.ts";
import { startHands, type TestHands } from "../../../../../helpers/assistant/hands.ts";
import { test as homeTest, type TempHome } from "../../../../../helpers/home/temp-home.ts";

const FULL = { tools: { exec: { security: "full" as const, ask: "off" as const } } };

const test = homeTest.extend<{ tools: TestHands }>({
  tools: async ({ home }, use) => {
    const tools = await startHands({ home: home.path, config: FULL });
    await use(tools);
    await tools.stop();
  },
});

/** A child, a grandchild, and one that left the group: their numbers are written down. */
const FAMILY =
  'sh -c \'echo $$ > one; sh -c "echo \\$\\$ > two; sleep 600" & setsid sh -c "echo \\$\\$ > three; sleep 600" & wait\'';

async function familyIn(workspace: string): Promise<number[]> {
  const files = ["one", "two", "three"].map((name) => join(workspace, name));
  await expect
    .poll(() => files.every((file) => existsSync(file) && readFileSync(file, "utf8").endsWith("\n")))
    .toBe(true);
  return files.map((file) => Number(readFileSync(file, "utf8")));
}

const sessionIn = (said: string) => /session ([\w-]+)\./.exec(said)?.[1] ?? "";

test("what a turn runs ends with all that it started when the turn is stopped", async ({ tools }) => {
  const abort = new AbortController();
  const result = tools.exec({ command: FAMILY }, { signal: abort.signal });
  const pids = await familyIn(tools.workspace);
  const before = pids.map((pid) => isAlive(pid));
  abort.abort("stop");
  await result;

  expect(before).toEqual([true, true, true]);
  await expect.poll(() => pids.map((pid) => isAlive(pid))).toEqual([false, false, false]);
});

test("an amount of time that is none is refused before anything runs", async ({ tools }) => {
  for (const [name, value] of [
    ["timeout", -1],
    ["timeout", "soon"],
    ["yieldMs", "x"],
  ] as const) {
    const said = await tools.exec({ command: "echo hello > written", [name]: value });

    expect(said).toContain(`${name} must be a whole number from 1, and is ${JSON.stringify(value)}`);
  }
  expect(existsSync(join(tools.workspace, "written"))).toBe(false);
});

test("and so does what went on beside it, when it is killed, times out, or the gateway stops", async ({
  home,
}) => {
  for (const way of ["kill", "timeout", "stop"] as const) {
    const tools = await startHands({ home: home.path, config: FULL });
    const said = await tools.exec({
      command: FAMILY,
      background: true,
      ...(way === "timeout" && { timeout: 1 }),
    });
    const pids = await familyIn(tools.workspace);
    if (way === "kill") await tools.process({ action: "kill", sessionId: sessionIn(said) });
    if (way === "stop") await tools.stop();
    await expect.poll(() => pids.map((pid) => isAlive(pid)), way).toEqual([false, false, false]);
    if (way !== "stop") await tools.stop();
    await tools.exec("rm one two three");
  }
});

test("a program that will not end is made to", async ({ tools }) => {
  const said = await tools.exec({
    command: "trap '' TERM; echo $$ > one; while :; do sleep 1; done",
    background: true,
  });
  const file = join(tools.workspace, "one");
  await expect.poll(() => existsSync(file) && readFileSync(file, "utf8").endsWith("\n")).toBe(true);
  const pid = Number(readFileSync(file, "utf8"));

  expect(await tools.process({ action: "kill", sessionId: sessionIn(said) })).toContain("Ended");
  expect(isAlive(pid)).toBe(false);
});

test("what it leaves behind by itself does not stay", async ({ tools }) => {
  await tools.exec("sleep 600 >/dev/null 2>&1 & echo $! > one");

  expect(isAlive(Number(readFileSync(join(tools.workspace, "one"), "utf8")))).toBe(false);
});

test("at the next start what a gateway ran that was killed is ended, and the conversation is told that it is lost", async ({
  home,
  tools,
}) => {
  const said = await tools.exec({ command: FAMILY, background: true });
  const pids = await familyIn(tools.workspace);
  // Another process of the gateway finds what this one, as far as it can tell, left.
  const next = await startHands({ home: home.path, config: FULL });
  const alive = pids.map((pid) => isAlive(pid));
  const again = await startHands({ home: home.path, config: FULL });
  const told = await historyOf(again);
  await Promise.all([next.stop(), again.stop()]);

  expect(sessionIn(said)).not.toBe("");
  expect(alive).toEqual([false, false, false]);
  expect(told.filter((line) => line.includes("Lost"))).toHaveLength(1);
});

/** What the next message of the conversation brings along. */
async function historyOf({ store }: TestHands): Promise<string[]> {
  await store.patch("agent:main:main", "main", {}, 1);
  const message = {
    idempotency: { scope: "test", key: crypto.randomUUID() },
    runId: crypto.randomUUID(),
    sessionKey: "agent:main:main",
    agentId: "main",
    channel: "webchat",
    sender: "owner",
    authority: "owner",
    origin: "chat",
    text: "hi",
    options: {},
  } as const;
  await store.accept(message, Date.now());
  const turn = await store.startNext(
    "agent:main:main",
    { holder: "test", runId: "r", limit: 100 },
    Date.now(),
  );
  return turn?.conversation.flatMap(({ message: each }) => JSON.stringify(each)) ?? [];
}

test("a command that takes longer goes on beside the turn; its end is told at the next one, with the end of its output", async ({
  tools,
}) => {
  const said = await tools.exec({ command: "sleep 0.3; echo the end", yieldMs: 50 });
  const id = sessionIn(said);
  await expect.poll(() => tools.process({ action: "list" })).toContain("(ended: exit code 0)");
  await expect.poll(async () => (await tools.hands.store.loseProcesses(Date.now())).length).toBe(0);

  expect(said).toContain("Still running in the background");
  expect((await historyOf(tools)).join("\n")).toMatch(new RegExp(`process ${id}.*exit code 0.*the end`, "s"));
});

test("a program is written to, read and forgotten", async ({ tools }) => {
  const id = sessionIn(
    await tools.exec({ command: "while read -r line; do echo got $line; done", background: true }),
  );
  await tools.process({ action: "write", sessionId: id, data: "one\n" });
  await tools.process({ action: "paste", sessionId: id, text: "two" });
  await tools.process({ action: "submit", sessionId: id });
  await tools.process({ action: "send-keys", sessionId: id, literal: "three", hex: ["0a"] });
  await expect
    .poll(() => tools.process({ action: "log", sessionId: id }))
    .toContain("got one\ngot two\ngot three");
  const poll = await tools.process({ action: "poll", sessionId: id });
  const nothing = await tools.process({ action: "poll", sessionId: id });
  const early = await tools.process({ action: "remove", sessionId: id });
  await tools.process({ action: "write", sessionId: id, eof: true });
  await expect.poll(() => tools.process({ action: "poll", sessionId: id })).toContain("(ended: exit code 0)");

  expect(poll).toContain("got three");
  expect(nothing).toBe("(nothing new)\n(running)");
  expect(early).toContain("still runs");
  expect(await tools.process({ action: "remove", sessionId: id })).toBe("Forgotten.");
  expect(await tools.process({ action: "poll", sessionId: id })).toContain("There is no session");
});

test("of much output the end is kept, and a secret is in none of it, however it is cut", async ({ home }) => {
  const secret = "tok-1234567890abcdef";
  const tools = await startHands({ home: home.path, config: FULL, env: { ACME_API_KEY: secret } });
  writeFileSync(
    join(tools.workspace, "lines.sh"),
    `for i in $(seq 1 9000); do echo "line $i is thirty characters"; done\n`,
  );
  const [half, rest] = [secret.slice(0, 7), secret.slice(7)];
  const id = sessionIn(
    await tools.exec({
      command: `printf '${half}'; sleep 0.2; printf '${rest}'; sh lines.sh; printf 'x%.0s' $(seq 1 90000); printf '${half}'; printf '${rest}'; sleep 0.2`,
      background: true,
    }),
  );
  let all = "";
  await expect
    .poll(async () => {
      const news = await tools.process({ action: "poll", sessionId: id });
      all += news;
      return news;
    })
    .toContain("(ended: exit code 0)");
  const kept = tools.hands.runs.get("main", id)?.run.output.text ?? "";
  await tools.stop();

  expect(kept.length).toBeLessThanOrEqual(200_000);
  expect(kept).toContain("line 9000 is");
  expect(kept).not.toContain("line 1 is");
  expect(kept).toMatch(/\[secret: [^\]]+\]$/);
  expect(all + kept).not.toContain(secret);
  expect(all + kept).not.toContain(rest);
});

test("its environment has nothing of what the gateway keeps, and what the call gives is no way around", async ({
  home,
}) => {
  const env = {
    ACME_API_KEY: "sk-acme-0123456789",
    MALLOC_ARENA_MAX: "2",
    NODE_OPTIONS: "--inspect",
    LD_PRELOAD: "x.so",
  };
  const tools = await startHands({ home: home.path, config: FULL, env });
  const names = (await tools.exec({ command: "env | cut -d= -f1 | sort", env: { WEATHER: "fine" } })).split(
    "\n",
  );
  const refused: string[] = [];
  for (const name of [
    "LD_PRELOAD",
    "DYLD_INSERT_LIBRARIES",
    "NODE_OPTIONS",
    "BASH_ENV",
    "ENV",
    "GIT_SSH_COMMAND",
    "PATH",
    "PYTHONPATH",
    "a b",
  ])
    refused.push(await tools.exec({ command: "true", env: { [name]: "x" } }));
  await tools.stop();

  expect(names).toEqual(expect.arrayContaining(["HOME", "LANG", "PATH", "WEATHER"]));
  expect(names.filter((name) => name in env)).toEqual([]);
  expect(refused.filter((said) => !said.includes("cannot be set"))).toEqual([]);
});

test("what is not served is refused, and a sandbox that is not there runs nothing", async ({
  home,
  tools,
}) => {
  const sandboxed = await startHands({
    home: home.path,
    config: { tools: { exec: { ...FULL.tools.exec, host: "sandbox" } } },
  });
  const said = [
    await tools.exec({ command: "touch made", host: "sandbox" }),
    await tools.exec({ command: "touch made", host: "node" }),
    await tools.exec({ command: "touch made", security: "deny" }),
    await tools.exec({ command: "touch made", workdir: "/nowhere" }),
    await sandboxed.exec("touch made"),
  ];
  await sandboxed.stop();

  expect(existsSync(join(tools.workspace, "made"))).toBe(false);
  expect(said.map((each) => /no sandbox|gateway alone|not allowed|no directory/.exec(each)?.[0])).toEqual([
    "no sandbox",
    "gateway alone",
    "not allowed",
    "no directory",
    "no sandbox",
  ]);
});

test("the stricter of configuration, file and call counts", async ({ home }: { home: TempHome }) => {
  const tools = await startHands({ home: home.path, config: FULL, owner: () => "deny" });
  const { file } = tools.hands;
  const outcomes: boolean[] = [];
  const ran = async (args: Record<string, unknown> = {}) => {
    await tools.exec({ command: "touch made", ...args });
    outcomes.push(existsSync(join(tools.workspace, "made")));
    rmSync(join(tools.workspace, "made"), { force: true });
  };
  await ran();
  await ran({ ask: "always" });
  file.replace({ version: 1, defaults: { security: "allowlist" } }, undefined);
  await ran();
  await ran({ security: "full", ask: "off" });
  file.replace(
    { version: 1, agents: { main: { security: "allowlist", allowlist: [{ pattern: "/usr/bin/TOUCH" }] } } },
    file.snapshot().hash,
  );
  await ran();
  file.replace(
    { version: 1, agents: { main: { security: "allowlist", allowlist: [{ pattern: "touch" }] } } },
    file.snapshot().hash,
  );
  await ran();
  writeFileSync(file.path, "{ not json");
  await ran();
  await tools.stop();

  // By itself; asked; by the file; the call cannot widen; by an entry; a bare name is none; by a file that nobody can read.
  expect(outcomes).toEqual([true, false, false, false, true, false, false]);
});
