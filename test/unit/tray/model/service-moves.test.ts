/** A gateway that an installed service keeps: everything goes through its manager, which is never fought. */
import { expect, test } from "@playwright/test";
import type { Effect } from "../../../../tray/model/effects.ts";
import type { StartRefusal, TrayEvent } from "../../../../tray/model/events.ts";
import {
  BREAKER_CRASHES,
  MISSES_TO_DOWN,
  READINESS_TIMEOUT_MS,
  SERVICE_ASK_MS,
  SERVICE_NEWS_MS,
  SERVICE_RETURN_MS,
} from "../../../../tray/model/limits.ts";
import { step } from "../../../../tray/model/transitions.ts";
import type { ServiceRuntime, ServiceVerb, TrayModel } from "../../../../tray/model/tray-model.ts";
import {
  AUTH_MISMATCH,
  GATEWAY,
  middle,
  modelIn,
  NOW,
  PORT_IN_USE,
  SERVED,
  servedIn,
  stateOf,
} from "./samples.ts";

type Loose = { type: string; generation: number };
const generation = 0;
const mode = "normal";

/** Feeds events one after another; `generation` is filled in where an event has one. */
function play(model: TrayModel, events: readonly (TrayEvent | Loose)[], nowMs = NOW) {
  let current = model;
  const effects: Effect[] = [];
  for (const event of events) {
    const whole = "generation" in event ? { ...event, generation: current.facts.generation } : event;
    const next = step(current, whole as TrayEvent, nowMs, middle);
    current = next.model;
    effects.push(...next.effects);
  }
  return { model: current, effects, types: effects.map(({ type }) => type), verbs: effects.flatMap(verbOf) };
}

function verbOf(effect: Effect): ServiceVerb[] {
  return effect.type === "service" ? [effect.verb] : [];
}

const done = (verb: ServiceVerb): Loose => ({ type: "service-done", generation, mode, verb }) as Loose;
const failed = (verb: ServiceVerb, refusal: Partial<StartRefusal> = {}): Loose =>
  ({
    type: "service-failed",
    generation,
    mode,
    verb,
    refusal: { code: "SERVICE_FAILED", message: "no bus", fix: "log in", ...refusal },
  }) as Loose;
const status = (runtime: ServiceRuntime, refusal: StartRefusal | null = null): Loose =>
  ({ type: "service-status", generation, runtime, refusal }) as Loose;
const nobody: Loose = { type: "nobody-listening", generation };
const hello = (gateway = SERVED): Loose => ({ type: "connected", generation, gateway }) as Loose;
const exited: Loose = {
  type: "exited",
  generation,
  pid: 4711,
  code: 0,
  signal: null,
  uptimeMs: 1,
  startBlocked: null,
} as Loose;
const announced: Loose = { type: "shutdown-announced", generation, restartExpectedMs: null } as Loose;

const running = () => servedIn(stateOf("running", { owner: "service" }));
const ofChild = () => modelIn(stateOf("running", { owner: "child" }));
/** Killed and found gone. */
const killed = () =>
  play(running(), [{ type: "socket-lost", generation }, { type: "reconnect" }, nobody]).model;

test.describe("a start with an installed service", () => {
  test("goes through its manager, and the gateway is looked for meanwhile", () => {
    const asked = play(servedIn(stateOf("stopped")), [{ type: "user-start" }, nobody]);
    expect(asked.model.gateway).toMatchObject({ kind: "starting", owner: "service", verb: "start" });
    expect(asked.effects.slice(1)).toEqual([
      { type: "cancel-timer", timer: "probe-again" },
      { type: "await-ready", generation: 8, mode },
      { type: "service", generation: 8, mode, verb: "start" },
    ]);

    const { model } = play(asked.model, [hello(), done("start")]);
    expect(model.gateway).toMatchObject({ kind: "running", owner: "service" });
  });

  test("gets the time of any start once the manager is done", () => {
    const { effects, model } = play(servedIn(stateOf("starting", { verb: "start" })), [done("start")]);
    expect(model.gateway).toMatchObject({ kind: "starting", verb: null });
    expect(effects.at(-1)).toEqual({
      type: "schedule-timer",
      timer: "readiness-timeout",
      delayMs: READINESS_TIMEOUT_MS,
    });
  });

  test("has no time limit of ours while the manager works, not even after sleep", () => {
    for (const verb of ["start", "restart", "install"] as const) {
      const starting = servedIn(stateOf("starting", { verb }));
      expect(play(starting, [{ type: "woke-from-sleep" }]).types, verb).toEqual([]);
    }
  });

  test("that is refused is blocked by the gateway's own reason", () => {
    const refusal = { code: "CONFIG_INVALID", message: "Invalid configuration: /c.json\nline 3: comma" };
    const { model, types } = play(servedIn(stateOf("starting", { verb: "start" })), [
      failed("start", refusal),
    ]);

    expect(model.gateway).toMatchObject({
      kind: "blocked",
      reason: { kind: "config-invalid", path: "/c.json", issues: ["line 3: comma"] },
    });
    expect(types).toContain("watch-cause");
    const other = play(servedIn(stateOf("starting", { verb: "start" })), [failed("start")]).model;
    expect(other.gateway).toMatchObject({ reason: { kind: "refused", message: "no bus", fix: "log in" } });
  });

  test("takes a child where the service was removed meanwhile", () => {
    const { model, types } = play(servedIn(stateOf("starting", { verb: "start" })), [
      failed("start", { code: "SERVICE_NOT_INSTALLED" }),
      nobody,
    ]);

    expect(model.gateway).toMatchObject({ kind: "starting", owner: "child" });
    expect(types).toContain("spawn");
  });

  test("attaches to a gateway that is there already, but not for ever", () => {
    const there = failed("start", { code: "ALREADY_RUNNING", message: "pid 3" });
    let model = servedIn(stateOf("starting", { verb: "start" }));
    for (let round = 1; round < BREAKER_CRASHES; round += 1) {
      model = play(model, [there]).model;
      expect(model.gateway.kind).toBe("probing");
      model = play(model, [nobody]).model;
    }
    expect(play(model, [there]).model.gateway.kind).toBe("blocked");
  });

  test("is no start of a child, except of one that empties the dev profile", () => {
    const dev = servedIn(stateOf("stopped"), { mode: "dev" });
    const facts = { ...dev.facts, serviceInstalled: { normal: true, dev: true } };
    const { types, verbs } = play({ ...dev, facts }, [{ type: "user-reset-dev" }, nobody]);

    expect(types).toContain("spawn");
    expect(verbs).toEqual([]);
  });

  test("does not happen while the user wants none", () => {
    const { model, verbs, types } = play(servedIn(stateOf("probing"), { desired: "stopped" }), [nobody]);
    expect(model.gateway.kind).toBe("stopped");
    expect(verbs).toEqual([]);
    expect(types).toContain("watch-return");
  });
});

test.describe("a service that runs", () => {
  test("is told from a gateway started elsewhere by its own word", () => {
    expect(play(servedIn(stateOf("probing")), [hello()]).model.gateway).toMatchObject({
      kind: "running",
      owner: "service",
    });
    expect(play(servedIn(stateOf("probing")), [hello(GATEWAY)]).model.gateway.kind).toBe("attached");
  });

  test("is known to be installed by its gateway's word", () => {
    const { facts } = play(modelIn(stateOf("probing")), [hello()]).model;
    expect(facts.serviceInstalled).toEqual({ normal: true, dev: false });
  });

  test("is stopped through its manager and stays stopped", () => {
    const asked = play(running(), [{ type: "user-stop" }]);
    expect(asked.model.gateway).toMatchObject({ kind: "stopping", target: "service", because: "asked" });
    expect(asked.types).toEqual(["release", "service", "save-intent"]);
    expect(asked.verbs).toEqual(["stop"]);
    expect(play(asked.model, [exited, { type: "stop-deadline" }]).types).toEqual([]);

    const gone = play(asked.model, [done("stop")]);
    expect(gone.model.gateway.kind).toBe("stopped");
    expect(gone.model.intent.desired).toBe("stopped");
    expect(gone.types).toEqual(["cancel-timer", "release", "watch-return"]);
  });

  test("is started again when that was asked for during the stop", () => {
    const { model, verbs } = play(running(), [
      { type: "user-stop" },
      { type: "user-start" },
      done("stop"),
      nobody,
    ]);
    expect(model.gateway).toMatchObject({ kind: "starting", owner: "service" });
    expect(verbs).toEqual(["stop", "start"]);
  });

  test("of the other profile is stopped as well when Stop is clicked after a switch", () => {
    const both = running();
    const facts = { ...both.facts, serviceInstalled: { normal: true, dev: true } };
    const { effects, model } = play({ ...both, facts }, [
      { type: "user-stop" },
      { type: "user-toggle-dev" },
      done("stop"),
    ]);
    expect(effects.at(-1)).toEqual({ type: "service", generation: 7, mode: "dev", verb: "stop" });
    const last = { type: "service-done", generation, mode: "dev", verb: "stop" } as Loose;
    expect(play(model, [last]).model.gateway.kind).toBe("stopped");
  });

  test("that cannot be stopped is shown as what it is, with the reason told", () => {
    const { model, effects } = play(running(), [{ type: "user-stop" }, failed("stop"), hello()]);
    expect(model.gateway).toMatchObject({ kind: "running", owner: "service" });
    expect(model.intent.desired).toBe("stopped");
    expect(model.facts.failedAction).toBe("no bus · log in");
    expect(effects).toContainEqual({ type: "tell-failure", message: "no bus · log in" });
  });

  test("is restarted by one command, whatever is clicked meanwhile, and looked for when that is done", () => {
    const asked = play(running(), [
      { type: "user-restart" },
      { type: "user-restart" },
      { type: "user-start" },
    ]);
    expect(asked.verbs).toEqual(["restart"]);
    expect(asked.types).not.toContain("await-ready");
    expect(asked.model.gateway).toMatchObject({ kind: "starting", planned: true, verb: "restart" });

    const { model, types } = play(asked.model, [done("restart"), hello({ ...SERVED, pid: 4712 })]);
    expect(types).toContain("await-service");
    expect(model.gateway).toMatchObject({ kind: "running", owner: "service", gateway: { pid: 4712 } });
    expect(model.facts.downSinceMs).toBeNull();
  });

  test("whose restart fails is looked at again", () => {
    const { model } = play(running(), [{ type: "user-restart" }, failed("restart")]);
    expect(model.gateway.kind).toBe("probing");
    expect(model.facts.failedAction).toBe("no bus · log in");
  });

  test("is stopped although its restart is still under way, whose answer no longer counts", () => {
    const { model, verbs } = play(running(), [
      { type: "user-restart" },
      { type: "user-stop" },
      done("restart"),
      failed("restart"),
    ]);
    expect(verbs).toEqual(["restart", "stop"]);
    expect(model.gateway).toMatchObject({ kind: "stopping", target: "service" });
    expect(play(model, [done("stop")]).model.gateway.kind).toBe("stopped");
  });

  test("is restarted through its manager when it hangs, until that has happened too often", () => {
    const misses = Array(MISSES_TO_DOWN).fill({ type: "health-miss", generation });
    const hung = play(running(), misses);
    expect(hung.verbs).toEqual(["restart"]);
    expect(hung.model.facts).toMatchObject({ downSinceMs: NOW, lastCrash: { cause: "unresponsive" } });

    const often = running();
    const facts = { ...often.facts, crashTimesMs: Array(BREAKER_CRASHES - 1).fill(NOW - 1) };
    const last = play({ ...often, facts }, misses);
    expect(last.verbs).toEqual([]);
    expect(last.model.gateway.kind).toBe("gave-up");
    const unwanted = { ...often, intent: { ...often.intent, desired: "stopped" as const } };
    expect(play(unwanted, misses).verbs).toEqual(["stop"]);
  });

  test("that does not let us in goes on and is shown", () => {
    const refused = { type: "probe-blocked", generation, reason: AUTH_MISMATCH } as Loose;
    const { model } = play(running(), [{ type: "socket-lost", generation }, refused]);
    expect(model.gateway).toMatchObject({ kind: "degraded", owner: "service", trouble: { kind: "refused" } });
    const back = play(killed(), [refused]).model;
    expect(back.gateway).toMatchObject({ kind: "degraded", owner: "service", gateway: { pid: null } });
    const taken = { type: "probe-blocked", generation, reason: PORT_IN_USE } as Loose;
    expect(play(killed(), [taken]).model.gateway.kind).toBe("blocked");
  });

  test("is left alone by Quit and by the dev mode", () => {
    expect(play(running(), [{ type: "user-quit", gateway: "setting" }]).types).toEqual(["leave"]);
    expect(play(running(), [{ type: "user-quit", gateway: "stop" }]).types).toEqual(["leave"]);

    const dev = play(running(), [{ type: "user-toggle-dev" }]);
    expect(dev.types).toEqual(["probe", "save-intent"]);
    const back = play(dev.model, [nobody, { type: "user-toggle-dev" } as TrayEvent]).model;
    expect(back.intent.mode).toBe("normal");
  });

  test("is waited for when the dev mode is switched on while its manager works", () => {
    const waiting = play(running(), [{ type: "user-restart" }, { type: "user-toggle-dev" }]);
    expect(waiting.model.gateway).toMatchObject({ kind: "starting", verb: "restart" });

    for (const answer of [done("restart"), failed("start")]) {
      const model = play(waiting.model, [answer]).model;
      expect(model.gateway.kind, answer.type).toBe(answer.type === "service-done" ? "probing" : "starting");
    }
    const asked = play(servedIn(stateOf("starting", { verb: "start" })), [
      { type: "user-toggle-dev" },
      failed("start"),
    ]);
    expect(asked.effects).toContainEqual({ type: "probe", generation: 8, mode: "dev" });
  });

  test("is not taken for the gateway that was asked for: neither the one before a restart nor one of the other profile", () => {
    const restarting = play(running(), [{ type: "user-restart" }, hello()]);
    expect(restarting.model.gateway).toMatchObject({ kind: "starting", verb: "restart" });

    const switched = play(servedIn(stateOf("starting", { verb: "start" })), [
      { type: "user-toggle-dev" },
      hello(),
    ]).model;
    expect(switched.gateway).toMatchObject({ kind: "starting", verb: "start" });
    expect(switched.facts.serviceInstalled.dev).toBe(false);
  });
});

test.describe("a service that dies", () => {
  test("is down at once, and its manager is awaited", () => {
    const { model, effects } = play(running(), [
      { type: "socket-lost", generation },
      { type: "reconnect" },
      nobody,
    ]);

    expect(model.gateway).toMatchObject({ kind: "backoff", by: "service", crash: { cause: "vanished" } });
    expect(model.facts.downSinceMs).toBe(NOW);
    expect(effects.slice(-2)).toEqual([
      { type: "await-service", generation: 7, mode, sinceMs: NOW },
      { type: "schedule-timer", timer: "backoff-elapsed", delayMs: SERVICE_RETURN_MS },
    ]);
    expect(effects.flatMap(verbOf)).toEqual([]);
  });

  test("has recovered when it answers again", () => {
    const { model } = play(killed(), [hello({ ...SERVED, pid: 4712 })], NOW + 5_000);
    expect(model.gateway).toMatchObject({ kind: "running", owner: "service", gateway: { pid: 4712 } });
    expect(model.facts).toMatchObject({ downSinceMs: null, recoveredFromMs: NOW });
  });

  for (const asking of [
    { type: "backoff-elapsed" } as TrayEvent,
    { type: "service-refused", generation } as Loose,
  ]) {
    test(`is asked about at ${asking.type}`, () => {
      expect(play(killed(), [asking]).effects).toEqual([
        { type: "ask-service", generation: 7, mode, sinceMs: NOW },
      ]);
    });
  }

  for (const runtime of ["running", "starting", "stopping", "crash-looping", "unknown"] as const) {
    test(`is awaited further while its manager calls it ${runtime}`, () => {
      const { model, effects } = play(killed(), [status(runtime)], NOW + SERVICE_RETURN_MS);
      expect(model.gateway).toMatchObject({
        kind: "backoff",
        untilMs: NOW + SERVICE_RETURN_MS + SERVICE_ASK_MS,
      });
      expect(effects).toEqual([
        { type: "schedule-timer", timer: "backoff-elapsed", delayMs: SERVICE_ASK_MS },
      ]);
    });
  }

  test("is restarted when its manager calls it running and it never answers", () => {
    expect(play(killed(), [status("running")], NOW + READINESS_TIMEOUT_MS).verbs).toEqual(["restart"]);
  });

  test("has given up when its manager has", () => {
    const { model } = play(killed(), [status("blocked")]);
    expect(model.gateway).toMatchObject({ kind: "gave-up", crash: { cause: "vanished" } });
    expect(play(model, [{ type: "user-start" }, nobody]).verbs).toEqual(["start"]);
  });

  test("is blocked by the reason that the gateway left, and started through its manager when that changes", () => {
    const refusal = { code: "PORT_IN_USE", message: "port 1 is taken", pid: 812 };
    const { model } = play(killed(), [status("blocked", refusal)]);
    expect(model.gateway).toMatchObject({ kind: "blocked", reason: { kind: "port-in-use", pid: 812 } });
    expect(play(model, [{ type: "cause-changed", generation }, nobody]).verbs).toEqual(["start"]);
  });

  test("is at rest when it was stopped meanwhile, and followed by a child when it was removed", () => {
    expect(play(killed(), [status("stopped", { code: "X", message: "no" })]).model.gateway.kind).toBe(
      "blocked",
    );
    const stopped = play(killed(), [status("stopped")]).model;
    expect(stopped.gateway.kind).toBe("stopped");
    expect(stopped.facts.downSinceMs).toBeNull();

    const bare = killed();
    const facts = { ...bare.facts, serviceInstalled: { normal: false, dev: false } };
    expect(play({ ...bare, facts }, [status("not-installed"), nobody]).types).toContain("spawn");
  });

  test("is not awaited when nobody wants it to generation", () => {
    const model = servedIn(stateOf("degraded", { owner: "service" }), { desired: "stopped" });
    expect(play(model, [nobody]).model.gateway.kind).toBe("stopped");
  });

  test("is stopped through its manager by a click, so that it does not come back", () => {
    expect(play(killed(), [{ type: "user-stop" }]).verbs).toEqual(["stop"]);
    for (const kind of ["gave-up", "blocked", "probing"] as const) {
      expect(play(servedIn(stateOf(kind)), [{ type: "user-stop" }]).verbs, kind).toEqual(["stop"]);
    }
  });

  test("answers to a restart of ours are no answers of a service", () => {
    const ours = modelIn(stateOf("backoff", { by: "tray" }));
    for (const event of [hello(), status("stopped"), { type: "service-refused", generation } as Loose]) {
      expect(play(ours, [event]).model.gateway, event.type).toBe(ours.gateway);
    }
  });

  test("counts as down when it is not ready in time", () => {
    const { model } = play(servedIn(stateOf("starting", { owner: "service", verb: null })), [
      { type: "readiness-timeout" },
    ]);
    expect(model.gateway).toMatchObject({ kind: "backoff", by: "service", crash: { cause: "not-ready" } });
  });
});

test.describe("a service that is stopped or started elsewhere", () => {
  const ended = () => play(running(), [announced]);

  test("is followed quietly to rest, and nothing starts it again", () => {
    expect(ended().types).toEqual(["release", "await-exit"]);
    const gone = play(ended().model, [exited]);
    expect(gone.effects).toEqual([
      { type: "ask-service", generation: 7, mode, sinceMs: NOW - SERVICE_NEWS_MS },
    ]);

    for (const runtime of ["stopped", "not-installed", "unknown"] as const) {
      const { model, verbs } = play(gone.model, [status(runtime)]);
      expect(model.gateway.kind, runtime).toBe("stopped");
      expect(model.intent.desired).toBe("stopped");
      expect(model.facts.downSinceMs).toBeNull();
      expect(verbs).toEqual([]);
    }
  });

  test("is awaited silently when it is restarted", () => {
    for (const runtime of ["running", "starting", "stopping", "crash-looping"] as const) {
      const { model, types } = play(ended().model, [exited, status(runtime)]);
      expect(model.gateway, runtime).toMatchObject({ kind: "starting", owner: "service", planned: true });
      expect(types).toContain("await-service");
      expect(model.facts.downSinceMs).toBeNull();
    }
  });

  const refusal = { code: "CONFIG_INVALID", message: "line 3" };

  test("is blocked by its reason when it was restarted there and refused", () => {
    const gone = play(ended().model, [exited]).model;
    for (const runtime of ["blocked", "stopped"] as const) {
      const { model } = play(gone, [status(runtime, refusal)]);
      expect(model.gateway, runtime).toMatchObject({ kind: "blocked", reason: { kind: "config-invalid" } });
      expect(model.intent.desired).toBe("run");
    }
    expect(play(gone, [status("blocked")]).model.gateway.kind).toBe("gave-up");
    const unwanted = { ...gone, intent: { ...gone.intent, desired: "stopped" as const } };
    expect(play(unwanted, [status("blocked")]).model.gateway.kind).toBe("stopped");
    const older = { code: "ALREADY_RUNNING", message: "of a second start" };
    expect(play(gone, [status("stopped", older)]).model.gateway.kind).toBe("stopped");
  });

  test("is asked about when a start is refused while it is awaited", () => {
    const awaited = play(ended().model, [exited, status("starting")]).model;
    const asked = play(awaited, [{ type: "service-refused", generation }]);
    expect(asked.effects).toEqual([{ type: "ask-service", generation: 7, mode, sinceMs: NOW }]);

    const states = (...answer: Parameters<typeof status>) => play(awaited, [status(...answer)]).model.gateway;
    expect(states("crash-looping", refusal)).toBe(awaited.gateway);
    expect(states("blocked", refusal).kind).toBe("blocked");
    expect(states("stopped", refusal).kind).toBe("blocked");
    expect(states("blocked")).toMatchObject({ kind: "gave-up", crash: { cause: "not-ready" } });
    expect(states("stopped").kind).toBe("stopped");
    expect(states("not-installed").kind).toBe("probing");
    for (const busy of [stateOf("starting", { verb: "start" }), stateOf("starting", { owner: "child" })]) {
      const { types } = play(servedIn(busy), [{ type: "service-refused", generation }, status("blocked")]);
      expect(types).toEqual([]);
    }
  });

  test("is seen when it runs again, and meant to run from then on", () => {
    const { model } = play(servedIn(stateOf("stopped"), { desired: "stopped" }), [
      { type: "gateway-returned", generation },
      hello(),
    ]);
    expect(model.gateway).toMatchObject({ kind: "running", owner: "service" });
    expect(model.intent.desired).toBe("run");

    const gone = play(servedIn(stateOf("stopped"), { desired: "stopped" }), [
      { type: "gateway-returned", generation },
      nobody,
    ]);
    expect(gone.model.gateway.kind).toBe("stopped");
  });

  test("follows a click during its end", () => {
    expect(play(ended().model, [{ type: "user-start" }, nobody]).verbs).toEqual(["start"]);
    expect(play(ended().model, [{ type: "user-stop" }]).verbs).toEqual(["stop"]);
    expect(play(ended().model, [{ type: "user-toggle-dev" }]).effects).toContainEqual({
      type: "probe",
      generation: 8,
      mode: "dev",
    });
    expect(play(ended().model, [{ type: "user-stop" }, status("running")]).model.gateway.kind).toBe(
      "stopping",
    );
  });

  test("leaves the end of a child to its exit", () => {
    expect(play(ofChild(), [announced]).model.gateway.kind).toBe("running");
  });
});

test.describe("Run as a service", () => {
  const on = { type: "user-run-as-service", enabled: true } as const;
  const off = { type: "user-run-as-service", enabled: false } as const;
  const installed = { type: "service-installed", mode, installed: true } as const;
  const removed = { type: "service-installed", mode, installed: false } as const;

  test("leaves the end of the child to the install, and waits for the service", () => {
    const asked = play(ofChild(), [on]);
    expect(asked.effects).toEqual([{ type: "service", generation: 7, mode, verb: "install" }]);
    expect(asked.model.gateway).toMatchObject({ kind: "stopping", target: "child", installs: true });

    const gone = play(asked.model, [exited]);
    expect(gone.model.gateway).toMatchObject({ kind: "starting", owner: "service", verb: "install" });
    const { model, types } = play(gone.model, [installed, done("install"), hello()]);
    expect(model.gateway).toMatchObject({ kind: "running", owner: "service" });
    expect(model.facts.downSinceMs).toBeNull();
    expect([...gone.types, ...types]).not.toContain("spawn");
  });

  test("keeps the child when the install is refused, and tells why", () => {
    const { model, effects } = play(ofChild(), [
      on,
      failed("install"),
      { type: "reconnect" },
      hello(GATEWAY),
    ]);

    expect(model.gateway).toMatchObject({ kind: "running", owner: "child", gateway: { pid: 4711 } });
    expect(model.facts.failedAction).toBe("no bus · log in");
    expect(effects).toContainEqual({ type: "tell-failure", message: "no bus · log in" });
    expect(effects.map(({ type }) => type)).not.toContain("signal-stop");
  });

  test("starts a child again when the service does not come up", () => {
    const { model, types } = play(ofChild(), [on, exited, failed("install"), nobody]);
    expect(model.gateway).toMatchObject({ kind: "starting", owner: "child" });
    expect(types.filter((type) => type === "spawn")).toHaveLength(1);
    expect(model.facts.failedAction).toBe("no bus · log in");
  });

  test("takes over an attached gateway, whose end is watched", () => {
    const asked = play(modelIn(stateOf("attached")), [on]);
    expect(asked.types).toEqual(["service", "await-exit"]);
    expect(play(asked.model, [exited, hello()]).model.gateway).toMatchObject({ owner: "service" });
    const kept = play(asked.model, [failed("install"), hello(GATEWAY)]).model;
    expect(kept.gateway.kind).toBe("attached");
  });

  test("installs at once where nothing runs, which counts as a start", () => {
    for (const kind of ["stopped", "gave-up", "blocked", "backoff"] as const) {
      const { model, verbs } = play(modelIn(stateOf(kind), { desired: "stopped" }), [on]);
      expect(verbs, kind).toEqual(["install"]);
      expect(model.intent.desired).toBe("run");
    }
  });

  test("is carried on with what was asked for meanwhile", () => {
    const asked = play(ofChild(), [on]).model;

    const stopped = play(asked, [{ type: "user-stop" }, installed, exited]);
    expect(stopped.verbs).toEqual(["stop"]);
    const late = play(asked, [{ type: "user-stop" }, installed, done("install"), exited, done("stop")]);
    expect(late.verbs).toEqual(["stop"]);
    expect(late.model.gateway.kind).toBe("stopped");
    const early = play(asked, [installed, done("install"), exited, hello()]).model;
    expect(early.gateway).toMatchObject({ kind: "running", owner: "service" });

    expect(play(asked, [{ type: "user-toggle-dev" }, exited]).effects).toContainEqual({
      type: "probe",
      generation: 8,
      mode: "dev",
    });
    expect(play(asked, [{ type: "user-toggle-dev" }, failed("install")]).types).toContain("signal-stop");
    expect(play(asked, [{ type: "user-stop" }, failed("install")]).types).toContain("signal-stop");
    expect(play(asked, [{ type: "user-quit", gateway: "setting" }]).types).toEqual(["leave"]);
    for (const stale of [done("start"), failed("start")]) {
      expect(play(asked, [stale]).model.gateway).toBe(asked.gateway);
    }
  });

  test("is not taken in dev mode, between states, and for what is a service already", () => {
    expect(play(modelIn(stateOf("running"), { mode: "dev" }), [on]).types).toEqual([]);
    for (const kind of ["probing", "starting", "stopping"] as const) {
      expect(play(modelIn(stateOf(kind)), [on, off]).types, kind).toEqual([]);
    }
    expect(play(running(), [on]).types).toEqual([]);
  });

  test("switched off, removes the service and starts a child in its place", () => {
    const asked = play(running(), [off]);
    expect(asked.verbs).toEqual(["uninstall"]);
    expect(asked.model.gateway).toMatchObject({ kind: "stopping", target: "service" });

    const { types, verbs } = play(asked.model, [removed, done("uninstall"), nobody]);
    expect(types.filter((type) => type === "spawn")).toHaveLength(1);
    expect(verbs).toEqual([]);
    const stopped = play(servedIn(stateOf("stopped"), { desired: "stopped" }), [
      off,
      removed,
      done("uninstall"),
    ]);
    expect(stopped.verbs).toEqual(["uninstall"]);
    expect(stopped.model.gateway.kind).toBe("stopped");
  });

  test("keeps the service when it cannot be removed, and tells why", () => {
    const { model, effects } = play(running(), [off, failed("uninstall"), hello()]);
    expect(model.gateway).toMatchObject({ kind: "running", owner: "service" });
    expect(effects).toContainEqual({ type: "tell-failure", message: "no bus · log in" });
  });

  test("switched off beside another gateway leaves that alone", () => {
    for (const gateway of [
      stateOf("running", { owner: "child" }),
      stateOf("attached"),
      stateOf("degraded"),
    ]) {
      const { model, types } = play(servedIn(gateway), [off, done("uninstall")]);
      expect(types).toEqual(["service"]);
      expect(model.gateway).toBe(gateway);
    }
    const { model } = play(servedIn(stateOf("attached")), [off, failed("start"), failed("uninstall")]);
    expect(model.facts.failedAction).toBe("no bus · log in");
  });
});

test.describe("the definition of a service", () => {
  test("is known per profile, and looked out for while nothing runs", () => {
    const seen = { type: "service-installed", mode: "normal", installed: true } as const;
    const { model, effects } = play(modelIn(stateOf("stopped")), [seen, seen]);
    expect(model.facts.serviceInstalled).toEqual({ normal: true, dev: false });
    expect(effects).toEqual([{ type: "watch-return", generation: 7, mode: "normal" }]);

    expect(play(modelIn(stateOf("stopped")), [{ ...seen, mode: "dev" }]).types).toEqual([]);
    expect(play(ofChild(), [seen]).types).toEqual([]);
  });

  test("that appeared beside a child takes part in its Stop", () => {
    const seen = { type: "service-installed", mode: "normal", installed: true } as const;
    expect(play(ofChild(), [seen, { type: "user-stop" }, exited]).verbs).toEqual(["stop"]);
  });
});
