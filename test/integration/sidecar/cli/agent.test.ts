/** `clawdbot agent` and `clawdbot sessions` against a gateway that runs. */
import { expect, mergeTests } from "@playwright/test";
import { startGatewayProcess } from "../../../helpers/gateway/gateway-process.ts";
import { test as gatewayTest } from "../../../helpers/gateway/running.ts";
import { connectWire, TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { test as homeTest, type TempHome } from "../../../helpers/home/temp-home.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { runCli, startCli } from "../../../helpers/process/cli.ts";
import { runBuilt } from "../../../helpers/process/run-built.ts";

const test = mergeTests(gatewayTest, homeTest);

/** A process of its own where something comes in: the standard input belongs to a process. */
const clawdbot = (home: TempHome, port: number, args: string[], input = "") => {
  const words = [...args, "--url", `ws://127.0.0.1:${port}`, "--token", TEST_TOKEN];
  return input === "" ? runBuilt(words, { env: home.env() }) : runCli(words, { env: home.env(), input });
};

test("prints the answer, which says that no model is set up, and lists the conversation", async ({
  home,
  start,
}) => {
  const { port } = await start();

  const answered = await clawdbot(home, port, ["agent", "--message", "Say hello"]);
  const listed = await clawdbot(home, port, ["sessions"]);

  expect(answered).toMatchObject({ code: 0, stderr: "" });
  expect(answered.stdout).toMatch(/^\[local\/echo: .*\]\n\nSay hello\n$/);
  expect(listed.stdout).toMatch(/agent:main:main\s+Say hello/);
});

test("lists what ended under a key, and goes back to it", async ({ home, start }) => {
  const { port } = await start();
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });
  await clawdbot(home, port, ["agent", "--message", "the word is swordfish"]);
  await client.request("sessions.reset", { key: "main" });
  await clawdbot(home, port, ["agent", "--message", "something else"]);

  const listed = await clawdbot(home, port, ["sessions", "--former"]);
  const [, id = ""] = /^.{16} {4}(\S+) {2}the word is swordfish$/m.exec(listed.stdout) ?? [];
  const back = await clawdbot(home, port, ["sessions", "reopen", "main", id]);
  const again = await clawdbot(home, port, ["sessions"]);
  const wrong = await clawdbot(home, port, ["sessions", "reopen", "main", "x"]);

  expect(back).toMatchObject({ code: 0, stderr: "" });
  expect(back.stdout).toBe(`agent:main:main goes on with ${id}; the one that there was is kept.\n`);
  expect(again.stdout).toMatch(/agent:main:main\s+the word is swordfish/);
  expect(wrong).toMatchObject({
    code: 1,
    stdout: "",
    stderr: 'No conversation "x" ended under "main"; see clawdbot sessions --former\n',
  });
});

test("a conversation that is silenced says what ends that, and a key that is too long is not sent", async ({
  home,
  start,
}) => {
  const { port } = await start();
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });
  await client.request("sessions.patch", { key: "quiet", sendPolicy: "deny" });

  const silenced = await clawdbot(home, port, ["agent", "--message", "hi", "--session", "quiet"]);
  const long = await clawdbot(home, port, ["agent", "--message", "hi", "--session", "k".repeat(5_000)]);

  expect(silenced).toMatchObject({
    code: 1,
    stderr:
      "send blocked by session policy\nFix: write /send on in that conversation, or let session.sendPolicy of the configuration allow it\n",
  });
  expect(long).toMatchObject({
    code: 2,
    stderr:
      "--session: a key has at most 512 characters, with its agent, and this one has 5000; give a shorter one\n",
  });
});

for (const session of ["agent:nobody:main", "agent::", "agent::x", "agent:Main:main"]) {
  test(`refuses the session ${session}, whose agent nobody made`, async ({ home, start }) => {
    const { port } = await start();
    const said = 'There is no agent "';

    for (const args of [
      ["agent", "--message", "hi", "--session", session],
      ["chat", "--session", session],
    ]) {
      const { code, stderr } = await clawdbot(home, port, args, "hi\n");
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(said) });
      expect(stderr).toContain('there is "main"');
    }
    const { client } = await connectWire(port, { scopes: ["operator.admin"] });
    const params = { sessionKey: session, message: "hi", idempotencyKey: session };
    expect(await client.request("chat.send", params)).toMatchObject({
      ok: false,
      error: { details: { code: "AGENT_UNKNOWN" } },
    });
  });
}

test("sends nothing that is no UTF-8, and says so", async ({ home, start }) => {
  const { port } = await start();
  const input = Buffer.from("ab\xff\ncd\n", "latin1");
  const address = ["--url", `ws://127.0.0.1:${port}`, "--token", TEST_TOKEN];
  const alone = await runCli(["agent", "--message", "-", ...address], { env: home.env(), input });
  const lines = await runCli(["chat", ...address], { env: home.env(), input });

  expect(alone).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("is no UTF-8") });
  expect(lines).toMatchObject({ code: 1, stderr: expect.stringContaining("is no UTF-8") });
  expect(lines.stdout).toMatch(/\n\ncd\n$/);
  expect(lines.stdout).not.toContain("ab");
});

test("says of a gateway that is gone that it may have taken the message", async ({ home }) => {
  const gateway = await startGatewayProcess(home);
  const asking = startCli(["agent", "--message", "word ".repeat(4_000)], { env: home.env() });
  await asking.waitFor(/word word/);
  await gateway.process.stop("SIGKILL");
  const { code, stdout, stderr } = await asking.ended;

  expect(code).toBe(1);
  expect(stdout).toMatch(/\n$/);
  expect(stderr).toMatch(
    /^the gateway closed the connection .* look before you send it again, with clawdbot chat --session \S+$/m,
  );
});

test("reads the message from the standard input, and shows where a long echo ends", async ({
  home,
  start,
}) => {
  const { port } = await start();

  const { code, stdout } = await clawdbot(home, port, ["agent", "--message", "-"], "🙂".repeat(20_001));

  expect(code).toBe(0);
  expect(stdout.split("\n\n")[1]).toBe(`${"🙂".repeat(19_999)}…\n`);
});

test("fails for an answer that was stopped before its end, and says so", async ({ home, start }) => {
  const { port } = await start();
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });
  const asked = clawdbot(home, port, ["agent", "--message", "-"], "word ".repeat(3_900));
  await client.event("chat");

  await client.request("chat.abort", { sessionKey: "main" });

  const { code, stdout, stderr } = await asked;
  expect({ code, stderr }).toEqual({ code: 1, stderr: "The answer was stopped before its end.\n" });
  expect(stdout).toMatch(/\nword (word ?)*\n$/);
});

test("fails without a gateway, and for a message without words", async ({ home, start }) => {
  const { port } = await start();

  const nobody = await clawdbot(home, await freePort(), ["agent", "--message", "hi"]);
  const empty = await clawdbot(home, port, ["agent", "--message", " "]);

  expect(nobody).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("ECONNREFUSED") });
  expect(empty.code).not.toBe(0);
  expect(empty.stderr.trim().split("\n")).toHaveLength(1);
});

test("refuses an agent that the gateway does not have, and a key of another one", async ({ home, start }) => {
  const { port } = await start();

  const known = await clawdbot(home, port, [
    "agent",
    "--agent",
    "main",
    "--session",
    "notes",
    "--message",
    "hi",
  ]);
  const unknown = await clawdbot(home, port, ["agent", "--agent", "ghost", "--message", "hi"]);
  const other = await clawdbot(home, port, ["chat", "--agent", "main", "--session", "agent:work:x"], "hi\n");
  const level = await clawdbot(home, port, ["agent", "--thinking", "hard", "--message", "hi"]);
  const listed = await clawdbot(home, port, ["sessions"]);

  expect(known.code).toBe(0);
  expect(listed.stdout).toContain("agent:main:notes");
  expect(unknown).toMatchObject({ code: 1, stderr: '--agent: there is no agent "ghost"; there is "main"\n' });
  expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('agent "work"') });
  expect(level).toMatchObject({ code: 2, stderr: expect.stringContaining("--thinking") });
});

test("answers in its own process with --local, in the conversation that a gateway goes on with", async ({
  home,
}) => {
  const local = await runCli(["agent", "--local", "--message", "on my own", "--json"], { env: home.env() });
  const gateway = await startGatewayProcess(home);
  const listed = await runBuilt(["sessions"], { env: home.env() });
  const refused = await runCli(["agent", "--local", "--message", "and now"], { env: home.env() });
  await gateway.process.stop();

  expect(local).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(local.stdout)).toMatchObject({
    status: "ok",
    result: {
      payloads: [{ text: expect.stringMatching(/\n\non my own$/) }],
      meta: { agentMeta: { provider: "local" } },
    },
  });
  expect(listed.stdout).toMatch(/agent:main:main\s+on my own/);
  expect(refused).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/A gateway runs on .*\nFix: .*gateway stop/),
  });
});

test("a command is answered without a model, and kept as a note", async ({ home, start }) => {
  const { port } = await start();

  const { code, stdout } = await clawdbot(home, port, ["agent", "--message", "/whoami"]);
  const budget = await clawdbot(home, port, ["budget", "--json"]);

  expect(code).toBe(0);
  expect(stdout).toContain("webchat");
  expect(stdout).not.toContain("local/echo");
  expect(JSON.parse(budget.stdout)).toMatchObject({ todayUsd: 0 });
});
