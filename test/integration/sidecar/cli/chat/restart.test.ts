/** A chat whose gateway is killed: nothing that was typed is lost, and nothing is said twice. */
import { expect, mergeTests } from "@playwright/test";
import { sleep, systemClock } from "../../../../../shared/clock.ts";
import { startGatewayProcess } from "../../../../helpers/gateway/gateway-process.ts";
import { TEST_TOKEN } from "../../../../helpers/gateway/wire-client.ts";
import { test as homeTest, type TempHome } from "../../../../helpers/home/temp-home.ts";
import { fakeModel } from "../../../../helpers/models/fake-model.ts";
import { test as providerTest } from "../../../../helpers/models/fake-provider.ts";
import { answered } from "../../../../helpers/models/reply.ts";
import { freePort } from "../../../../helpers/network/ports.ts";
import { LAUNCHER } from "../../../../helpers/process/clawdbot.ts";
import { runCli, startCli } from "../../../../helpers/process/cli.ts";
import { runBuilt } from "../../../../helpers/process/run-built.ts";
import { openTerminal, type Terminal } from "../../../../helpers/process/terminal.ts";
import { missingReason } from "../../../../helpers/run/desktop-needs.ts";
import { until } from "../../../../helpers/service/gateway-service.ts";

const test = mergeTests(homeTest, providerTest);
const missing = missingReason("terminal");
test.skip(missing !== undefined, missing ?? "");

const READY = /^❯ ?$/m;
const AGAIN = /^Connected again\.$/m;

async function chat(home: TempHome, use: (terminal: Terminal) => Promise<void>): Promise<void> {
  const terminal = openTerminal([process.execPath, LAUNCHER, "chat"], { env: home.env(), columns: 80 });
  try {
    await terminal.waitFor(READY);
    await use(terminal);
    terminal.press("C-d");
    expect(await terminal.ended()).toBe(0);
  } finally {
    terminal.close();
  }
}

/** The same gateway once more, with its configuration. */
async function startAgain(home: TempHome, { port }: { port: number }, env: Record<string, string> = {}) {
  const again = startCli(["gateway", "--port", String(port)], { env: home.env(env), timeoutMs: 120_000 });
  await again.waitFor(/log file: /);
  return again;
}

function say(terminal: Terminal, text: string): void {
  terminal.type(text);
  terminal.press("Enter");
}

/** What stands in the conversation, by role. */
async function said(home: TempHome): Promise<{ role: string; text: string }[]> {
  const { stdout } = await runBuilt(["sessions", "export", "main"], { env: home.env() });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === "message")
    .map(({ message: { role, content } }) => ({ role, text: String(content[0]?.text ?? "") }));
}

test("goes on after the gateway was killed, with a quiet line and the answer to what was typed meanwhile", async ({
  home,
}) => {
  const first = await startGatewayProcess(home);
  await chat(home, async (terminal) => {
    say(terminal, "before");
    await terminal.waitFor(/\]\n\nbefore$/m);
    await first.process.stop("SIGKILL");
    await terminal.waitFor(/^The connection is lost/m);
    say(terminal, "while it is away");
    const second = await startAgain(home, first);
    const text = await terminal.waitFor(/\]\n\nwhile it is away$/m);

    expect(text).toMatch(AGAIN);
    expect(text.match(/^The connection is lost/gm)).toHaveLength(1);
    expect(text.match(/^> /gm)).toHaveLength(2);
    await second.stop();
  });
  expect((await said(home)).map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant"]);
});

for (const [what, failpoint] of [
  ["before the message is kept", "before-ingress"],
  ["between the message and its acknowledgement", "after-ingress"],
  ["between the answer and its event", "after-answer"],
] as const) {
  test(`says a message once when the gateway is killed ${what}`, async ({ home }) => {
    const port = await freePort();
    home.writeConfig({ gateway: { mode: "local", port, auth: { mode: "token", token: TEST_TOKEN } } });
    const dying = await startAgain(home, { port }, { CLAWDBOT_TEST_FAILPOINT: failpoint });
    await chat(home, async (terminal) => {
      say(terminal, "only once");
      await dying.ended;
      const second = await startAgain(home, { port });
      await terminal.waitFor(AGAIN);
      const text = await terminal.waitFor(/\]\n\nonly once\n[\s\S]*❯ ?$/);

      expect(text.match(/only once/g)).toHaveLength(2);
      await second.stop();
    });
    expect((await said(home)).map(({ role, text }) => [role, text.includes("only once")])).toEqual([
      ["user", true],
      ["assistant", true],
    ]);
  });
}

test("shows an answer that was cut off once, however far it had come", async ({ home }) => {
  const first = await startGatewayProcess(home);
  const words = Array.from({ length: 600 }, (_, index) => `word${index}`).join(" ");
  await chat(home, async (terminal) => {
    terminal.paste(words);
    terminal.press("Enter");
    await terminal.waitFor(/\]\n\nword0 [\s\S]*word120 /);
    await first.process.stop("SIGKILL");
    const second = await startAgain(home, first);
    // Which of both is there first depends on how soon the answer is.
    const text = await terminal.waitFor(/\]\n\nword0 [\s\S]*\bword599\s+(Connected again\.\s+)?❯ ?$/);

    for (const each of ["word0", "word60", "word300", "word599"])
      expect(text.match(new RegExp(`\\b${each}\\b`, "g")), each).toHaveLength(2);
    await second.stop();
  });
});

test("an answer that a kill cut off says so wherever the conversation is read", async ({
  home,
  provider,
}) => {
  // A model that takes longer than the two seconds after which what was said is kept.
  provider.script(() =>
    provider.requests.length === 1
      ? { kind: "held", text: "Begun", until: sleep(systemClock, 2_200), rest: " and gone on" }
      : answered("All of it"),
  );
  const first = await startGatewayProcess(home, [], fakeModel(provider.url));
  await first.process.stop();
  const dying = await startAgain(home, first, { CLAWDBOT_TEST_FAILPOINT: "answer-complete" });
  const asking = startCli(["agent", "--message", "hi"], { env: home.env() });
  await Promise.all([asking.ended, dying.ended]);
  const second = await startAgain(home, first);
  const history = await until(async () => {
    const params = JSON.stringify({ sessionKey: "main" });
    const call = ["gateway", "call", "chat.history", "--json", "--params", params];
    const { stdout } = await runCli(call, { env: home.env() });
    const { messages } = JSON.parse(stdout);
    return messages.length >= 3 ? messages : undefined;
  });
  await chat(home, async (terminal) => {
    await terminal.waitFor(/^This answer was cut off\.$/m);
  });
  await second.stop();
  const jsonl = await runCli(["sessions", "export", "main"], { env: home.env() });
  const markdown = await runCli(["sessions", "export", "main", "--markdown"], { env: home.env() });

  expect(
    history.map(({ role, state, stopReason }: Record<string, string>) => [role, state, stopReason]),
  ).toEqual([
    ["user", "ok", undefined],
    ["assistant", "partial", "aborted"],
    ["assistant", "ok", "stop"],
  ]);
  const entries = jsonl.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(entries.filter(({ state }) => state === "partial")).toMatchObject([
    { type: "message", message: { role: "assistant", stopReason: "aborted" } },
  ]);
  expect(markdown.stdout.match(/^\*Cut off here\*$/gm)).toHaveLength(1);
});

test("says on a line of its own that the connection is lost", async ({ home }) => {
  const first = await startGatewayProcess(home);
  const words = [process.execPath, LAUNCHER, "chat"];
  const terminal = openTerminal(words, { env: home.env({ TERM: "dumb" }), columns: 80 });
  try {
    await terminal.waitFor(/^> ?$/m);
    say(terminal, Array.from({ length: 600 }, (_, index) => `word${index}`).join(" "));
    await terminal.waitFor(/\]\n\nword0 [\s\S]*word60 /);
    await first.process.stop("SIGKILL");

    await terminal.waitFor(/^The connection is lost/m);
  } finally {
    terminal.close();
  }
});

test("refuses a line that no gateway takes, answers the others, and says so with its exit code", async ({
  home,
}) => {
  const gateway = await startGatewayProcess(home);
  const input = `${"x".repeat(600_000)}\nand this?\n`;
  const { code, stdout, stderr } = await runCli(["chat"], { env: home.env(), input });
  const alone = await runCli(["agent", "--message", "-"], { env: home.env(), input: "x".repeat(600_000) });
  await gateway.process.stop();

  expect(code).toBe(1);
  expect(stderr).toMatch(/^The message has 600\d+ bytes, and the gateway takes 524288; send it in parts\.$/m);
  expect(stdout).toMatch(/^\[local\/echo[^\]]*\]\n\nand this\?\n$/);
  expect(alone).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("send it in parts") });
});

test("reads lines from a pipe, answers each, and says so with its exit code", async ({ home }) => {
  const gateway = await startGatewayProcess(home);
  const input = "one\\\ntwo\n\nthree\n";
  const whole = await runCli(["chat"], { env: home.env(), input });
  const nothing = await runCli(["chat"], { env: home.env(), input: "" });
  await gateway.process.stop();
  const nobody = await runCli(["chat"], { env: home.env(), input });

  expect(whole).toMatchObject({ code: 0, stderr: "" });
  expect(whole.stdout).toMatch(/^\[local\/echo[^\]]*\]\n\none\ntwo\n\[local\/echo[^\]]*\]\n\nthree\n$/);
  expect(nothing).toMatchObject({ code: 0, stdout: "" });
  expect(nobody).toMatchObject({ code: 1, stdout: "" });
  expect((await said(home)).filter(({ role }) => role === "user").map(({ text }) => text)).toEqual([
    "one\ntwo",
    "three",
  ]);
});

test("a gateway that is stopped in the middle of an answer: what was piped into a chat is answered by the next one", async ({
  home,
  provider,
}) => {
  provider.script(() =>
    provider.requests.length <= 2 ? { kind: "silence", text: "Begun" } : answered("All of it"),
  );
  const first = await startGatewayProcess(home, [], fakeModel(provider.url));
  const piped = startCli(["chat"], { env: home.env(), input: "hello\n", timeoutMs: 120_000 });
  const asking = startCli(["agent", "--message", "hi", "--session", "aside"], { env: home.env() });
  await until(async () => (provider.requests.length === 2 ? true : undefined));
  await first.process.stop();
  const told = await asking.ended;
  const second = await startAgain(home, first);
  const answer = await piped.ended;
  await second.stop();

  expect(told.code).toBe(1);
  expect(told.stderr).toMatch(
    /^The gateway stopped before the answer was whole\. .* clawdbot chat --session \S*aside$/m,
  );
  expect(answer.stdout).toContain("All of it");
  expect(answer.stderr).toMatch(/^The connection is lost/m);
  expect(answer.code).toBe(0);
});
