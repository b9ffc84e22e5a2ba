import { expect, test } from "@playwright/test";
import { GatewayConnection, type WebSocketLike } from "../../../../shared/client/gateway-connection.ts";
import type { EventFrame } from "../../../../shared/protocol/frame.ts";
import type { HelloOk } from "../../../../shared/protocol/handshake.ts";
import { HEALTH_INTERVAL_MS, SLEEP_GAP_MS } from "../../../../tray/model/limits.ts";
import { Heartbeat, type HeartbeatReport } from "../../../../tray/supervisor/heartbeat.ts";
import { FakeClock } from "../../../helpers/time/fake-clock.ts";

const TICK_MS = 30_000;
const HEALTHY = { ok: true, ts: 0, durationMs: 0, channels: {}, channelOrder: [], channelLabels: {} };

/** A gateway's end of the wire that answers as it is told. */
class Wire implements WebSocketLike {
  readonly asked: string[] = [];
  answer: "well" | "badly" | "never" = "well";
  presence: unknown[] = [];
  ailments: unknown;
  readonly #listeners: { type: string; listener: (event: never) => void }[] = [];

  send(data: string): void {
    const { id, method } = JSON.parse(data) as { id: string; method: string };
    this.asked.push(method);
    if (this.answer === "never") return;
    const payload = method === "system-presence" ? this.presence : { ...HEALTHY, ailments: this.ailments };
    this.#say({ type: "res", id, ok: this.answer === "well", payload });
  }

  close(): void {
    this.#emit("close", { code: 1000, reason: "" });
  }

  event(frame: Omit<EventFrame, "type">): void {
    this.#say({ type: "event", ...frame });
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners.push({ type, listener });
  }

  #say(frame: object): void {
    this.#emit("message", { data: JSON.stringify(frame) });
  }

  #emit(type: string, event: object): void {
    for (const entry of this.#listeners) if (entry.type === type) entry.listener(event as never);
  }
}

function arrange() {
  const clock = new FakeClock();
  const wire = new Wire();
  const hello = {
    snapshot: { presence: [], stateVersion: { presence: 1, health: 1 } },
    policy: { tickIntervalMs: TICK_MS },
  } as unknown as HelloOk;
  const reports: HeartbeatReport[] = [];
  const connection = new GatewayConnection(wire, hello);
  const heartbeat = new Heartbeat(connection, "tray", (report) => reports.push(report), clock);
  heartbeat.start();
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const beat = async (ms = HEALTH_INTERVAL_MS) => {
    clock.advance(ms);
    await settle();
  };
  return { clock, wire, reports, heartbeat, beat, settle };
}

test.describe("Heartbeat", () => {
  test("asks for health at each interval and tells how it was", async () => {
    const { wire, reports, beat } = arrange();

    await beat();
    wire.answer = "badly";
    await beat();

    expect(wire.asked).toEqual(["health", "health"]);
    expect(reports).toEqual([{ type: "health-ok", gateway: {} }, { type: "health-miss" }]);
  });

  test("tells what is not well once, on one line, and when all is again", async () => {
    const { wire, reports, beat } = arrange();

    wire.ailments = ["answers: no\nroom", "log: ENOSPC"];
    await beat();
    await beat();
    wire.ailments = undefined;
    await beat();
    wire.ailments = "nonsense";
    await beat();

    expect(reports.filter(({ type }) => type === "impairment")).toEqual([
      { type: "impairment", message: "answers: no room; log: ENOSPC" },
      { type: "impairment", message: null },
    ]);
  });

  test("asks nothing new while an answer is still awaited", async () => {
    const { wire, beat } = arrange();
    wire.answer = "never";

    await beat();
    await beat();

    expect(wire.asked).toEqual(["health"]);
  });

  test("takes two missing ticks for a miss although health is answered", async () => {
    const { wire, reports, beat } = arrange();
    for (let ms = 0; ms < 2 * TICK_MS; ms += HEALTH_INTERVAL_MS) await beat();
    expect(reports.map(({ type }) => type)).not.toContain("health-miss");

    await beat();
    expect(reports.at(-1)).toEqual({ type: "health-miss" });
    wire.event({ event: "tick", payload: {} });
    await beat();

    expect(reports.at(-1)).toMatchObject({ type: "health-ok" });
  });

  test("expects no ticks from a machine that slept", async () => {
    const clock = new SleepyClock();
    const { reports, wake } = arrangeAsleep(clock);

    wake(10 * SLEEP_GAP_MS);
    await new Promise((resolve) => setImmediate(resolve));

    expect(reports).toEqual([{ type: "health-ok", gateway: {} }]);
  });

  test("passes on a shutdown and the end of the connection, and nothing once disposed", async () => {
    const { wire, reports, heartbeat, settle } = arrange();

    wire.event({ event: "shutdown", payload: { reason: "restart", restartExpectedMs: 1500 } });
    wire.event({ event: "shutdown", payload: { reason: "stop", restartExpectedMs: null } });
    expect(reports).toEqual([
      { type: "shutdown-announced", restartExpectedMs: 1500 },
      { type: "shutdown-announced", restartExpectedMs: null },
    ]);
    heartbeat.dispose();
    await settle();
    expect(reports).toHaveLength(2);
  });

  test("reports a lost socket", async () => {
    const { wire, reports, settle } = arrange();

    wire.close();
    await settle();

    expect(reports).toEqual([{ type: "socket-lost" }]);
  });

  test("counts clients from presence events, and asks for the list when only its version has changed", async () => {
    const { wire, reports, settle } = arrange();
    const others = [
      { reason: "connect", instanceId: "a", ts: 1 },
      { reason: "connect", instanceId: "tray", ts: 1 },
      { reason: "self", ts: 1 },
      { reason: "disconnect", instanceId: "b", ts: 1 },
    ];

    wire.event({
      event: "presence",
      payload: { presence: others },
      stateVersion: { presence: 2, health: 1 },
    });
    wire.presence = [...others, { reason: "connect", instanceId: "c", ts: 1 }];
    wire.event({ event: "health", payload: {}, stateVersion: { presence: 3, health: 2 } });
    await settle();

    expect(wire.asked).toEqual(["system-presence"]);
    expect(reports).toEqual([
      { type: "health-ok", gateway: { clients: 1 } },
      { type: "health-ok", gateway: { clients: 2 } },
    ]);
  });

  test("takes no list of clients for a sign of health after a miss", async () => {
    const { wire, reports, beat } = arrange();
    wire.answer = "badly";
    await beat();

    wire.event({ event: "presence", payload: { presence: [] } });

    expect(reports).toEqual([{ type: "health-miss" }]);
  });

  test("follows agent runs from their first event to their end", () => {
    const { wire, reports } = arrange();
    const agent = (runId: string, stream: string, data: object) =>
      wire.event({ event: "agent", payload: { runId, stream, data, seq: 1, ts: 1 } });

    agent("a", "lifecycle", { phase: "start" });
    agent("a", "assistant", { text: "hi" });
    agent("b", "tool", { phase: "start" });
    agent("a", "lifecycle", { phase: "end" });
    agent("b", "lifecycle", { phase: "error" });

    expect(reports).toEqual([1, 2, 1, 0].map((activeRuns) => ({ type: "activity", activeRuns })));
  });
});

/** Its interval runs when the test says so, and the time in between is lost. */
class SleepyClock extends FakeClock {
  run: () => void = () => {};

  override every(_intervalMs: number, run: () => void) {
    this.run = run;
    return { dispose: () => {} };
  }
}

function arrangeAsleep(clock: SleepyClock) {
  const wire = new Wire();
  const hello = {
    snapshot: { presence: [], stateVersion: { presence: 1, health: 1 } },
    policy: { tickIntervalMs: TICK_MS },
  } as unknown as HelloOk;
  const reports: HeartbeatReport[] = [];
  new Heartbeat(new GatewayConnection(wire, hello), "tray", (report) => reports.push(report), clock).start();
  const wake = (afterMs: number) => {
    clock.advance(afterMs);
    clock.run();
  };
  return { reports, wake };
}
