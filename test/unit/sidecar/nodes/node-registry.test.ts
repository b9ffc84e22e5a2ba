import { expect, test } from "@playwright/test";
import { NodeRegistry } from "../../../../sidecar/nodes/node-registry.ts";
import { FakeClock } from "../../../helpers/time/fake-clock.ts";

const FOREVER = new AbortController().signal;

function stage(rules = {}) {
  const clock = new FakeClock();
  const registry = new NodeRegistry(() => rules, clock);
  const join = (connId: string, { takes = true, nodeId = "n" } = {}) => {
    const sent: { id: string; paramsJSON: string | null }[] = [];
    const send = (_event: string, payload: unknown) => {
      sent.push(payload as (typeof sent)[number]);
      return takes;
    };
    registry.join(
      { connId, send },
      { nodeId, platform: "linux", caps: [], commands: ["system.run"], connectedAtMs: 1 },
    );
    return {
      sent,
      result: (more: object) =>
        registry.settle(connId, { id: sent.at(-1)?.id ?? "", nodeId, ok: true, ...more }),
    };
  };
  const invoke = (more: object = {}, signal = FOREVER) =>
    registry.invoke({ nodeId: "n", command: "system.run", ...more }, signal).then(
      (answer) => answer,
      (error) => ({ code: error.code, message: error.message, details: error.details }),
    );
  return { clock, registry, join, invoke };
}

test.describe("NodeRegistry", () => {
  test("answers with the value, and with the text it came as", async () => {
    const { join, invoke } = stage();
    const node = join("a");

    const plain = invoke();
    node.result({ payload: { a: 1 } });
    const text = invoke();
    node.result({ payloadJSON: '{"b":2}' });
    const broken = invoke();
    node.result({ payloadJSON: "{b" });
    const odd = invoke();
    node.result({ payloadJSON: { c: 3 } });
    const nothing = invoke();
    node.result({ payloadJSON: null, error: null });

    expect(await plain).toEqual({ payload: { a: 1 }, payloadJSON: null });
    expect(await text).toEqual({ payload: { b: 2 }, payloadJSON: '{"b":2}' });
    expect(await broken).toEqual({ payload: { payloadJSON: "{b" }, payloadJSON: "{b" });
    expect(await odd).toEqual({ payload: { c: 3 }, payloadJSON: null });
    expect(await nothing).toEqual({ payload: null, payloadJSON: null });
  });

  test("takes no answer after the time limit, nor twice, nor for another node", async () => {
    const { clock, join, invoke } = stage();
    const node = join("a");

    const late = invoke({ timeoutMs: 600 });
    clock.advance(600);

    expect(await late).toMatchObject({
      code: "NODE_FAILED",
      message: "node invoke timed out",
      details: { nodeError: { code: "TIMEOUT" } },
    });
    expect(node.result({})).toBe(false);
    expect(() => node.result({ nodeId: "other" })).toThrow("nodeId mismatch");
    expect(clock.pending).toBe(0);
  });

  test("waits half a minute where nobody sets a limit", async () => {
    const { clock, join, invoke } = stage();
    join("a");
    let isOver = false;

    const order = invoke().finally(() => {
      isOver = true;
    });
    clock.advance(29_999);
    await Promise.resolve();
    const wasOver = isOver;
    clock.advance(1);
    await order;

    expect([wasOver, isOver]).toEqual([false, true]);
  });

  test("ends what waits when the node goes away, and lets the others be", async () => {
    const { registry, join, invoke } = stage();
    join("a");
    const other = join("b", { nodeId: "m" });

    const lost = invoke();
    const kept = registry.invoke({ nodeId: "m", command: "system.run" }, FOREVER);
    registry.leave("a");
    other.result({ payload: 1 });

    expect(await lost).toMatchObject({
      code: "NODE_FAILED",
      message: "Error: node disconnected (system.run)",
    });
    expect((await kept).payload).toBe(1);
    expect(await invoke()).toMatchObject({ code: "NOT_CONNECTED", message: "node not connected" });
  });

  test("keeps a node that connected anew when its old connection ends", async () => {
    const { registry, join, invoke } = stage();
    const old = join("old");
    const before = invoke();
    const fresh = join("new");

    const after = invoke();
    registry.leave("old");
    const isTaken = old.result({ payload: "old" });
    fresh.result({ payload: "new" });

    expect(await before).toMatchObject({ message: "Error: node disconnected (system.run)" });
    expect(isTaken).toBe(false);
    expect(await after).toMatchObject({ payload: "new" });
    expect([registry.idOf("old"), registry.idOf("new"), registry.list().length]).toEqual([undefined, "n", 1]);
  });

  test("tells everybody who waits that the gateway stops", async () => {
    const { registry, join, invoke } = stage();
    join("a");

    const order = invoke();
    registry.stop();

    expect(await order).toMatchObject({ message: "Error: gateway stopping (system.run)" });
  });

  test("lets nobody wait who went away, nor for a node that takes nothing", async () => {
    const { clock, join, invoke } = stage();
    join("a", { takes: false });
    const gone = new AbortController();

    const refused = await invoke();
    join("b");
    const left = invoke({}, gone.signal);
    gone.abort();

    expect(refused).toMatchObject({
      message: "failed to send invoke to node",
      details: { nodeError: { code: "UNAVAILABLE" } },
    });
    expect(await left).toMatchObject({ code: "NODE_FAILED" });
    expect(clock.pending).toBe(0);
  });

  test("asks for nothing that the rules forbid, except for the gateway itself", async () => {
    const { registry, join, invoke } = stage({ denyCommands: ["system.run"] });
    const node = join("a");

    const refused = await invoke({ params: { a: 1 } });
    const own = registry.invoke({ nodeId: "n", command: "system.execApprovals.get", params: {} }, FOREVER, {
      unchecked: true,
    });
    node.result({ payload: "rules" });

    expect(refused).toMatchObject({
      code: "NODE_COMMAND_REFUSED",
      details: { reason: "command not allowlisted", command: "system.run" },
    });
    expect((await own).payload).toBe("rules");
    expect(node.sent.map(({ paramsJSON }) => paramsJSON)).toEqual(["{}"]);
    expect(registry.get("n")?.commands).toEqual([]);
  });

  test("piles up no more than a node can be asked at once", async () => {
    const { registry, join, invoke } = stage();
    join("a");
    const orders = Array.from({ length: 256 }, () => invoke());

    const more = await invoke();
    registry.leave("a");

    expect(more).toMatchObject({ details: { nodeError: { code: "BUSY" } } });
    expect((await Promise.all(orders)).length).toBe(256);
  });
});
