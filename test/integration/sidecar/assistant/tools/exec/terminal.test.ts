/** Programs at a terminal of their own: they are typed to, and end as the others do. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { isAlive } from "../../../../../../shared/node/process-identity.ts";
import { startHands, type TestHands } from "../../../../../helpers/assistant/hands.ts";
import { test as homeTest } from "../../../../../helpers/home/temp-home.ts";

const test = homeTest.extend<{ tools: TestHands }>({
  tools: async ({ home }, use) => {
    const tools = await startHands({
      home: home.path,
      config: { tools: { exec: { security: "full", ask: "off" } } },
    });
    await use(tools);
    await tools.stop();
  },
});

const sessionIn = (said: string) => /session ([\w-]+)\./.exec(said)?.[1] ?? "";

test("what runs has a terminal, and without one it has none", async ({ tools }) => {
  const command = "test -t 0 && test -t 1 && test -t 2 && echo all three; stty size 2>&1; exit 3";

  expect(await tools.exec({ command, pty: true })).toBe("all three\n40 120\n(exit code 3)");
  expect(await tools.exec({ command })).toMatch(/^stty: .*\n\(exit code 3\)$/);
});

test("all that was said is there, its lines ending as everywhere, without what drives a terminal", async ({
  tools,
}) => {
  const said = await tools.exec({
    command: "printf '\\033[31mred\\033[0m\\n'; seq 1 5000",
    pty: true,
  });
  const lines = said.split("\n").slice(1);

  expect(["\r", "\u001b"].filter((each) => said.includes(each))).toEqual([]);
  expect(lines.at(-1)).toBe("5000");
  expect(lines.slice(-1_000)).toEqual(Array.from({ length: 1_000 }, (_, at) => String(4_001 + at)));
});

test("it is typed to with keys, and what asks for a word without showing it gets one", async ({ tools }) => {
  const command = `printf 'name? '; read -r name; stty -echo; read -r word; stty echo; printf '%s' "$name $word" > typed; trap 'echo caught > caught; exit 0' INT; while :; do sleep 0.1; done`;
  const sessionId = sessionIn(await tools.exec({ command, pty: true, background: true }));
  const log = () => tools.process({ action: "log", sessionId });
  const typed = join(tools.workspace, "typed");

  await expect.poll(log).toContain("name?");
  await tools.process({ action: "send-keys", sessionId, literal: "ada", keys: ["Enter"] });
  await expect.poll(log).toContain("ada");
  await tools.process({ action: "write", sessionId, data: "lovelace" });
  await tools.process({ action: "submit", sessionId });
  await expect.poll(() => existsSync(typed)).toBe(true);
  await expect.poll(() => readFileSync(typed, "utf8")).toBe("ada lovelace");
  await tools.process({ action: "send-keys", sessionId, keys: ["C-c"] });

  await expect.poll(() => existsSync(join(tools.workspace, "caught"))).toBe(true);
  await expect.poll(() => tools.process({ action: "poll", sessionId })).toContain("(ended: exit code 0)");
});

test("it ends with all that it started, when it is killed and when it takes too long", async ({ tools }) => {
  for (const way of ["kill", "timeout"] as const) {
    const said = await tools.exec({
      command: `(setsid sleep 600 & echo $! > far-${way}); sleep 600 & echo $! > near-${way}; wait`,
      pty: true,
      background: true,
      ...(way === "timeout" && { timeout: 2 }),
    });
    const files = [`far-${way}`, `near-${way}`].map((name) => join(tools.workspace, name));
    await expect
      .poll(() => files.every((file) => existsSync(file) && readFileSync(file, "utf8").endsWith("\n")))
      .toBe(true);
    const pids = files.map((file) => Number(readFileSync(file, "utf8")));
    if (way === "kill") await tools.process({ action: "kill", sessionId: sessionIn(said) });
    await expect.poll(() => pids.map((pid) => isAlive(pid)), way).toEqual([false, false]);
  }
});

test("it is a device of its own, and a signal that ends the program is told", async ({ tools }) => {
  expect(await tools.exec({ command: "tty", pty: true })).toMatch(/^\/dev\//);
  expect(await tools.exec({ command: "kill -9 $$", pty: true })).toContain("SIGKILL");
});
