/**
 * The tray's state machine: `step(model, event)` looks up state × event in one table and returns the next model and
 * the effects to carry out. Events and effects are described in `vocabulary.ts`, the moves in `moves.ts`.
 * The rules that hold everywhere:
 *
 * - Only the intent starts a gateway: `spawn` is asked for in `probing` alone, when nobody listens and the intent is run.
 *   Where a service is installed its manager is asked instead, and a gateway of the service never gets a signal from us.
 * - A *run* reaches from one first probe to the next. Answers that carry another run number are dropped before the table.
 * - While a process of ours may be alive no new run begins: whoever wants one goes through `stopping` and waits for
 *   `exited`; what follows then is read from the intent of that moment. So two Restarts are one.
 * - A timer belongs to the state that set it and is cancelled when that state or its run is left.
 * - Once the tray is leaving, only a stop that is under way goes on; `leave` is the last effect.
 * - A changed intent is saved in the same step.
 */

import type { EventOf, EventType, GatewayEvent, TimerName, TrayEvent } from "./events.ts";
import { applyFact, isFactEvent } from "./fact-events.ts";
import { classifyEnd } from "./failure-moves.ts";
import { failServiceStop, finishServiceStop, runAsService } from "./hand-over-moves.ts";
import { QUIET_MS, READINESS_TIMEOUT_MS } from "./limits.ts";
import {
  askService,
  failRemoval,
  failServiceStart,
  judgeService,
  lookForService,
  settleElsewhere,
} from "./service-moves.ts";
import {
  acceptHello,
  adoptRunning,
  awaitPlannedRestart,
  awaitReady,
  becomeHealthy,
  keepRunning,
  missReadiness,
  startOwn,
  waitForOtherStart,
} from "./start-moves.ts";
import {
  beginRun,
  block,
  followIntent,
  ignore,
  probe,
  type Step,
  type StepContext,
  schedule,
  startAfresh,
  stay,
  withFacts,
} from "./step.ts";
import {
  endLateSpawn,
  failStop,
  finishStop,
  forceKill,
  forgetSpawn,
  freePort,
  quit,
  redirectStop,
  relaunch,
  resetOnRequest,
  restartOnRequest,
  settleStopped,
  stopOnRequest,
  switchProfile,
} from "./stop-moves.ts";
import type { GatewayState, StateKind, StateOf, TrayModel } from "./tray-model.ts";
import {
  answerNobody,
  awaitHello,
  checkHealth,
  firstMiss,
  loseConnection,
  nextMiss,
  reconnect,
  reconnectNow,
  reconsiderRefusal,
  stayHealthy,
  takeRefusal,
  whileServiceReturns,
} from "./watch-moves.ts";

export type { Step } from "./step.ts";

/** An event that means nothing in a state, and why. */
export interface Ignored {
  readonly ignored: string;
}
export type Transition<Kind extends StateKind, Type extends EventType> = (
  state: StateOf<Kind>,
  event: EventOf<Type>,
  at: StepContext,
) => Step;
export type Table = {
  readonly [Kind in StateKind]: { readonly [Type in EventType]: Transition<Kind, Type> | Ignored };
};

const LAUNCHED_ALREADY = ignoring("the tray is wired up already", ["launched"]);
const UNMOVED_BY_SLEEP = ignoring("sleep changes nothing here", ["woke-from-sleep"]);
const NOT_BLOCKED = ignoring("nothing blocks the start", ["user-free-port", "cause-changed"]);
const NOT_BETWEEN = ignoring("a start or a stop is under way", ["user-reset-dev", "user-run-as-service"]);
const NO_STOP_ASKED = ignoring("nobody asked for a stop", ["stop-failed"]);
const SPAWNED_ALREADY = ignoring("the process runs already", ["spawned", "spawn-failed"]);
const NO_PROCESS = ignoring("no process belongs to this run", ["spawned", "spawn-failed", "exited"]);
const NO_PROBE = ignoring("no probe is under way", [
  "nobody-listening",
  "connected",
  "not-ready",
  "probe-blocked",
]);
const NO_CONNECTION = ignoring("there is no connection", [
  "health-ok",
  "health-miss",
  "socket-lost",
  "shutdown-announced",
]);
const NO_SERVICE_ASKED = ignoring("no service was asked for anything", ["service-done", "service-failed"]);
const NO_SERVICE_AWAITED = ignoring("no service is awaited", ["service-refused", "service-status"]);
const NO_RETURN = ignoring("nobody looks out for a return", ["gateway-returned"]);
const NO_TIMER = ignoring("the timer belongs to another state", [
  "probe-again",
  "readiness-timeout",
  "reconnect",
  "stop-deadline",
  "backoff-elapsed",
]);

/** States in which nothing of ours runs and no connection is open. */
const AT_REST = {
  ...LAUNCHED_ALREADY,
  ...UNMOVED_BY_SLEEP,
  ...NOT_BLOCKED,
  ...NO_STOP_ASKED,
  ...NO_PROCESS,
  ...NO_PROBE,
  ...NO_CONNECTION,
  ...NO_SERVICE_ASKED,
  ...NO_SERVICE_AWAITED,
  ...NO_RETURN,
  ...NO_TIMER,
  "user-start": startAfresh,
  "user-stop": settleStopped,
  "user-restart": startAfresh,
  "user-toggle-dev": switchProfile,
  "user-reset-dev": resetOnRequest,
  "user-run-as-service": runAsService,
  "user-quit": quit,
  "user-relaunch": relaunch,
};

/** States in which a start is under way: a second request is served by the first. */
const COMING_UP = {
  ...LAUNCHED_ALREADY,
  ...NOT_BLOCKED,
  ...NO_STOP_ASKED,
  ...NOT_BETWEEN,
  ...NO_CONNECTION,
  ...NO_RETURN,
  ...NO_TIMER,
  "user-start": keepRunning,
  "user-restart": keepRunning,
  "user-toggle-dev": switchProfile,
  "user-quit": quit,
  "user-relaunch": relaunch,
};

/** States in which a gateway is watched. */
const WATCHED = {
  ...LAUNCHED_ALREADY,
  ...NOT_BLOCKED,
  ...NO_STOP_ASKED,
  ...SPAWNED_ALREADY,
  ...NO_SERVICE_AWAITED,
  ...NO_RETURN,
  ...NO_TIMER,
  "user-start": keepRunning,
  "user-stop": stopOnRequest,
  "user-restart": restartOnRequest,
  "user-toggle-dev": switchProfile,
  "user-reset-dev": resetOnRequest,
  "user-run-as-service": runAsService,
  "user-quit": quit,
  "user-relaunch": relaunch,
  "service-done": { ignored: "the connection tells more" },
  "service-failed": failRemoval,
  "socket-lost": loseConnection,
  "shutdown-announced": awaitPlannedRestart,
  exited: classifyEnd,
};

const HEALTHY = {
  ...WATCHED,
  ...NO_PROBE,
  "woke-from-sleep": checkHealth,
  "health-ok": stayHealthy,
  "health-miss": firstMiss,
};

/** State × event → what happens. Complete by its type; walked by a test. */
export const TABLE: Table = {
  stopped: {
    ...AT_REST,
    launched: (_state, _event, at) => followIntent(at.model, at),
    "gateway-returned": (_state, _event, at) => beginRun(at.model, at),
  },

  probing: {
    ...COMING_UP,
    ...UNMOVED_BY_SLEEP,
    ...NO_PROCESS,
    ...NO_SERVICE_ASKED,
    ...NO_SERVICE_AWAITED,
    "user-stop": settleStopped,
    "nobody-listening": startOwn,
    connected: adoptRunning,
    "not-ready": waitForOtherStart,
    "probe-blocked": (_state, event, at) => block(event.reason, at),
    "probe-again": (_state, _event, at) => stay(at.model, probe(at.model)),
  },

  starting: {
    ...COMING_UP,
    ...ignoring("a hello is awaited, no probe is under way", ["nobody-listening", "not-ready"]),
    // Timers run on while the machine sleeps; the start gets its full time again.
    "woke-from-sleep": (state, _event, at) =>
      state.verb === null
        ? stay(at.model, schedule("readiness-timeout", READINESS_TIMEOUT_MS))
        : ignore(at.model, "the service manager has a limit of its own"),
    "user-stop": stopOnRequest,
    spawned: awaitReady,
    "spawn-failed": (_state, event, at) => block(event.reason, at),
    connected: acceptHello,
    "probe-blocked": takeRefusal,
    exited: classifyEnd,
    "service-done": lookForService,
    "service-failed": failServiceStart,
    "service-refused": askService,
    "service-status": judgeService,
    "readiness-timeout": missReadiness,
  },

  running: HEALTHY,

  attached: HEALTHY,

  degraded: {
    ...WATCHED,
    "woke-from-sleep": (state, event, at) =>
      (state.trouble.kind === "late" ? checkHealth : reconnectNow)(state, event, at),
    "health-ok": (state, event, at) => becomeHealthy(state.owner, { ...state.gateway, ...event.gateway }, at),
    "health-miss": nextMiss,
    reconnect: (_state, _event, at) => stay(at.model, probe(at.model)),
    "nobody-listening": answerNobody,
    connected: reconnect,
    "not-ready": awaitHello,
    "probe-blocked": takeRefusal,
    "cause-changed": reconsiderRefusal,
  },

  stopping: {
    ...LAUNCHED_ALREADY,
    ...UNMOVED_BY_SLEEP,
    ...NOT_BLOCKED,
    ...NOT_BETWEEN,
    ...NO_PROBE,
    ...NO_CONNECTION,
    ...NO_RETURN,
    ...NO_TIMER,
    "user-start": redirectStop("run"),
    "user-stop": redirectStop("stopped"),
    "user-restart": redirectStop("run"),
    "user-toggle-dev": switchProfile,
    "user-quit": quit,
    "user-relaunch": relaunch,
    spawned: endLateSpawn,
    "spawn-failed": forgetSpawn,
    exited: finishStop,
    "service-done": finishServiceStop,
    "service-failed": failServiceStop,
    "service-refused": { ignored: "it is being stopped" },
    "service-status": settleElsewhere,
    "stop-failed": failStop,
    "stop-deadline": forceKill,
  },

  backoff: {
    ...AT_REST,
    connected: whileServiceReturns(adoptRunning),
    "probe-blocked": whileServiceReturns(takeRefusal),
    "service-refused": whileServiceReturns(askService),
    "service-status": whileServiceReturns(judgeService),
    "backoff-elapsed": (state, event, at) =>
      state.by === "service" ? askService(state, event, at) : beginRun(at.model, at),
  },

  "gave-up": AT_REST,

  blocked: {
    ...AT_REST,
    "user-free-port": freePort,
    "cause-changed": (_state, _event, at) => beginRun(at.model, at),
  },
};

/** The timer that a state may have set. */
const STATE_TIMER: { readonly [Kind in StateKind]?: TimerName } = {
  probing: "probe-again",
  starting: "readiness-timeout",
  degraded: "reconnect",
  stopping: "stop-deadline",
  backoff: "backoff-elapsed",
};

/**
 * The next model and what is to be done for it. `nowMs` is epoch milliseconds; `random` returns 0..1 and serves
 * jitter alone. Never throws.
 */
export function step(model: TrayModel, event: TrayEvent, nowMs: number, random: () => number): Step {
  const next = isFactEvent(event) ? applyFact(model, event, nowMs) : transit(model, event, nowMs, random);
  if (next.model.intent === model.intent) return next;
  return { ...next, effects: [...next.effects, { type: "save-intent", intent: next.model.intent }] };
}

function transit(model: TrayModel, event: GatewayEvent, nowMs: number, random: () => number): Step {
  const { facts, gateway } = model;
  const isClick = event.type.startsWith("user-");
  if ("generation" in event && event.generation !== facts.generation)
    return ignore(model, `stale: generation ${event.generation} is over`);
  if (facts.quitting && (isClick || gateway.kind !== "stopping")) return ignore(model, "the tray is leaving");

  let seen = model;
  if (isClick) seen = withFacts(seen, { failedAction: null });
  if (event.type === "woke-from-sleep") seen = withFacts(seen, { quietUntilMs: nowMs + QUIET_MS });
  const cell = cellOf(gateway, event);
  if ("ignored" in cell) return ignore(seen, cell.ignored);
  return leaving(model, cell(gateway, event, { model: seen, nowMs, random }));
}

/** The table's types tie every handler to its state and event; looked up by both, they fit. */
function cellOf(gateway: GatewayState, event: GatewayEvent) {
  return TABLE[gateway.kind][event.type] as Transition<StateKind, EventType> | Ignored;
}

/** Cancels the timer of a state or run that is left. */
function leaving(before: TrayModel, next: Step): Step {
  const timer = STATE_TIMER[before.gateway.kind];
  const remains =
    before.gateway.kind === next.model.gateway.kind &&
    before.facts.generation === next.model.facts.generation;
  if (timer === undefined || remains) return next;
  return { ...next, effects: [{ type: "cancel-timer", timer }, ...next.effects] };
}

function ignoring<Type extends EventType>(why: string, types: readonly Type[]): Record<Type, Ignored> {
  return Object.fromEntries(types.map((type) => [type, { ignored: why }])) as Record<Type, Ignored>;
}
