import { expect, test } from "@playwright/test";
import { EventBus } from "../../../../sidecar/base/events/event-bus.ts";
import { Broadcaster } from "../../../../sidecar/gateway/broadcaster.ts";
import type { Connection } from "../../../../sidecar/gateway/connection/connection.ts";

interface Delivery {
  event: string;
  seq: number;
  delivery: string;
  stateVersion?: object;
}

/** A client as far as the broadcaster knows one; `connected` false stands for the handshake. */
function listener(scopes: string[], role = "operator", connected = true, caps?: string[]) {
  const got: Delivery[] = [];
  const sent: Buffer[] = [];
  const connection = {
    id: "it",
    state: connected
      ? { kind: "connected", identity: { role, scopes }, connect: { caps } }
      : { kind: "awaiting-connect" },
    sendEvent: (message: Buffer, delivery: string) => {
      sent.push(message);
      got.push({ ...JSON.parse(String(message)), delivery });
    },
  };
  return { got, sent, connection: connection as unknown as Connection };
}

function stage(...listeners: ReturnType<typeof listener>[]) {
  const bus = new EventBus();
  const versions = { presence: 4, health: 7 };
  const broadcaster = new Broadcaster(
    bus,
    listeners.map((each) => each.connection),
    { versions: () => versions, hears: (connId, key) => key === `heard by ${connId}` },
  );
  return { bus, broadcaster };
}

const SAID = { runId: "r", seq: 1, state: "final" as const };
const PAIR_RESOLVED = { requestId: "r", deviceId: "d", decision: "approved" as const, ts: 1 };

test.describe("Broadcaster", () => {
  test("numbers events from one, in one sequence for all clients", () => {
    const [a, b] = [listener(["operator.read"]), listener([])];
    const { bus } = stage(a, b);

    bus.publish("tick", { ts: 1 });
    bus.publish("tick", { ts: 2 });

    expect(a.got.map((frame) => frame.seq)).toEqual([1, 2]);
    expect(b.got).toEqual(a.got);
  });

  test("counts events that a client may not see, so that it notices the gap", () => {
    const reader = listener(["operator.read"]);
    const { bus } = stage(reader);

    bus.publish("tick", { ts: 1 });
    bus.publish("device.pair.resolved", PAIR_RESOLVED);
    bus.publish("tick", { ts: 2 });

    expect(reader.got.map((frame) => [frame.event, frame.seq])).toEqual([
      ["tick", 1],
      ["tick", 3],
    ]);
  });

  test("tells a node of conversations that it asked to hear of, once and without a number", () => {
    const [node, reader] = [listener([], "node"), listener(["operator.read"])];
    const { bus } = stage(node, reader);

    bus.publish("chat", { ...SAID, sessionKey: "heard by it" });
    bus.publish("chat", { ...SAID, sessionKey: "another" });
    bus.publish("tick", { ts: 1 });

    expect(node.got.map(({ event, seq }) => [event, seq])).toEqual([
      ["chat", undefined],
      ["tick", 3],
    ]);
    expect(reader.got.map(({ event, seq }) => [event, seq])).toEqual([
      ["chat", 1],
      ["chat", 2],
      ["tick", 3],
    ]);
  });

  test("tells an operator without scopes nothing of a conversation, whatever its name", () => {
    const client = listener([]);
    const { bus } = stage(client);

    bus.publish("chat", { ...SAID, sessionKey: "heard by it" });

    expect(client.got).toEqual([]);
  });

  test("tells a node of tools only when it can make something of them", () => {
    const [plain, able] = [listener([], "node"), listener([], "node", true, ["tool-events"])];
    const { bus } = stage(plain, able);
    const step = { runId: "r", stream: "tool" as const, data: {}, seq: 1, ts: 1, sessionKey: "heard by it" };

    bus.publish("agent", step, { capability: "tool-events" });

    expect([plain.got.length, able.got.length]).toEqual([0, 1]);
  });

  for (const [scopes, role, sees] of [
    [["operator.pairing"], "operator", true],
    [["operator.admin"], "operator", true],
    [["operator.read", "operator.write", "operator.approvals"], "operator", false],
    [["operator.pairing"], "node", false],
  ] as const) {
    test(`${sees ? "shows" : "hides"} pairing events to a ${role} with ${scopes}`, () => {
      const client = listener([...scopes], role);
      const { bus } = stage(client);

      bus.publish("device.pair.resolved", PAIR_RESOLVED);

      expect(client.got).toHaveLength(sees ? 1 : 0);
    });
  }

  test("sends the versions with presence and health alone", () => {
    const client = listener(["operator.read"]);
    const { bus } = stage(client);

    bus.publish("presence", { presence: [] });
    bus.publish("tick", { ts: 1 });
    bus.publish("shutdown", { reason: "x", restartExpectedMs: null });

    expect(client.got.map((frame) => frame.stateVersion)).toEqual([
      { presence: 4, health: 7 },
      undefined,
      undefined,
    ]);
  });

  test("marks what may be dropped: presence, tick and pairing, but not health and shutdown", () => {
    const client = listener(["operator.admin"]);
    const { bus } = stage(client);

    bus.publish("presence", { presence: [] });
    bus.publish("tick", { ts: 1 });
    bus.publish("device.pair.resolved", PAIR_RESOLVED);
    bus.publish("shutdown", { reason: "x", restartExpectedMs: null });

    expect(client.got.map((frame) => frame.delivery)).toEqual([
      "droppable",
      "droppable",
      "droppable",
      "critical",
    ]);
  });

  test("makes one message of an event, however many read it", () => {
    const clients = [listener(["operator.read"]), listener(["operator.admin"])];
    const { bus } = stage(...clients);

    bus.publish("chat", { runId: "r", sessionKey: "main", seq: 1, state: "final" });

    expect(clients[0]?.sent).toHaveLength(1);
    expect(clients[1]?.sent[0]).toBe(clients[0]?.sent[0]);
  });

  test("tells what is for some alone only to those who said so and may see the event, without a number", () => {
    const able = (scopes: string[], role = "operator") => listener(scopes, role, true, ["tool-events"]);
    const [reader, plain] = [able(["operator.read"]), listener(["operator.admin"])];
    const others = [
      able(["operator.pairing"]),
      able([], "node"),
      listener(["operator.read"], "operator", true, ["reasoning-events"]),
    ];
    const { bus } = stage(reader, plain, ...others);
    const step = { runId: "r", stream: "tool" as const, data: {}, sessionKey: "main", seq: 2, ts: 1 };

    bus.publish("tick", { ts: 1 });
    bus.publish("agent", step, { capability: "tool-events" });
    bus.publish("tick", { ts: 2 });

    expect(reader.got.map(({ event, seq, delivery }) => [event, seq, delivery])).toEqual([
      ["tick", 1, "droppable"],
      ["agent", undefined, "critical"],
      ["tick", 2, "droppable"],
    ]);
    for (const other of [plain, ...others]) expect(other.got.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  for (const [scopes, role, hears] of [
    [["operator.read"], "operator", true],
    [["operator.write"], "operator", true],
    [["operator.admin"], "operator", true],
    [["operator.approvals", "operator.pairing"], "operator", false],
    [["operator.read"], "node", false],
  ] as const) {
    test(`${hears ? "tells" : "does not tell"} a ${role} with ${scopes} what is said and done in sessions`, () => {
      const client = listener([...scopes], role, true, ["tool-events", "reasoning-events"]);
      const { bus } = stage(client);
      const step = { runId: "r", data: {}, sessionKey: "main", seq: 2, ts: 1 };

      bus.publish("agent", { ...step, stream: "assistant" });
      bus.publish("agent", { ...step, stream: "tool" }, { capability: "tool-events" });
      bus.publish("agent", { ...step, stream: "reasoning" }, { capability: "reasoning-events" });
      bus.publish("chat", { runId: "r", sessionKey: "main", seq: 3, state: "final" });

      expect(client.got).toHaveLength(hears ? 4 : 0);
    });
  }

  test("says nothing to a client before its handshake, nor after it was disposed", () => {
    const [stranger, client] = [listener([], "operator", false), listener([])];
    const { bus, broadcaster } = stage(stranger, client);

    broadcaster.dispose();
    bus.publish("tick", { ts: 1 });

    expect([...stranger.got, ...client.got]).toEqual([]);
  });
});
