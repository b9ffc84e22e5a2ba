/** `clawdbot chat` in a real terminal, against a gateway that runs. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, mergeTests } from "@playwright/test";
import { test as gatewayTest } from "../../../../helpers/gateway/running.ts";
import { connectWire, TEST_TOKEN } from "../../../../helpers/gateway/wire-client.ts";
import { test as homeTest, type TempHome } from "../../../../helpers/home/temp-home.ts";
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
  const words = [
    process.execPath,
    LAUNCHER,
    "chat",
    "--url",
    `ws://127.0.0.1:${port}`,
    "--token",
    TEST_TOKEN,
    "--timeout",
    "60000",
  ];
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

/** Types a message and sends it. */
function say(terminal: Terminal, text: string): void {
  terminal.type(text);
  terminal.press("Enter");
}

/** The label of the echo, which comes before what it repeats, however it is broken. */
const LABEL = "\\[local/echo:[^\\]]*\\]";

function echoOf(text: string): RegExp {
  return new RegExp(`^${LABEL}\\n\\n${text}$`, "m");
}

test("shows the answer below what was typed, leaves with Ctrl-D, and shows it again in the next chat", async ({
  home,
  start,
}) => {
  const { port } = await start();
  await chat(home, port, {}, async (terminal) => {
    await terminal.waitFor(READY);
    say(terminal, "Good morning, 日本 🙂");
    const text = await terminal.waitFor(echoOf("Good morning, 日本 🙂"));
    terminal.press("C-d");

    expect(await terminal.ended()).toBe(0);
    expect(text).toContain("> Good morning, 日本 🙂\n");
  });
  await chat(home, port, {}, async (terminal) => {
    const text = await terminal.waitFor(READY);
    terminal.press("Up");
    await terminal.waitFor(/^❯ Good morning, 日本 🙂$/m);
    terminal.press("Enter");
    const both = await terminal.waitFor(/shows more[\s\S]*\]\n\nGood morning, 日本 🙂\n\n❯ ?$/);
    say(terminal, "/exit");

    expect(await terminal.ended()).toBe(0);
    expect(text).toMatch(echoOf("Good morning, 日本 🙂"));
    expect(both.match(/^> Good morning/gm)).toHaveLength(2);
  });
  expect(statSync(join(home.stateDir, "chat-history.jsonl")).mode & 0o777).toBe(0o600);
});

test("takes several lines by Alt+Enter, a backslash and a paste, and sends them as one message", async ({
  home,
  start,
}) => {
  const { port } = await start();
  await chat(home, port, {}, async (terminal) => {
    await terminal.waitFor(READY);
    terminal.type("one");
    terminal.press("M-Enter");
    terminal.type("two\\");
    terminal.press("Enter");
    terminal.paste("three\nfour\tx");
    await terminal.waitFor(/^❯ one\n {2}two\n {2}three\n {2}four {4}x$/m);
    terminal.press("Enter");

    const text = await terminal.waitFor(echoOf("one\\ntwo\\nthree\\nfour {4}x"));

    expect(text).toContain("> one\n  two\n  three\n  four    x\n");
    terminal.press("C-d");
    expect(await terminal.ended()).toBe(0);
  });
});

test("stops the answer with Esc within moments, and goes on", async ({ home, start }) => {
  const { port } = await start();
  await chat(home, port, {}, async (terminal) => {
    await terminal.waitFor(READY);
    terminal.paste("word ".repeat(3_900));
    terminal.press("Enter");
    await terminal.waitFor(/\]\n\n(word )+/);
    terminal.press("Escape");
    await terminal.waitFor(/^Stopped\.$/m);
    say(terminal, "and now");

    expect(await terminal.waitFor(echoOf("and now"))).not.toMatch(/answering/);
    terminal.press("C-d");
    expect(await terminal.ended()).toBe(0);
  });
});

test("clears what is typed with the first Ctrl-C and leaves with the second", async ({ home, start }) => {
  const { port } = await start();
  await chat(home, port, {}, async (terminal) => {
    await terminal.waitFor(READY);
    terminal.type("never mind");
    await terminal.waitFor(/❯ never mind/);
    terminal.press("C-c");
    const text = await terminal.waitFor(/^Ctrl-C again leaves\n❯ ?$/m);
    terminal.press("C-c");

    expect(await terminal.ended()).toBe(0);
    expect(text).not.toContain("never mind");
  });
});

test("completes commands of the terminal with Tab and explains the keys", async ({ home, start }) => {
  const { port } = await start();
  await chat(home, port, { columns: 60 }, async (terminal) => {
    await terminal.waitFor(READY);
    terminal.type("/k");
    terminal.press("Tab");
    await terminal.waitFor(/^❯ \/keys/m);
    terminal.press("Enter");
    const text = await terminal.waitFor(/\/exit leaves\n\n❯ ?$/);
    terminal.type("/");
    terminal.press("Tab");
    const choices = await terminal.waitFor(/^ {2}\/keys +show/m);

    expect(choices).toMatch(/^ {2}\/exit +leave the chat$/m);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(60);
    terminal.press("C-c", "C-c");
    expect(await terminal.ended()).toBe(0);
  });
});

test("keeps words whole in 60 columns, and stays readable when the terminal grows narrower", async ({
  home,
  start,
}) => {
  const { port } = await start();
  await chat(home, port, { columns: 60, rows: 30 }, async (terminal) => {
    await terminal.waitFor(READY);
    say(terminal, "gateway ".repeat(30).trim());
    const wide = await terminal.waitFor(/\]\n\n(gateway\s+){30}❯ ?$/);
    terminal.type("half a sentence that takes more than forty columns");
    await terminal.waitFor(/forty columns/);
    terminal.resize(40, 30);
    await terminal.waitFor(/^❯ half a sentence that takes more than ?$/m);
    terminal.press("C-c");
    const narrow = await terminal.waitFor(/^❯ ?$/m);

    expect(wide.split("\n").filter((line) => /gatewa$|^y /.test(line))).toEqual([]);
    expect(wide.split("\n").every((line) => line.length < 60)).toBe(true);
    expect(narrow).not.toContain("half a sentence");
    expect(narrow.match(/^❯/gm)).toHaveLength(1);
    terminal.press("C-d");
    expect(await terminal.ended()).toBe(0);
  });
});

test("shows what others say in the conversation, cleaned of what would drive the terminal", async ({
  home,
  start,
}) => {
  const { port } = await start();
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });
  await chat(home, port, {}, async (terminal) => {
    await terminal.waitFor(READY);
    await client.request("chat.send", {
      sessionKey: "main",
      message: "from \u001b[31melsewhere\u001b[0m\u001b]0;title\u0007",
      idempotencyKey: "elsewhere-1",
    });

    const text = await terminal.waitFor(echoOf("from elsewhere"));

    expect(text).toContain("> from elsewhere\n");
    expect(terminal.colouredText()).not.toContain("[31m");
    terminal.press("C-d");
    expect(await terminal.ended()).toBe(0);
  });
});

test("prints no colour with NO_COLOR", async ({ home, start }) => {
  const { port } = await start();
  await chat(home, port, { env: { NO_COLOR: "1" } }, async (terminal) => {
    await terminal.waitFor(READY);
    say(terminal, "hi");
    await terminal.waitFor(echoOf("hi"));

    expect(terminal.colouredText()).not.toContain("\u001b[");
    terminal.press("C-d");
    await terminal.ended();
  });
});

test("reads lines in a terminal that can do nothing", async ({ home, start }) => {
  const { port } = await start();
  await chat(home, port, { env: { TERM: "dumb" } }, async (terminal) => {
    await terminal.waitFor(/^> ?$/m);
    say(terminal, "hi");
    const text = await terminal.waitFor(/^hi\n> ?$/m);
    terminal.press("C-d");

    expect(await terminal.ended()).toBe(0);
    expect(text).toMatch(/^> hi\n\[local\/echo/m);
  });
});
