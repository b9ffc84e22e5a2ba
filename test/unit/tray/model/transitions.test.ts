import { expect, test } from "@playwright/test";
import type { Effect } from "../../../../tray/model/effects.ts";
import type { EventType, TrayEvent } from "../../../../tray/model/events.ts";
import {
  BREAKER_CRASHES,
  BREAKER_WINDOW_MS,
  MISSES_TO_DOWN,
  QUIET_MS,
  READINESS_TIMEOUT_MS,
  RESTART_DELAYS_MS,
  RESTART_RESET_MS,
  STOP_GRACE_MS,
  UNHEARD_LIMIT_MS,
} from "../../../../tray/model/limits.ts";
import { step, TABLE } from "../../../../tray/model/transitions.ts";
import {
  DEFAULT_INTENT,
  type GatewayState,
  initialModel,
  ownerOf,
  type StateKind,
  type TrayModel,
} from "../../../../tray/model/tray-model.ts";
import { expectEqual } from "../../../helpers/run/expect-equal.ts";
import {
  AUTH_MISMATCH,
  EVENTS,
  GATEWAY,
  middle,
  modelIn,
  NOW,
  PORT_IN_USE,
  STATES,
  servedIn,
  stateOf,
} from "./samples.ts";

const STATE_KINDS = Object.keys(TABLE) as StateKind[];
const EVENT_TYPES = Object.keys(TABLE.stopped) as EventType[];

const exited = (model: TrayModel, code: number | null, signal: string | null = null) =>
  ({
    type: "exited",
    generation: model.facts.generation,
    pid: 4711,
    code,
    signal,
    uptimeMs: 1_000,
    startBlocked: null,
  }) as const;

/** Feeds events one after another; `run` is filled in where an event has one. */
function play(model: TrayModel, events: readonly (TrayEvent | Loose)[], nowMs = NOW) {
  let current = model;
  const effects: Effect[] = [];
  for (const event of events) {
    const whole = "generation" in event ? { ...event, generation: current.facts.generation } : event;
    const next = step(current, whole as TrayEvent, nowMs, middle);
    current = next.model;
    effects.push(...next.effects);
  }
  return { model: current, effects, types: effects.map((effect) => effect.type) };
}
type Loose = { type: string; generation: number };
const generation = 0;

/** The only event that starts a gateway, with its state and intent. */
const SPAWNING = "probing nobody-listening run";

test.describe("the transition table", () => {
  test("has an entry for every event in every state, a move or a reason to ignore it", () => {
    expect(STATE_KINDS.sort()).toEqual([...new Set(STATES.map(({ kind }) => kind))].sort());
    expect([...EVENT_TYPES].sort()).toEqual([...new Set(EVENTS.map(({ type }) => type))].sort());
    for (const kind of STATE_KINDS) {
      expect(Object.keys(TABLE[kind]).sort(), kind).toEqual([...EVENT_TYPES].sort());
      for (const [event, cell] of Object.entries(TABLE[kind])) {
        expectEqual(typeof cell === "function" || cell.ignored.length > 0, true, `${kind} × ${event}`);
      }
    }
  });

  for (const [desired, isServed] of [
    ["run", false],
    ["stopped", false],
    ["run", true],
    ["stopped", true],
  ] as const) {
    const world = `intent ${desired}, ${isServed ? "a" : "no"} service`;
    test(`never throws, keeps to known states and agrees with what it says it ignores (${world})`, () => {
      for (const gateway of STATES) {
        for (const event of EVENTS) {
          const model = (isServed ? servedIn : modelIn)(gateway, { desired });
          const { model: next, effects, ignored } = step(model, event, NOW, middle);
          const spawns = effects.some(({ type }) => type === "spawn");
          const stopsService =
            effects.some(({ type }) => type === "signal-stop") && ownerOf(gateway) === "service";

          expectEqual(
            {
              isKnown: STATE_KINDS.includes(next.gateway.kind),
              keepsItsWord: ignored === undefined || (next.gateway === gateway && effects.length === 0),
              spawnsIn: spawns ? `${gateway.kind} ${event.type} ${desired}` : SPAWNING,
              stopsService,
            },
            { isKnown: true, keepsItsWord: true, spawnsIn: SPAWNING, stopsService: false },
            `${JSON.stringify(gateway)} × ${JSON.stringify(event)}`,
          );
        }
      }
    });
  }

  test("lets every state be left, and every state be reached from stopped", () => {
    const edges = new Map<StateKind, Set<StateKind>>(STATE_KINDS.map((kind) => [kind, new Set()]));
    for (const gateway of STATES) {
      for (const event of EVENTS) {
        for (const nowMs of [NOW, NOW + 3_600_000]) {
          edges.get(gateway.kind)?.add(step(modelIn(gateway), event, nowMs, middle).model.gateway.kind);
          const crashed = modelIn(gateway);
          const facts = { ...crashed.facts, crashTimesMs: Array(BREAKER_CRASHES - 1).fill(nowMs - 1) };
          edges.get(gateway.kind)?.add(step({ ...crashed, facts }, event, nowMs, middle).model.gateway.kind);
        }
      }
    }

    for (const from of STATE_KINDS) {
      const reached = new Set<StateKind>([from]);
      for (const kind of reached) for (const next of edges.get(kind) ?? []) reached.add(next);
      expect([...reached].sort(), `reachable from ${from}`).toEqual([...STATE_KINDS].sort());
    }
  });

  test("drops answers of an older run", () => {
    const model = modelIn({ kind: "probing", sinceMs: NOW });

    const {
      model: next,
      effects,
      ignored,
    } = step(model, { type: "nobody-listening", generation: 6 }, NOW, middle);

    expect(next).toBe(model);
    expect(effects).toEqual([]);
    expect(ignored).toContain("stale");
  });

  test("cancels the timer of a state that is left", () => {
    const { effects } = play(modelIn(stateOf("backoff")), [{ type: "user-stop" }]);
    expect(effects[0]).toEqual({ type: "cancel-timer", timer: "backoff-elapsed" });
  });
});

test.describe("a start", () => {
  test("probes, spawns when nobody listens, waits for hello and runs", () => {
    const model = initialModel(DEFAULT_INTENT, "0.1.0", NOW);

    const { model: end, effects } = play(model, [
      { type: "launched" },
      { type: "nobody-listening", generation },
      { type: "spawned", generation, pid: 4711 } as Loose,
      { type: "connected", generation, gateway: { ...GATEWAY, pid: null } } as Loose,
    ]);

    expect(end.gateway).toMatchObject({ kind: "running", gateway: { pid: 4711 } });
    expect(effects).toEqual([
      { type: "probe", generation: 1, mode: "normal" },
      { type: "cancel-timer", timer: "probe-again" },
      { type: "spawn", generation: 1, mode: "normal", reset: false },
      { type: "schedule-timer", timer: "readiness-timeout", delayMs: READINESS_TIMEOUT_MS },
      { type: "await-ready", generation: 1, mode: "normal" },
      { type: "cancel-timer", timer: "readiness-timeout" },
    ]);
  });

  test("does not happen at launch when the user had stopped it", () => {
    const model = initialModel({ ...DEFAULT_INTENT, desired: "stopped" }, "0.1.0", NOW);

    const { model: end, types } = play(model, [{ type: "launched" }]);

    expect(end.gateway.kind).toBe("stopped");
    expect(types).toEqual(["release"]);
  });

  test("attaches to a healthy gateway and never spawns a second one", () => {
    const { model, types } = play(modelIn(stateOf("stopped")), [
      { type: "user-start" },
      { type: "connected", generation, gateway: GATEWAY } as Loose,
    ]);

    expect(model.gateway.kind).toBe("attached");
    expect(types).not.toContain("spawn");
  });

  test("waits for a gateway that is on its way up, then calls it stuck", () => {
    const model = modelIn({ kind: "probing", sinceMs: NOW });

    const early = play(model, [{ type: "not-ready", generation, pid: 9 } as Loose, { type: "probe-again" }]);
    const late = play(
      model,
      [{ type: "not-ready", generation, pid: 9 } as Loose],
      NOW + READINESS_TIMEOUT_MS,
    );

    expect(early.types).toEqual(["schedule-timer", "probe"]);
    expect(late.model.gateway).toMatchObject({ kind: "blocked", reason: { kind: "port-in-use", pid: 9 } });
  });

  test("is blocked by what a probe finds and looks again when the cause changes", () => {
    const { model, types } = play(modelIn({ kind: "probing", sinceMs: NOW }), [
      { type: "probe-blocked", generation, reason: AUTH_MISMATCH } as Loose,
    ]);
    expect(model.gateway).toEqual({ kind: "blocked", reason: AUTH_MISMATCH });
    expect(types).toEqual(["cancel-timer", "release", "watch-cause"]);

    const again = play(model, [{ type: "cause-changed", generation }]);
    expect(again.model.gateway.kind).toBe("probing");
    expect(again.types).toEqual(["probe"]);
  });

  test("does not take another gateway's hello for its child's", () => {
    const model = modelIn(stateOf("starting", { owner: "child", pid: 4711 }));

    const { model: end } = play(model, [
      { type: "connected", generation, gateway: { ...GATEWAY, pid: 9 } } as Loose,
    ]);

    expect(end.gateway.kind).toBe("starting");
  });

  test("that is not ready in time is ended and counts as a crash", () => {
    const model = modelIn(stateOf("starting", { owner: "child", pid: 4711 }));

    const stopping = play(model, [{ type: "readiness-timeout" }]);
    const ended = play(stopping.model, [exited(model, null, "SIGTERM")]);

    expect(stopping.types).toEqual(["cancel-timer", "signal-stop", "schedule-timer"]);
    expect(ended.model.gateway).toMatchObject({ kind: "backoff", crash: { cause: "not-ready" } });
  });

  test("gets its full time again after sleep", () => {
    const { effects } = play(modelIn(stateOf("starting")), [{ type: "woke-from-sleep" }]);
    expect(effects).toEqual([
      { type: "schedule-timer", timer: "readiness-timeout", delayMs: READINESS_TIMEOUT_MS },
    ]);
  });

  test("leaves a child alone that does not let us in, and shows it", () => {
    const { model, types } = play(modelIn(stateOf("starting", { owner: "child", pid: 4711 })), [
      { type: "probe-blocked", generation, reason: AUTH_MISMATCH } as Loose,
    ]);

    expect(model.gateway).toMatchObject({
      kind: "degraded",
      gateway: { pid: 4711 },
      trouble: { kind: "refused", reason: AUTH_MISMATCH },
    });
    expect(types).toEqual(["cancel-timer", "watch-cause"]);
    expect(play(model, [{ type: "cause-changed", generation }, { type: "reconnect" }]).types).toEqual([
      "schedule-timer",
      "probe",
    ]);
  });
});

test.describe("stop and restart", () => {
  test("a stop waits until the process is gone and kills it at the deadline", () => {
    const asked = play(modelIn(stateOf("running")), [{ type: "user-stop" }]);
    expect(asked.model.gateway).toMatchObject({ kind: "stopping", target: "child", killing: false });
    expect(asked.effects).toEqual([
      { type: "signal-stop", generation: 7, mode: "normal", owner: "child", pid: 4711 },
      { type: "schedule-timer", timer: "stop-deadline", delayMs: STOP_GRACE_MS },
      { type: "save-intent", intent: { ...DEFAULT_INTENT, desired: "stopped" } },
    ]);

    const killed = play(asked.model, [{ type: "stop-deadline" }]);
    expect(killed.model.gateway).toMatchObject({ killing: true });
    expect(killed.types).toEqual(["force-kill", "schedule-timer"]);

    const gone = play(killed.model, [exited(killed.model, null, "SIGKILL")]);
    expect(gone.model.gateway).toEqual({ kind: "stopped" });
    expect(gone.types).toEqual(["cancel-timer", "release"]);
  });

  test("two restarts at once are one restart", () => {
    const { model, types } = play(modelIn(stateOf("running")), [
      { type: "user-restart" },
      { type: "user-restart" },
    ]);
    expect(types.filter((type) => type === "signal-stop")).toHaveLength(1);

    const gone = play(model, [exited(model, 0), { type: "user-restart" }]);
    expect(gone.model.gateway.kind).toBe("probing");
    expect(gone.types).toEqual(["cancel-timer", "probe"]);
  });

  test("a start while stopping begins after the process is gone", () => {
    const asked = play(modelIn(stateOf("running")), [{ type: "user-stop" }, { type: "user-start" }]);
    expect(asked.types).not.toContain("probe");
    expect(asked.model.gateway.kind).toBe("stopping");

    expect(play(asked.model, [exited(asked.model, 0)]).types).toEqual(["cancel-timer", "probe"]);
  });

  test("a click during the stop of a hung child makes it a stop on request", () => {
    const hung = modelIn(stateOf("stopping", { because: "not-ready" }));
    for (const click of ["user-stop", "user-start", "user-restart", "user-toggle-dev"] as const) {
      const { model } = play(hung, [{ type: click } as TrayEvent, exited(hung, null, "SIGKILL")]);
      expect(model.facts.lastCrash, click).toBeNull();
      expect(model.gateway.kind, click).toBe(click === "user-stop" ? "stopped" : "probing");
    }
  });

  test("a stop during backoff cancels the restart", () => {
    const { model, types } = play(modelIn(stateOf("backoff")), [
      { type: "user-stop" },
      { type: "backoff-elapsed" },
      { type: "nobody-listening", generation },
    ]);

    expect(model.gateway.kind).toBe("stopped");
    expect(types).toEqual(["cancel-timer", "release", "save-intent"]);
  });

  test("a stop before the spawn is confirmed signals the child as soon as it has a pid", () => {
    const asked = play(modelIn(stateOf("starting", { pid: null })), [{ type: "user-stop" }]);
    expect(asked.types).not.toContain("signal-stop");

    const spawned = play(asked.model, [{ type: "spawned", generation, pid: 12 } as Loose]);
    expect(spawned.effects).toEqual([
      { type: "signal-stop", generation: 7, mode: "normal", owner: "child", pid: 12 },
    ]);

    const failed = play(asked.model, [
      { type: "spawn-failed", generation, reason: { kind: "runtime-missing", message: "node" } } as Loose,
    ]);
    expect(failed.model.gateway.kind).toBe("stopped");
  });

  test("an attached gateway is stopped by a click, and followed by our own child on restart", () => {
    const asked = play(modelIn(stateOf("attached")), [{ type: "user-restart" }]);
    expect(asked.effects[0]).toEqual({
      type: "signal-stop",
      generation: 7,
      mode: "normal",
      owner: "attached",
      pid: 4711,
    });

    const { types } = play(asked.model, [
      exited(asked.model, null),
      { type: "nobody-listening", generation },
    ]);
    expect(types).toContain("spawn");
  });

  test("a stop that cannot be carried out shows why and what is still there", () => {
    const asked = play(modelIn(stateOf("attached")), [
      { type: "user-stop" },
      { type: "stop-failed", generation, message: "EPERM" } as Loose,
      { type: "connected", generation, gateway: GATEWAY } as Loose,
    ]);
    expect(asked.model.gateway.kind).toBe("attached");
    expect(asked.model.facts.failedAction).toBe("EPERM");

    const gone = play(asked.model, [
      { type: "socket-lost", generation },
      { type: "nobody-listening", generation },
    ]);
    expect(gone.model.gateway.kind).toBe("stopped");
    const again = play(asked.model, [{ type: "user-stop" }]);
    expect(again.model.facts.failedAction).toBeNull();
  });

  test("after a stop that fails, a free port or a block leads to rest, not to a start", () => {
    const probing = play(modelIn(stateOf("attached")), [
      { type: "user-stop" },
      { type: "stop-failed", generation, message: "EPERM" } as Loose,
    ]).model;

    const free = play(probing, [{ type: "nobody-listening", generation }]);
    const blocked = play(probing, [{ type: "probe-blocked", generation, reason: AUTH_MISMATCH } as Loose]);

    expect(free.model.gateway.kind).toBe("stopped");
    expect(free.types).not.toContain("spawn");
    expect(blocked.model.gateway.kind).toBe("stopped");
  });

  test("a stranger on the port is ended by the click alone, and only when it is known", () => {
    const freed = play(modelIn({ kind: "blocked", reason: PORT_IN_USE }, { desired: "stopped" }), [
      { type: "user-free-port" },
    ]);
    expect(freed.effects.slice(0, 2)).toEqual([
      { type: "free-port", generation: 7, mode: "normal", pid: 812 },
      { type: "schedule-timer", timer: "stop-deadline", delayMs: STOP_GRACE_MS },
    ]);
    expect(play(freed.model, [exited(freed.model, null)]).types).toEqual(["cancel-timer", "probe"]);

    const unknown = { kind: "port-in-use", port: 1, pid: null, command: null, user: null } as const;
    expect(play(modelIn({ kind: "blocked", reason: unknown }), [{ type: "user-free-port" }]).types).toEqual(
      [],
    );
    expect(
      play(modelIn({ kind: "blocked", reason: AUTH_MISMATCH }), [{ type: "user-free-port" }]).types,
    ).toEqual([]);
  });
});

test.describe("watching", () => {
  test("the first miss degrades, an answer heals, the third miss restarts our own child", () => {
    const miss = { type: "health-miss", generation };
    const late = play(modelIn(stateOf("running")), [miss]);
    expect(late.model.gateway).toMatchObject({ kind: "degraded", trouble: { kind: "late", misses: 1 } });
    const healed = play(late.model, [{ type: "health-ok", generation, gateway: { clients: 5 } } as Loose]);
    expect(healed.model.gateway).toMatchObject({ kind: "running", gateway: { clients: 5, pid: 4711 } });

    const hung = play(late.model, Array(MISSES_TO_DOWN - 1).fill(miss));
    expect(hung.model.gateway).toMatchObject({ kind: "stopping", because: "unresponsive" });
    const ended = play(hung.model, [exited(hung.model, null, "SIGKILL")]);
    expect(ended.model.gateway).toMatchObject({ kind: "backoff", crash: { cause: "unresponsive" } });
  });

  test("S3: our child that answers HTTP is not ended for its socket to us, until that has lasted", () => {
    const miss = { type: "health-miss", generation, answersHttp: true };
    const spared = play(modelIn(stateOf("running")), Array(20).fill(miss));
    expect(spared.model.gateway).toMatchObject({ kind: "degraded", trouble: { kind: "late", misses: 20 } });
    expect(spared.types).toEqual([]);

    const lasted = play(spared.model, [miss], NOW + UNHEARD_LIMIT_MS);
    expect(lasted.model.gateway).toMatchObject({ kind: "stopping", because: "unresponsive" });
    const deaf = play(spared.model, [{ ...miss, answersHttp: false } as Loose]);
    expect(deaf.model.gateway).toMatchObject({ kind: "stopping", because: "unresponsive" });
  });

  test("S3: our child that answers HTTP gets longer to say hello again", () => {
    const lost = play(modelIn(stateOf("running")), [{ type: "socket-lost", generation }]);
    const busy = { type: "not-ready", generation, pid: 4711, answersHttp: true } as Loose;

    const tried = play(lost.model, [busy], NOW + READINESS_TIMEOUT_MS);
    expect(tried.model.gateway).toMatchObject({ kind: "degraded", trouble: { kind: "lost" } });
    const lasted = play(lost.model, [busy], NOW + UNHEARD_LIMIT_MS);
    expect(lasted.model.gateway).toMatchObject({ kind: "stopping", because: "unresponsive" });
  });

  test("an attached gateway that hangs is reported, not ended", () => {
    const { model, types } = play(
      modelIn(stateOf("attached")),
      Array(5).fill({ type: "health-miss", generation }),
    );

    expect(model.gateway).toMatchObject({ kind: "degraded", trouble: { misses: 5 } });
    expect(model.facts.downSinceMs).toBe(NOW);
    expect(types).toEqual([]);
  });

  test("a lost connection is tried again with growing pauses, and healed by hello", () => {
    const lost = play(modelIn(stateOf("running")), [{ type: "socket-lost", generation }]);
    expect(lost.effects).toEqual([{ type: "schedule-timer", timer: "reconnect", delayMs: 500 }]);

    const tried = play(lost.model, [{ type: "reconnect" }, { type: "nobody-listening", generation }]);
    expect(tried.effects.slice(0, 2)).toEqual([
      { type: "probe", generation: 7, mode: "normal" },
      { type: "schedule-timer", timer: "reconnect", delayMs: 1_000 },
    ]);
    const other = { type: "connected", generation, gateway: { ...GATEWAY, pid: 9 } } as Loose;
    expect(play(tried.model, [other]).model.gateway.kind).toBe("degraded");
    const hello = { type: "connected", generation, gateway: { ...GATEWAY, pid: null } } as Loose;
    expect(play(tried.model, [hello]).model.gateway).toMatchObject({
      kind: "running",
      gateway: { pid: 4711 },
    });
  });

  test("our child that stays unreachable is restarted after the time of a start", () => {
    const lost = play(modelIn(stateOf("running")), [{ type: "socket-lost", generation }]);

    const { model } = play(
      lost.model,
      [{ type: "not-ready", generation, pid: 4711 } as Loose],
      NOW + READINESS_TIMEOUT_MS,
    );

    expect(model.gateway).toMatchObject({ kind: "stopping", because: "unresponsive" });
  });

  test("an attached gateway that is gone counts as a crash and is replaced", () => {
    const { model, types } = play(modelIn(stateOf("attached")), [
      { type: "socket-lost", generation },
      { type: "nobody-listening", generation },
      { type: "backoff-elapsed" },
      { type: "nobody-listening", generation },
    ]);

    expect(model.gateway.kind).toBe("starting");
    expect(model.facts.lastCrash).toMatchObject({ cause: "vanished", evidence: null });
    expect(types).not.toContain("write-crash-evidence");
  });

  test("an announced restart is silent and ends in hello", () => {
    const announced = play(modelIn(stateOf("running")), [
      { type: "shutdown-announced", generation, restartExpectedMs: 1_500 } as Loose,
    ]);
    expect(announced.model.gateway).toMatchObject({ kind: "starting", planned: true, pid: 4711 });
    expect(announced.effects).toEqual([
      { type: "await-ready", generation: 7, mode: "normal" },
      { type: "schedule-timer", timer: "readiness-timeout", delayMs: 1_500 + READINESS_TIMEOUT_MS },
    ]);

    const back = play(announced.model, [{ type: "connected", generation, gateway: GATEWAY } as Loose]);
    expect(back.model.gateway.kind).toBe("running");
    const respawned = play(announced.model, [exited(announced.model, 0)]);
    expect(respawned.types).toEqual(["cancel-timer", "probe"]);
    expect(respawned.model.facts.downSinceMs).toBeNull();
  });

  test("an announced restart of an attached gateway that fails ends in a probe", () => {
    const { model } = play(modelIn(stateOf("attached")), [
      { type: "shutdown-announced", generation, restartExpectedMs: 1_500 } as Loose,
      { type: "readiness-timeout" },
    ]);
    expect(model.gateway.kind).toBe("probing");
  });

  test("waking from sleep checks health first and keeps quiet for a while", () => {
    const { model, types } = play(modelIn(stateOf("running")), [{ type: "woke-from-sleep" }]);
    expect(types).toEqual(["check-health"]);
    expect(model.facts.quietUntilMs).toBe(NOW + QUIET_MS);

    const lost = modelIn(
      STATES.find((s) => s.kind === "degraded" && s.trouble.kind === "lost") as GatewayState,
    );
    expect(play(lost, [{ type: "woke-from-sleep" }]).effects).toEqual([
      { type: "schedule-timer", timer: "reconnect", delayMs: 0 },
    ]);
  });
});

test.describe("crashes", () => {
  /** One crash of a running child, and the way back to running. */
  const crashAt = (model: TrayModel, nowMs: number) => play(model, [exited(model, 1)], nowMs);
  const recoverAt = (model: TrayModel, nowMs: number) =>
    play(
      model,
      [
        { type: "backoff-elapsed" },
        { type: "nobody-listening", generation },
        { type: "spawned", generation, pid: 4711 } as Loose,
        { type: "connected", generation, gateway: GATEWAY } as Loose,
      ],
      nowMs,
    );

  test("keep their evidence and are followed by growing pauses", () => {
    let model = modelIn(stateOf("running"));
    const delays: number[] = [];
    for (let crash = 0; crash < RESTART_DELAYS_MS.length + 1; crash++) {
      const nowMs = NOW + crash * BREAKER_WINDOW_MS;
      const { model: down, effects } = crashAt(model, nowMs);
      for (const effect of effects) if (effect.type === "schedule-timer") delays.push(effect.delayMs);
      const evidence = effects.find(({ type }) => type === "write-crash-evidence");
      expect(evidence).toMatchObject({ crash: { atMs: nowMs, code: 1, uptimeMs: 1_000, pid: 4711 } });
      model = recoverAt(down, nowMs).model;
    }
    expect(delays).toEqual([...RESTART_DELAYS_MS, RESTART_DELAYS_MS.at(-1)]);
    expect(model.facts.lastCrash?.evidence).toMatch(/^crash-[-0-9TZ]+\.json$/);
  });

  test("five within the window trip the breaker until the user starts again", () => {
    let model = modelIn(stateOf("running"));
    for (let crash = 1; crash < BREAKER_CRASHES; crash++) {
      model = recoverAt(crashAt(model, NOW + crash).model, NOW + crash).model;
    }
    const tripped = crashAt(model, NOW + 10);
    expect(tripped.model.gateway.kind).toBe("gave-up");
    expect(tripped.types).toEqual(["release", "write-crash-evidence"]);

    const again = play(tripped.model, [{ type: "user-start" }]);
    expect(again.model.facts).toMatchObject({ crashTimesMs: [], crashesInARow: 0 });
    expect(again.types).toEqual(["probe"]);
  });

  test("no longer count after ten minutes of health", () => {
    const recovered = recoverAt(crashAt(modelIn(stateOf("running")), NOW).model, NOW).model;
    expect(recovered.facts.crashesInARow).toBe(1);

    const ok = { type: "health-ok", generation, gateway: {} } as Loose;
    expect(play(recovered, [ok], NOW + RESTART_RESET_MS - 1).model.facts.crashesInARow).toBe(1);
    expect(play(recovered, [ok], NOW + RESTART_RESET_MS).model.facts.crashesInARow).toBe(0);
  });

  test("begin an outage that hello ends", () => {
    const down = crashAt(modelIn(stateOf("running")), NOW).model;
    expect(down.facts.downSinceMs).toBe(NOW);

    const { facts } = recoverAt(down, NOW + 2_000).model;
    expect(facts).toMatchObject({ downSinceMs: null, recoveredFromMs: NOW });
  });

  test("a refused start is blocked, not retried", () => {
    const model = modelIn(stateOf("starting", { owner: "child", pid: 4711 }));
    const refusal = { code: "CONFIG_INVALID", message: "line 3" };

    const { model: end } = play(model, [{ ...exited(model, 78), startBlocked: refusal }]);

    expect(end.gateway).toMatchObject({
      kind: "blocked",
      reason: { kind: "config-invalid", issues: ["line 3"] },
    });
  });

  test("a gateway that is there already is attached to, but not for ever", () => {
    const startBlocked = { code: "ALREADY_RUNNING", message: "pid 3" };
    let model = modelIn(stateOf("starting", { owner: "child", pid: 4711 }));
    for (let round = 1; round < BREAKER_CRASHES; round++) {
      model = play(model, [{ ...exited(model, 78), startBlocked }]).model;
      expect(model.gateway.kind).toBe("probing");
      model = play(model, [
        { type: "nobody-listening", generation },
        { type: "spawned", generation, pid: 4711 } as Loose,
      ]).model;
    }
    expect(play(model, [{ ...exited(model, 78), startBlocked }]).model.gateway.kind).toBe("gave-up");
  });

  test("a start that fails in the system blocks", () => {
    const reason = { kind: "runtime-missing", message: "node" } as const;
    for (const gateway of [stateOf("starting"), stateOf("stopping", { because: "not-ready" })]) {
      const { model } = play(modelIn(gateway), [{ type: "spawn-failed", generation, reason } as Loose]);
      expect(model.gateway).toEqual({ kind: "blocked", reason });
    }
  });
});

test.describe("the dev toggle", () => {
  test("stops our own child, then starts in the other profile", () => {
    const asked = play(modelIn(stateOf("running")), [{ type: "user-toggle-dev" }]);
    expect(asked.types).toEqual(["signal-stop", "schedule-timer", "save-intent"]);

    expect(play(asked.model, [exited(asked.model, 0)]).effects.at(-1)).toEqual({
      type: "probe",
      generation: 8,
      mode: "dev",
    });
  });

  test("ends the gateway of the profile that is left, and keeps what it leaves behind there", () => {
    const { model, effects } = play(modelIn(stateOf("running")), [{ type: "user-toggle-dev" }]);

    expect(model.intent.mode).toBe("dev");
    expect(effects[0]).toMatchObject({ type: "signal-stop", mode: "normal" });
    const dev = play(model, [
      exited(model, 0),
      { type: "nobody-listening", generation },
      { type: "spawned", generation },
    ]);
    const crash = play(dev.model, [exited(dev.model, 1)]).effects;
    expect(crash).toContainEqual(expect.objectContaining({ type: "write-crash-evidence", mode: "dev" }));
  });

  test("leaves an attached gateway running", () => {
    const { types, model } = play(modelIn(stateOf("attached")), [{ type: "user-toggle-dev" }]);
    expect(types).toEqual(["probe", "save-intent"]);
    expect(model.intent.mode).toBe("dev");
  });

  test("starts nothing while the intent is stopped", () => {
    const { types, model } = play(modelIn(stateOf("stopped"), { desired: "stopped", mode: "dev" }), [
      { type: "user-toggle-dev" },
    ]);
    expect(types).toEqual(["release", "save-intent"]);
    expect(model.intent.mode).toBe("normal");
  });
});

test.describe("the dev reset", () => {
  const dev = { mode: "dev" } as const;
  const click = { type: "user-reset-dev" } as const;
  const nobody = { type: "nobody-listening", generation };
  const spawns = (effects: readonly Effect[]) => effects.filter(({ type }) => type === "spawn");

  for (const kind of ["running", "attached", "degraded"] as const) {
    test(`ends the ${kind} gateway first, then starts one that empties the profile`, () => {
      const asked = play(modelIn(stateOf(kind), dev), [click]);
      expect(asked.types.slice(-2)).toEqual(["signal-stop", "schedule-timer"]);
      expect(spawns(asked.effects)).toEqual([]);

      const { effects } = play(asked.model, [exited(asked.model, 0), nobody]);

      expect(spawns(effects)).toEqual([{ type: "spawn", generation: 8, mode: "dev", reset: true }]);
    });
  }

  for (const kind of ["stopped", "backoff", "gave-up", "blocked"] as const) {
    test(`starts such a gateway when ${kind}`, () => {
      const { effects } = play(modelIn(stateOf(kind), { ...dev, desired: "stopped" }), [click, nobody]);

      expect(spawns(effects)).toEqual([{ type: "spawn", generation: 8, mode: "dev", reset: true }]);
    });
  }

  for (const kind of ["probing", "starting", "stopping"] as const) {
    test(`is not taken while ${kind}`, () => {
      const model = modelIn(stateOf(kind), dev);

      expect(step(model, click, NOW, middle)).toMatchObject({
        model: { facts: { resetsDev: false } },
        effects: [],
        ignored: "a start or a stop is under way",
      });
    });
  }

  test("does nothing outside dev mode", () => {
    for (const gateway of STATES) {
      const { effects, ignored } = step(modelIn(gateway), click, NOW, middle);
      expect({ effects, ignored }).toEqual({ effects: [], ignored: expect.any(String) });
    }
  });

  test("is for one start only: a restart after a crash keeps the profile", () => {
    const asked = play(modelIn(stateOf("stopped"), dev), [
      click,
      nobody,
      { type: "spawned", generation, pid: 4711 } as Loose,
    ]);
    const crashed = play(asked.model, [exited(asked.model, 1), { type: "backoff-elapsed" }, nobody]);

    expect(spawns(crashed.effects)).toMatchObject([{ reset: false }]);
  });

  for (const change of ["user-stop", "user-toggle-dev"] as const) {
    test(`is forgotten by ${change} during the stop`, () => {
      const asked = play(modelIn(stateOf("running"), dev), [click, { type: change } as TrayEvent]);
      const later = play(asked.model, [exited(asked.model, 0), { type: "user-start" }, nobody]);

      expect(spawns(later.effects)).toMatchObject([{ reset: false }]);
    });
  }
});

test.describe("quitting", () => {
  const quit = { type: "user-quit", gateway: "setting" } as const;

  test("stops our own child first, then leaves", () => {
    const asked = play(modelIn(stateOf("running")), [quit]);
    expect(asked.types).toEqual(["signal-stop", "schedule-timer"]);
    expect(play(asked.model, [{ type: "user-start" }]).types).toEqual([]);

    const gone = play(asked.model, [exited(asked.model, 0)]);
    expect(gone.types).toEqual(["cancel-timer", "release", "leave"]);
    expect(play(gone.model, [{ type: "launched" }]).types).toEqual([]);
    expect(gone.model.intent.desired).toBe("run");
  });

  test("leaves at once when the gateway is to be kept or is not ours", () => {
    expect(play(modelIn(stateOf("running"), { onQuit: "keep" }), [quit]).types).toEqual(["leave"]);
    expect(play(modelIn(stateOf("running")), [{ ...quit, gateway: "keep" }]).types).toEqual(["leave"]);
    for (const onQuit of ["auto", "keep", "stop"] as const) {
      expect(play(modelIn(stateOf("attached"), { onQuit }), [quit]).types).toEqual(["leave"]);
    }
    expect(play(modelIn(stateOf("attached")), [{ ...quit, gateway: "stop" }]).types).toEqual(["leave"]);
  });

  test("overrides the setting when it is told to stop the gateway", () => {
    const { types } = play(modelIn(stateOf("running"), { onQuit: "keep" }), [{ ...quit, gateway: "stop" }]);
    expect(types).toContain("signal-stop");
  });

  test("waits for a stop that is under way, even one after a hang", () => {
    const hung = modelIn(stateOf("stopping", { because: "not-ready" }));

    const { types } = play(hung, [quit, exited(hung, null, "SIGKILL")]);

    expect(types).toEqual(["cancel-timer", "release", "leave"]);
  });
});

test.describe("F3: leaving for the installed program", () => {
  const replaced = { type: "program-replaced", replacement: { version: "0.2.0" } } as const;
  const relaunch = { type: "user-relaunch" } as const;

  test("takes our own gateway along, also where Quit keeps it", () => {
    for (const onQuit of ["auto", "keep"] as const) {
      const asked = play(modelIn(stateOf("running"), { onQuit }), [replaced, relaunch]);
      expect(asked.types).toEqual(["signal-stop", "schedule-timer"]);

      const gone = play(asked.model, [exited(asked.model, 0)]);
      expect(gone.types).toEqual(["cancel-timer", "release", "leave"]);
      expect(gone.model.facts.relaunches).toBe(true);
      expect(gone.model.intent.desired).toBe("run");
    }
  });

  test("ends no gateway that is not ours", () => {
    for (const state of [stateOf("attached"), stateOf("running", { owner: "service" })]) {
      const { model, types } = play(modelIn(state), [replaced, relaunch]);
      expect(types).toEqual(["leave"]);
      expect(model.facts.relaunches).toBe(true);
    }
  });

  test("is not taken while this is the installed program, or nothing is installed", () => {
    for (const replacement of [null, { version: null }]) {
      const seen = { ...replaced, replacement };
      const { model, types } = play(modelIn(stateOf("running")), [replaced, seen, relaunch]);
      expect(types).toEqual([]);
      expect(model.facts).toMatchObject({ relaunches: false, quitting: false });
    }
  });
});

test.describe("facts and settings", () => {
  test("change what they name in every state and save what was asked for", () => {
    const model = modelIn(stateOf("running"));

    expect(play(model, [{ type: "set-keep-on-quit", enabled: true }]).model.intent.onQuit).toBe("keep");
    expect(play(model, [{ type: "set-keep-on-quit", enabled: false }]).model.intent.onQuit).toBe("auto");
    expect(play(model, [{ type: "set-launch-at-login", enabled: true }]).types).toEqual([
      "apply-launch-at-login",
      "save-intent",
    ]);
    const atLogin = modelIn(stateOf("running"), { launchAtLogin: true });
    const deleted = play(atLogin, [{ type: "launch-at-login-seen", enabled: false }]);
    expect(deleted.model.intent.launchAtLogin).toBe(false);
    expect(deleted.types).toEqual(["save-intent"]);
    const silenced = play(model, [{ type: "set-notification", kind: "down", enabled: false }]).model;
    expect(silenced.intent.silenced).toEqual(["connected", "down"]);
    const loud = play(silenced, [{ type: "set-notification", kind: "connected", enabled: true }]).model;
    expect(loud.intent.silenced).toEqual(["down"]);
    const loss = { problem: "no-display", machine: "linux x64" } as const;
    expect(play(model, [{ type: "icon", loss }]).model.facts.iconLoss).toBe(loss);
    expect(play(model, [{ type: "action-failed", message: "no" }]).model.facts.failedAction).toBe("no");
    expect(play(model, [{ type: "impairment", message: "expired" }]).model.facts.impairment).toBe("expired");
    const use = { usedMb: 410, isShort: false };
    expect(play(model, [{ type: "memory", use }]).model.facts.memory).toBe(use);
  });

  test("remember what the doctor found until it has found something else", () => {
    const finding = { code: "x", level: "error", message: "m", remedy: null } as const;
    const looking = play(modelIn(stateOf("running")), [{ type: "doctor-looks" }]).model;
    expect(looking.facts.doctor).toEqual({ isLooking: true, findings: null });

    const looked = play(looking, [{ type: "doctor-looked", findings: [finding] }]).model;
    expect(looked.facts.doctor).toEqual({ isLooking: false, findings: [finding] });
    const failed = play(looked, [{ type: "doctor-looks" }, { type: "doctor-looked", findings: null }]).model;
    expect(failed.facts.doctor).toEqual({ isLooking: false, findings: [finding] });
  });

  test("remember when the last agent run ended", () => {
    const busy = play(modelIn(stateOf("running")), [{ type: "activity", activeRuns: 2 }]).model;
    expect(busy.facts).toMatchObject({ activeRuns: 2, lastRunEndedAtMs: null });

    const idle = play(busy, [
      { type: "activity", activeRuns: 0 },
      { type: "activity", activeRuns: 0 },
    ]).model;
    expect(idle.facts).toMatchObject({ activeRuns: 0, lastRunEndedAtMs: NOW });
  });
});
