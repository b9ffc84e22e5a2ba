/** `clawdbot chat` in a real terminal, against a gateway that runs. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, mergeTests } from "@playwright/test";
import { test as gatewayTest } from "../../../../helpers/gateway/running.ts";
import { TEST_TOKEN } from "../../../../helpers/gateway/wire-client.ts";
import { type TempHome, test as homeTest } from "../../../../helpers/home/temp-home.ts";
import { LAUNCHER } from "../../../../helpers/process/clawdbot.ts";
import { openTerminal, type Terminal } from "../../../../helpers/process/terminal.ts";
import { missingReason } from "../../../../helpers/run/desktop-needs.ts";

const test = mergeTests(gatewayTest, homeTest);
const missing = missingReason("terminal");
test.skip(missing !== undefined, missing ?? "");

/** The line for typing, empty. */
const READY = /^❯ ?$/m;

interface Screen {
  args?: string[];
  env?: Record<string, string>;
  columns?: number;
  rows?: number;
}

async function chat(
  home: TempHome,
  port: number,
  { args = [], env = {}, columns = 80, rows }: Screen,
  use: (terminal: Terminal) => Promise<void>,
): Promise<void> {
  const words = [process.execPath, LAUNCHER, "chat", "--url", `ws://127.0.0.1:${port}`, "--token", TEST_TOKEN];
  const terminal = openTerminal([...words, ...args], {
    env: home.env(env),
    columns,
    ...(rows === undefined ? {} : { rows }),
  });
  try {
    await use(terminal);
  } finally {
    terminal.close();
  }
}

test("answers below what was typed, and leaves with Ctrl-D", async ({ home, start }) => {
  const { port } = await start();
  await chat(home, port, {}, async (terminal) => {
    await terminal.waitFor(READY);
    terminal.type("Good morning, 日本 🙂");
    terminal.press("Enter");
    const text = await terminal.waitFor(/^Good morning, 日本 🙂$/m);
    terminal.press("C-d");

    expect(await terminal.ended()).toBe(0);
    expect(text).toMatch(/^> Good morning, 日本 🙂\n\n\[local\/echo: .*\]\n\nGood morning, 日本 🙂\n/m);
  });
  expect(statSync(join(home.stateDir, "chat-history.jsonl")).mode & 0o777).toBe(0o600);
});
