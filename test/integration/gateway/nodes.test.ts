import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { lookIntoDatabase } from "../../../sidecar/base/store/database.ts";
import { createDevice } from "../../helpers/gateway/device.ts";
import type { TestGateway } from "../../helpers/gateway/gateway.ts";
import { codeOf, connectDevice, test } from "../../helpers/gateway/running.ts";
import { connectWire, type Frame, type WireClient } from "../../helpers/gateway/wire-client.ts";

const ELSEWHERE = { headers: { "x-forwarded-for": "203.0.113.9" } };
const NODE = {
  client: { id: "node-host", version: "1", platform: "linux", mode: "node", displayName: "Build box" },
  role: "node",
  caps: ["system"],
  commands: ["system.run", "system.which"],
};
const MAIN = "agent:main:main";

/** A node with a device, an operator, and what the node was asked. */
async function stage(server: TestGateway) {
  const { client: operator } = await connectWire(server.port);
  const { client: node, device } = await connectDevice(server.port, NODE);
  await node.event("voicewake.changed");
  const invoke = (more: Frame = {}) =>
    operator.request("node.invoke", {
      nodeId: device.id,
      command: "system.run",
      idempotencyKey: "k",
      ...more,
    });
  return { operator, node, device, invoke };
}

async function requested(node: WireClient): Promise<Frame> {
  return Object((await node.event("node.invoke.request")).payload);
}

/** What a client was told of a conversation and has not looked at. */
function finals({ unread }: WireClient): Frame[] {
  return unread.filter(({ event, payload }) => event === "chat" && Object(payload).state === "final");
}

test.describe("a node", () => {
  test("from elsewhere waits until it is approved, and comes in by its token then", async ({ start }) => {
    const server = await start();
    const { client: operator } = await connectWire(server.port);
    const refused = await connectDevice(server.port, NODE, ELSEWHERE);
    const { payload: request } = await operator.event("device.pair.requested");

    await operator.request("device.pair.approve", { requestId: Object(request).requestId });
    const { device } = refused;
    const first = await connectDevice(server.port, NODE, { device, ...ELSEWHERE });
    await first.client.close();
    const again = await connectDevice(
      server.port,
      { ...NODE, auth: { token: first.token } },
      { device, ...ELSEWHERE },
    );
    const { payload } = await operator.request("node.list");

    expect(codeOf(refused.answer)).toBe("PAIRING_REQUIRED");
    expect(request).toMatchObject({ role: "node", displayName: "Build box" });
    expect(again.answer.ok).toBe(true);
    expect(Object(payload).nodes).toMatchObject([
      { nodeId: device.id, displayName: "Build box", paired: true, connected: true },
    ]);
  });

  test("is let in by no pairing of the old kind", async ({ start }) => {
    const server = await start();
    const { client: operator } = await connectWire(server.port);
    const device = createDevice();

    const { payload } = await operator.request("node.pair.request", { nodeId: device.id });
    const { requestId } = Object(Object(payload).request);
    const approved = await operator.request("node.pair.approve", { requestId });
    const { token } = Object(Object(approved.payload).node);
    const attempt = await connectDevice(server.port, { ...NODE, auth: { token } }, { device, ...ELSEWHERE });

    expect(codeOf(attempt.answer)).toBe("AUTH_TOKEN_MISMATCH");
    expect(await operator.request("node.pair.verify", { nodeId: device.id, token })).toMatchObject({
      payload: { ok: true },
    });
  });

  test("that connects anew is the node, and its old connection's end changes nothing", async ({ start }) => {
    const server = await start();
    const { operator, node: old, device, invoke } = await stage(server);
    await old.request("node.event", { event: "chat.subscribe", payload: { sessionKey: "main" } });

    const cut = invoke();
    const { id } = await requested(old);
    const { client: fresh } = await connectDevice(server.port, NODE, { device });
    const late = await old.request("node.invoke.result", { id, nodeId: device.id, ok: true });
    await old.request("node.event", { event: "chat.subscribe", payload: { sessionKey: "main" } });
    const next = invoke({ params: { command: ["true"] } });
    const order = await requested(fresh);
    await old.close();
    await fresh.request("node.invoke.result", { id: order.id, nodeId: device.id, ok: true, payload: 7 });

    expect(await cut).toMatchObject({ error: { message: "Error: node disconnected (system.run)" } });
    expect(late.payload).toEqual({ ok: true, ignored: true });
    expect(await next).toMatchObject({ ok: true, payload: { payload: 7, payloadJSON: null } });
    const { payload } = await operator.request("node.describe", { nodeId: device.id });
    expect(payload).toMatchObject({ connected: true, commands: ["system.run", "system.which"] });
  });

  test("hears of a conversation once, while it wants to, and of no other", async ({ start }) => {
    const server = await start();
    const { operator, node } = await stage(server);
    const { client: other } = await connectDevice(server.port, NODE);
    const say = async (sessionKey: string, message: string) => {
      await operator.request("chat.send", {
        sessionKey,
        message: "/status",
        idempotencyKey: crypto.randomUUID(),
      });
      const answer = await operator.request("chat.inject", { sessionKey, message });
      expect(answer.ok).toBe(true);
    };

    await node.request("node.event", { event: "chat.subscribe", payloadJSON: '{"sessionKey":"main"}' });
    await say(MAIN, "heard");
    await say("agent:main:private", "not heard");
    await node.request("node.event", { event: "chat.unsubscribe", payload: { sessionKey: MAIN } });
    await say(MAIN, "not heard any more");
    await Promise.all([node, other].map((each) => each.request("node.event", { event: "nothing" })));

    const told = finals(node).map(({ payload, seq }) => [JSON.stringify(payload).includes("heard"), seq]);
    expect(told.filter(([isHeard]) => isHeard)).toEqual([[true, undefined]]);
    expect(finals(node).length).toBe(2);
    expect(finals(other)).toEqual([]);
    expect(finals(operator).length).toBe(6);
  });

  test("speaks for the person who paired it, and asks in a conversation of its own", async ({ start }) => {
    const server = await start();
    const { operator, node, device } = await stage(server);
    const isEnd = (key: string) => (frame: Frame) =>
      frame.event === "chat" &&
      ["final", "error"].includes(Object(frame.payload).state) &&
      Object(frame.payload).sessionKey === key;

    await node.request("node.event", { event: "voice.transcript", payload: { text: "what time is it" } });
    const spoken = await operator.next("the answer", isEnd(MAIN));
    await node.request("node.event", { event: "agent.request", payload: { message: "in the background" } });
    await operator.next("its answer", isEnd(`node-${device.id}`));
    const { payload } = await operator.request("chat.history", {
      sessionKey: `agent:main:node-${device.id}`,
    });

    expect(Object(spoken.payload).runId).toMatch(/^voice-/);
    expect(JSON.stringify(payload)).toContain("in the background");
  });

  test("is taken at its word about what was run, and otherwise not bothered by what means nothing", async ({
    start,
  }) => {
    const server = await start();
    const { node } = await stage(server);
    const report = (event: string, payload: unknown) => node.request("node.event", { event, payload });

    const answers = [
      await report("exec.finished", { runId: "r1", exitCode: 0, command: "ls", output: "a\u001b[31m\nb" }),
      await report("exec.denied", { command: "rm", reason: "allowlist-miss" }),
      await report("voice.transcript", { text: "x".repeat(20_001) }),
      await report("agent.request", "nothing"),
      await report("agent.request", { message: "hi", sessionKey: "agent:nobody:main" }),
      await report("chat.subscribe", null),
      await node.request("node.event", { event: "voice.transcript", payloadJSON: "{" }),
      await node.request("node.event", { event: "x", payloadJSON: null }),
    ];
    const database = await lookIntoDatabase(join(server.home.stateDir, "clawdbot.db"));
    const kept = database.prepare("SELECT kind, author, authority, text FROM context ORDER BY id").all();
    database.close();

    expect(answers.map(({ payload }) => payload)).toEqual(answers.map(() => ({ ok: true })));
    // What a device says of a command is information for the next turn, and no note of the gateway.
    expect(kept.map(({ kind, author, authority }) => `${kind} ${author} ${authority}`)).toEqual([
      "said node guest",
      "said node guest",
    ]);
    expect(kept.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^Exec finished \(node=[0-9a-f]+, id=r1, code 0\): ls → ab$/),
      expect.stringMatching(/^Exec denied \(node=[0-9a-f]+, allowlist-miss\): rm$/),
    ]);
  });

  test("that sends more than a message may hold is gone, and whoever waits is told", async ({ start }) => {
    const server = await start();
    const { node, device, invoke } = await stage(server);

    const order = invoke();
    const { id } = await requested(node);
    node.send({
      type: "req",
      id: "r",
      method: "node.invoke.result",
      params: { id, nodeId: device.id, ok: true, payload: "x".repeat(530_000) },
    });

    expect(await order).toMatchObject({
      ok: false,
      error: { code: "UNAVAILABLE", message: "Error: node disconnected (system.run)" },
    });
    expect((await node.end()).code).toBe(1009);
  });

  test("that leaves too much unread is not asked more, and the others are", async ({ start }) => {
    const server = await start();
    const { node, invoke } = await stage(server);
    const { client: other, device } = await connectDevice(server.port, NODE);
    node.socket.pause();
    const params = { text: "x".repeat(500_000) };

    const answers: Promise<Frame>[] = [];
    while (node.socket.readyState === node.socket.OPEN && answers.length < 31)
      answers.push(invoke({ params, timeoutMs: 60_000 }));
    const refused = await Promise.race(answers);
    node.socket.resume();
    const answer = invoke({ nodeId: device.id });
    const { id } = await requested(other);
    await other.request("node.invoke.result", { id, nodeId: device.id, ok: true });

    expect(refused).toMatchObject({ ok: false, error: { code: "UNAVAILABLE" } });
    expect(await answer).toMatchObject({ ok: true });
    expect(await node.end()).toEqual({ code: 1008, reason: "slow consumer" });
    await Promise.all(answers);
  });

  test("keeps the name that somebody gave it", async ({ start }) => {
    const server = await start();
    const { operator, node, device } = await stage(server);

    const renamed = await operator.request("node.rename", { nodeId: device.id, displayName: " Kitchen " });
    const blank = await operator.request("node.rename", { nodeId: device.id, displayName: " " });
    await node.close();
    await connectDevice(server.port, NODE, { device });
    const { payload } = await operator.request("node.describe", { nodeId: device.id });

    expect(renamed.payload).toEqual({ nodeId: device.id, displayName: "Kitchen" });
    expect(blank).toMatchObject({ error: { message: "displayName required" } });
    expect(payload).toMatchObject({ displayName: "Kitchen" });
  });

  test("is asked for its rules whatever it offers, and for nothing that the configuration forbids", async ({
    start,
  }) => {
    const server = await start({ config: { gateway: { nodes: { denyCommands: ["system.run"] } } } });
    const { operator, node, device, invoke } = await stage(server);

    const refused = await invoke();
    const rules = operator.request("exec.approvals.node.get", { nodeId: device.id });
    const order = await requested(node);
    await node.request("node.invoke.result", {
      id: order.id,
      nodeId: device.id,
      ok: true,
      payloadJSON: '{"hash":"h"}',
    });
    const change = operator.request("exec.approvals.node.set", {
      nodeId: device.id,
      file: { version: 1 },
      baseHash: "h",
    });
    const second = await requested(node);
    await node.request("node.invoke.result", {
      id: second.id,
      nodeId: device.id,
      ok: false,
      error: { code: "STALE", message: "changed since" },
    });

    expect(refused).toMatchObject({
      error: { message: "node command not allowed", details: { reason: "command not allowlisted" } },
    });
    expect((await rules).payload).toEqual({ hash: "h" });
    expect(second).toMatchObject({
      command: "system.execApprovals.set",
      paramsJSON: '{"file":{"version":1},"baseHash":"h"}',
    });
    expect(await change).toMatchObject({
      error: { code: "UNAVAILABLE", message: "changed since", details: { nodeError: { code: "STALE" } } },
    });
  });

  test("is waited for no longer when the gateway stops, and whoever waits is told before", async ({
    start,
  }) => {
    const server = await start();
    const { node, invoke } = await stage(server);

    const order = invoke();
    await requested(node);
    void server.gateway.stop("gateway stopping", null);

    expect(await order).toMatchObject({
      ok: false,
      error: { message: "Error: gateway stopping (system.run)" },
    });
  });
});

test.describe("the words by which devices wake", () => {
  test("are kept, as far as they can be words", async ({ start }) => {
    const server = await start();
    const { client } = await connectWire(server.port);
    const file = join(server.settings.paths.stateDir, "settings", "voicewake.json");

    const before = [await client.request("voicewake.get"), existsSync(file)] as const;
    const set = await client.request("voicewake.set", {
      triggers: [
        " hey ",
        7,
        "",
        null,
        "x".repeat(100),
        ...Array.from({ length: 40 }, (_, index) => `w${index}`),
      ],
    });
    const changed = await client.event("voicewake.changed");

    expect(before).toMatchObject([{ payload: { triggers: ["clawd", "claude", "computer"] } }, false]);
    const { triggers } = Object(set.payload) as { triggers: string[] };
    expect([triggers.length, ...triggers.slice(0, 3)]).toEqual([32, "hey", "x".repeat(64), "w0"]);
    expect(changed.payload).toEqual(set.payload);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ triggers });
  });
});
