/** The gateway's process is killed at named points of a message's way; what was acknowledged is answered once by the next one. */
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { lookIntoDatabase, problemsIn } from "../../../../sidecar/base/store/database.ts";
import { connectWire, TEST_TOKEN, type WireClient } from "../../../helpers/gateway/wire-client.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { attached, PNG } from "../../../helpers/media/files.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { type CliProcess, startCli } from "../../../helpers/process/cli.ts";

const MAIN = "agent:main:main";

async function startGateway(
  home: TempHome,
  failpoint?: string,
): Promise<{ process: CliProcess; port: number }> {
  const port = await freePort();
  home.writeConfig({ gateway: { mode: "local", port, auth: { mode: "token", token: TEST_TOKEN } } });
  const env = home.env(failpoint === undefined ? {} : { CLAWDBOT_TEST_FAILPOINT: failpoint });
  const process = startCli(["gateway"], { env, timeoutMs: 60_000 });
  await process.waitFor(/log file: /);
  return { process, port };
}

async function messagesIn(client: WireClient): Promise<string[]> {
  const { payload } = await client.request("chat.history", { sessionKey: MAIN });
  const messages =
    isRecord(payload) && Array.isArray(payload.messages) ? payload.messages.filter(isRecord) : [];
  return messages.map(({ role, content }) => {
    const text = Array.isArray(content) && isRecord(content[0]) ? String(content[0].text) : "";
    return `${role}: ${text.split("\n\n").at(-1)}`;
  });
}

const SENT = { sessionKey: MAIN, message: "remember me", idempotencyKey: "only-once" };

test.describe("a gateway that is killed", () => {
  for (const [failpoint, isAcknowledged] of [
    ["before-ingress", false],
    ["after-ingress", true],
    ["turn-started", true],
    ["text-streamed", true],
    ["answer-complete", true],
    ["before-answer", true],
    ["after-answer", true],
  ] as const) {
    test(`at ${failpoint} answers the message once when it runs again`, async ({ home }) => {
      const first = await startGateway(home, failpoint);
      const { client } = await connectWire(first.port, { scopes: ["operator.admin"] });
      client.send({ type: "req", id: "1", method: "chat.send", params: SENT });
      await first.process.ended;

      const second = await startGateway(home);
      const again = await connectWire(second.port, { scopes: ["operator.admin"] });
      // Whoever got no answer sends again with the same key.
      if (!isAcknowledged) {
        expect(await messagesIn(again.client)).toEqual([]);
        await again.client.request("chat.send", SENT);
      }
      const answer = await again.client.request("agent.wait", { runId: "only-once", timeoutMs: 20_000 });
      const repeated = await again.client.request("chat.send", SENT);

      expect(answer).toMatchObject({ payload: { status: "ok" } });
      expect(repeated).toMatchObject({ payload: { status: "ok" } });
      expect(await messagesIn(again.client)).toEqual(["user: remember me", "assistant: remember me"]);
      second.process.child.kill("SIGTERM");
      await second.process.ended;
      const database = await lookIntoDatabase(join(home.stateDir, "clawdbot.db"));
      expect(problemsIn(database)).toEqual([]);
      expect(database.prepare("SELECT count(*) AS n FROM usage").get()).toEqual({ n: 1 });
      database.close();
    });
  }

  test("twice in the same turn gives it up visibly, and goes on with the next message", async ({ home }) => {
    for (const round of [1, 2]) {
      const gateway = await startGateway(home, "turn-started");
      if (round === 1) {
        const { client } = await connectWire(gateway.port, { scopes: ["operator.admin"] });
        client.send({ type: "req", id: "1", method: "chat.send", params: SENT });
      }
      await gateway.process.ended;
    }

    const { process, port } = await startGateway(home);
    const { client } = await connectWire(port, { scopes: ["operator.admin"] });
    const given = await client.request("agent.wait", { runId: "only-once", timeoutMs: 20_000 });
    expect(given).toMatchObject({
      payload: { status: "error", error: expect.stringContaining("cut off twice") },
    });
    await client.request("chat.send", { ...SENT, message: "and now?", idempotencyKey: "next" });
    await client.request("agent.wait", { runId: "next", timeoutMs: 20_000 });

    expect((await messagesIn(client)).slice(-2)).toEqual(["user: and now?", "assistant: and now?"]);
    process.child.kill("SIGTERM");
    await process.ended;
  });

  test("by nobody is stopped in the middle of an answer, which comes after the next start", async ({
    home,
  }) => {
    const first = await startGateway(home);
    const { client } = await connectWire(first.port, { scopes: ["operator.admin"] });
    const long = { ...SENT, message: "word ".repeat(4_000) };
    await client.request("chat.send", long);
    await client.event("chat");

    first.process.child.kill("SIGTERM");
    const { code } = await first.process.ended;

    const second = await startGateway(home);
    const again = await connectWire(second.port, { scopes: ["operator.admin"] });
    const answer = await again.client.request("agent.wait", { runId: "only-once", timeoutMs: 20_000 });
    expect(code).toBe(0);
    expect(answer).toMatchObject({ payload: { status: "ok" } });
    const messages = await messagesIn(again.client);
    expect(messages.filter((message) => message.startsWith("user"))).toHaveLength(1);
    expect(messages.at(-1)).toMatch(/^assistant: word .* word$/s);
    second.process.child.kill("SIGTERM");
    await second.process.ended;
  });
});

test("a gateway that is killed between a file and its message keeps no half of it, and takes both once when they come again", async ({
  home,
}) => {
  const withFile = { ...SENT, attachments: [attached(PNG, "cat.png")] };
  const first = await startGateway(home, "media-kept");
  const { client } = await connectWire(first.port, { scopes: ["operator.admin"] });
  client.send({ type: "req", id: "1", method: "chat.send", params: withFile });
  await first.process.ended;

  const second = await startGateway(home);
  const again = await connectWire(second.port, { scopes: ["operator.admin"] });
  expect(await messagesIn(again.client)).toEqual([]);
  for (let count = 0; count < 2; count += 1) await again.client.request("chat.send", withFile);
  await again.client.request("agent.wait", { runId: "only-once", timeoutMs: 20_000 });
  expect(await messagesIn(again.client)).toEqual(["user: remember me", "assistant: remember me"]);
  const files = readdirSync(join(home.stateDir, "media"), { recursive: true, withFileTypes: true });
  expect(files.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual([
    createHash("sha256").update(PNG).digest("hex"),
  ]);
  await second.process.stop();
});
