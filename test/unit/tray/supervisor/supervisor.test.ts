import { expect, test } from "@playwright/test";
import type { Effect } from "../../../../tray/model/effects.ts";
import type { TrayEvent } from "../../../../tray/model/events.ts";
import { DEFAULT_INTENT, initialModel } from "../../../../tray/model/tray-model.ts";
import { type EffectHandlers, Supervisor } from "../../../../tray/supervisor/supervisor.ts";
import { FakeClock } from "../../../helpers/time/fake-clock.ts";

const GATEWAY = {
  pid: 7,
  url: "ws://127.0.0.1:1",
  startedAtMs: 1,
  clients: 0,
  agentModel: null,
  service: null,
};

function arrange(answers: Partial<Record<Effect["type"], TrayEvent>> = {}, failing?: Effect["type"]) {
  const clock = new FakeClock();
  const done: string[] = [];
  const errors: object[] = [];
  const handle = (effect: Effect) => {
    done.push(effect.type);
    if (effect.type === failing) throw new Error("disk full");
    const answer = answers[effect.type];
    if (answer !== undefined) supervisor.dispatch(answer);
  };
  const handlers = new Proxy({}, { get: () => handle }) as EffectHandlers;
  const log = { debug: () => {}, info: () => {}, error: (facts: object) => void errors.push(facts) };
  const model = initialModel(DEFAULT_INTENT, "0.1.0", clock.now());
  const supervisor = new Supervisor(model, handlers, clock, log);
  return { clock, done, errors, supervisor };
}

test.describe("Supervisor", () => {
  test("deals with answers after the effects of the event that led to them", () => {
    const { done, supervisor } = arrange({
      probe: { type: "nobody-listening", generation: 1 },
      spawn: { type: "spawned", generation: 1, pid: 7 },
      "await-ready": { type: "connected", generation: 1, gateway: GATEWAY },
    });
    const states: string[] = [];
    supervisor.onChange(({ gateway }) => states.push(gateway.kind));

    supervisor.dispatch({ type: "launched" });

    expect(done).toEqual(["probe", "spawn", "await-ready"]);
    expect(states).toEqual(["probing", "starting", "starting", "running"]);
  });

  test("raises a timer's event when it is due, and no longer once it is cancelled", () => {
    const { clock, done, supervisor } = arrange();
    supervisor.dispatch({ type: "launched" });
    supervisor.dispatch({ type: "nobody-listening", generation: 1 });
    supervisor.dispatch({ type: "spawned", generation: 1, pid: 7 });

    clock.advance(44_999);
    expect(done).not.toContain("signal-stop");
    clock.advance(1);
    expect(done).toContain("signal-stop");

    supervisor.dispatch({ type: "user-stop" });
    const exit = { code: 0, signal: null, uptimeMs: 1, startBlocked: null };
    supervisor.dispatch({ type: "exited", generation: 1, pid: 7, ...exit });
    const before = done.length;
    clock.advance(60_000);
    expect(supervisor.model.gateway.kind).toBe("stopped");
    expect(done.length).toBe(before);
  });

  test("goes on with the other effects when one cannot be carried out", () => {
    const { done, errors, supervisor } = arrange({}, "release");
    supervisor.dispatch({ type: "launched" });

    supervisor.dispatch({ type: "user-stop" });

    expect(done).toEqual(["probe", "release", "save-intent"]);
    expect(errors).toEqual([expect.objectContaining({ effect: "release" })]);
  });

  test("hears nothing any more once it is disposed", () => {
    const { done, supervisor } = arrange();

    supervisor.dispose();
    supervisor.dispatch({ type: "launched" });

    expect(done).toEqual([]);
  });
});
