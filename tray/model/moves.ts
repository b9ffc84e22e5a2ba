/** The moves of the state machine: each takes the moment and returns the next model with its effects. */
import { backoffDelay, RECONNECT_BACKOFF } from "../../shared/client/backoff.ts";
import { classifyExit } from "../supervisor/exit-reason.ts";
import { countCrash, isBreakerTripped, restartDelayMs } from "../supervisor/restart-policy.ts";
import {
  MISSES_TO_DOWN,
  PROBE_AGAIN_MS,
  READINESS_TIMEOUT_MS,
  RESTART_RESET_MS,
  STOP_GRACE_MS,
} from "./limits.ts";
import {
  askWhatFollows,
  awaitInstalled,
  awaitService,
  command,
  failServiceEnd,
  failureText,
  finishServiceEnd,
  followShutdown,
  installService,
  removeIdleService,
  removeService,
  restartService,
  startService,
  stopService,
  switchWhileAsked,
} from "./service-moves.ts";
import {
  beginRun,
  block,
  calm,
  countFailure,
  type End,
  failAction,
  followIntent,
  forgetCrashes,
  goDown,
  type Moment,
  move,
  rest,
  type Step,
  schedule,
  skip,
  stay,
  tellFailure,
  withFacts,
  withIntent,
} from "./step.ts";
import {
  type Crash,
  type GatewayInfo,
  type GatewayState,
  hasService,
  type Intent,
  type Owner,
  ownerOf,
  quitStopsGateway,
  type StateOf,
  type TrayModel,
} from "./tray-model.ts";
import type { Effect, EventOf } from "./vocabulary.ts";

// Starting

/** The user asks for a start: old crashes no longer count. */
export function startAfresh(_state: unknown, _event: unknown, at: Moment): Step {
  return beginRun(forgetCrashes(withIntent(at.model, { desired: "run" })), at);
}

/** The user asks for what is under way already. */
export function keepRunning(_state: unknown, _event: unknown, at: Moment): Step {
  return stay(withIntent(at.model, { desired: "run" }));
}

/** Through the service where one is installed, else as our child; an empty profile takes a child. */
export function startOwn(_state: unknown, _event: unknown, at: Moment): Step {
  const { intent, facts } = at.model;
  if (intent.desired === "stopped") return rest(at.model, { kind: "stopped" });
  if (hasService(at.model) && !facts.resetsDev) return startService(at);
  return move(
    withFacts(at.model, { resetsDev: false }),
    { kind: "starting", owner: "child", pid: null, planned: false, verb: null, sinceMs: at.nowMs },
    { type: "spawn", run: facts.run, mode: intent.mode, reset: facts.resetsDev },
    schedule("readiness-timeout", READINESS_TIMEOUT_MS),
  );
}

/** Somebody else's gateway is on its way up: give it the time our own would get, then call it stuck. */
export function waitForOtherStart(state: StateOf<"probing">, event: EventOf<"not-ready">, at: Moment): Step {
  if (at.nowMs - state.sinceMs < READINESS_TIMEOUT_MS) {
    return stay(at.model, schedule("probe-again", PROBE_AGAIN_MS));
  }
  const holder = { port: null, pid: event.pid, command: "clawdbot gateway", user: null };
  return block({ kind: "port-in-use", ...holder }, at);
}

export function awaitReady(state: StateOf<"starting">, event: EventOf<"spawned">, at: Moment): Step {
  const { run } = at.model.facts;
  const { mode } = at.model.intent;
  return move(at.model, { ...state, pid: event.pid }, { type: "await-ready", run, mode });
}

/** The gateway restarts by itself and said so, or a service is ended elsewhere: silent, but not for longer than any start may take. */
export function awaitPlannedRestart(
  state: StateOf<"running" | "attached" | "degraded">,
  event: EventOf<"shutdown-announced">,
  at: Moment,
): Step {
  const owner = ownerOf(state) ?? "child";
  if (event.restartExpectedMs === null) {
    return owner === "service"
      ? followShutdown(state, at)
      : skip(at.model, "the exit that follows tells what it meant");
  }
  const { run } = at.model.facts;
  const { mode } = at.model.intent;
  return move(
    at.model,
    { kind: "starting", owner, pid: state.gateway.pid, planned: true, verb: null, sinceMs: at.nowMs },
    { type: "await-ready", run, mode },
    schedule("readiness-timeout", event.restartExpectedMs + READINESS_TIMEOUT_MS),
  );
}

/** The awaited hello. When it is not our child's, our child will notice the other gateway and end. */
export function greet(state: StateOf<"starting">, event: EventOf<"connected">, at: Moment): Step {
  if (isAnotherProcess(state.owner, state.pid, event.gateway)) {
    return skip(at.model, "another gateway answered, not our child");
  }
  const gateway = { ...event.gateway, pid: event.gateway.pid ?? state.pid };
  return becomeHealthy(ownerNow(state.owner, gateway), gateway, at);
}

/** Our child stays ours; of any other gateway its own word counts. */
function ownerNow(before: Owner | null, { service }: GatewayInfo): Owner {
  if (before === "child") return "child";
  return service === null ? "attached" : "service";
}

export function missReadiness(state: StateOf<"starting">, _event: unknown, at: Moment): Step {
  switch (state.owner) {
    case "child":
      return stop(state, "not-ready", at);
    case "service":
      return awaitService("not-ready", null, at);
    case "attached":
      return beginRun(at.model, at);
  }
}

/** True when the gateway that answered cannot be our child. */
function isAnotherProcess(owner: Owner, childPid: number | null, gateway: GatewayInfo): boolean {
  return owner === "child" && childPid !== null && gateway.pid !== null && childPid !== gateway.pid;
}

// Watching

/** Connected and well. Ends an outage. */
export function becomeHealthy(owner: Owner, gateway: GatewayInfo, at: Moment): Step {
  const { facts } = at.model;
  const next = withFacts(at.model, {
    resetsDev: false,
    downSinceMs: null,
    recoveredFromMs: facts.downSinceMs ?? facts.recoveredFromMs,
    activeRuns: 0,
    lastRunEndedAtMs: null,
    impairment: null,
  });
  return move(next, healthy(owner, gateway, at.nowMs));
}

function healthy(
  owner: Owner,
  gateway: GatewayInfo,
  healthySinceMs: number,
): StateOf<"running" | "attached"> {
  return owner === "attached"
    ? { kind: "attached", gateway, healthySinceMs }
    : { kind: "running", owner, gateway, healthySinceMs };
}

export function stayHealthy(
  state: StateOf<"running" | "attached">,
  event: EventOf<"health-ok">,
  at: Moment,
): Step {
  const isSteady = at.nowMs - state.healthySinceMs >= RESTART_RESET_MS;
  const next = isSteady ? forgetCrashes(at.model) : at.model;
  const gateway = { ...state.gateway, ...event.gateway };
  return move(next, healthy(ownerNow(ownerOf(state), gateway), gateway, state.healthySinceMs));
}

export function firstMiss(state: StateOf<"running" | "attached">, _event: unknown, at: Moment): Step {
  return move(at.model, degrade(state, at));
}

function degrade(state: StateOf<"running" | "attached">, at: Moment): StateOf<"degraded"> {
  const owner = state.kind === "running" ? state.owner : "attached";
  const trouble = { kind: "late", misses: 1 } as const;
  return { kind: "degraded", owner, gateway: state.gateway, trouble, sinceMs: at.nowMs };
}

/** A gateway of ours is restarted in the end; an attached gateway is somebody else's to restart, so it is only reported. */
export function nextMiss(state: StateOf<"degraded">, _event: unknown, at: Moment): Step {
  const misses = state.trouble.kind === "late" ? state.trouble.misses + 1 : 1;
  const isDown = misses >= MISSES_TO_DOWN;
  if (isDown && state.owner !== "attached") return replace(state, at);
  const model = isDown ? goDown(at.model, at.nowMs) : at.model;
  return move(model, { ...state, trouble: { kind: "late", misses } });
}

export function checkHealth(_state: unknown, _event: unknown, at: Moment): Step {
  return stay(at.model, { type: "check-health", run: at.model.facts.run });
}

export function loseConnection(
  state: StateOf<"running" | "attached" | "degraded">,
  event: unknown,
  at: Moment,
): Step {
  const degraded = state.kind === "degraded" ? state : degrade(state, at);
  return reconnectLater({ ...degraded, trouble: { kind: "lost", retries: 0 } }, event, at);
}

/** Nobody answers although our process lives: keep trying, but not for longer than a start may take. */
export function reconnectLater(state: StateOf<"degraded">, _event: unknown, at: Moment): Step {
  if (state.owner !== "attached" && at.nowMs - state.sinceMs >= READINESS_TIMEOUT_MS) {
    return replace(state, at);
  }
  const retries = state.trouble.kind === "lost" ? state.trouble.retries + 1 : 1;
  return move(
    at.model,
    { ...state, trouble: { kind: "lost", retries } },
    schedule("reconnect", backoffDelay(RECONNECT_BACKOFF, retries, at.random)),
  );
}

/** It hangs: another one takes its place. */
function replace(state: StateOf<"degraded">, at: Moment): Step {
  if (state.owner !== "service" || at.model.intent.desired === "stopped") {
    return stop(state, "unresponsive", at);
  }
  const end = { pid: state.gateway.pid, code: null, signal: null, uptimeMs: null };
  const { model, crash } = countFailure("unresponsive", end, null, at);
  return isBreakerTripped(model.facts.crashTimesMs)
    ? rest(model, { kind: "gave-up", crash })
    : restartService(false, { ...at, model });
}

export function answerNobody(state: StateOf<"degraded">, event: unknown, at: Moment): Step {
  switch (state.owner) {
    case "child":
      return reconnectLater(state, event, at);
    case "service":
      return awaitService("vanished", state.gateway.pid, at);
    case "attached":
      return vanish(state.gateway.pid, at);
  }
}

export function reconnect(state: StateOf<"degraded">, event: EventOf<"connected">, at: Moment): Step {
  if (isAnotherProcess(state.owner, state.gateway.pid, event.gateway))
    return reconnectLater(state, event, at);
  const gateway = { ...event.gateway, pid: event.gateway.pid ?? state.gateway.pid };
  return becomeHealthy(ownerNow(state.owner, gateway), gateway, at);
}

export function reconsiderRefusal(state: StateOf<"degraded">, event: unknown, at: Moment): Step {
  return state.trouble.kind === "refused"
    ? reconnectNow(state, event, at)
    : skip(at.model, "nothing refuses us");
}

/** Looks at once, with a fresh allowance of time. */
export function reconnectNow(state: StateOf<"degraded">, _event: unknown, at: Moment): Step {
  return move(
    at.model,
    { ...state, trouble: { kind: "lost", retries: 0 }, sinceMs: at.nowMs },
    schedule("reconnect", 0),
  );
}

/** A gateway that refuses us: somebody else's blocks the start; one of ours may serve others well, so it is left alone. */
export function takeRefusal(
  state: StateOf<"starting" | "degraded" | "backoff">,
  { reason }: EventOf<"probe-blocked">,
  at: Moment,
): Step {
  const owner = state.kind === "backoff" ? "service" : state.owner;
  const isStranger = owner === "service" && reason.kind === "port-in-use";
  if (owner === "attached" || isStranger) return block(reason, at);
  const known = state.kind === "degraded" ? state.gateway : UNKNOWN_GATEWAY;
  const gateway = state.kind === "starting" ? { ...known, pid: state.pid } : known;
  return move(
    at.model,
    { kind: "degraded", owner, gateway, trouble: { kind: "refused", reason }, sinceMs: at.nowMs },
    { type: "watch-cause", run: at.model.facts.run, reason },
  );
}

/** An answer counts while a service is to bring the gateway back; while we are to start it nobody was asked. */
export function whileServiceReturns<Event>(
  take: (state: StateOf<"backoff">, event: Event, at: Moment) => Step,
): (state: StateOf<"backoff">, event: Event, at: Moment) => Step {
  return (state, event, at) =>
    state.by === "service" ? take(state, event, at) : skip(at.model, "no service is awaited");
}

/** A healthy gateway where none of ours was. A service that was started elsewhere is meant to run, unless our stop of it failed. */
export function meet(_state: unknown, { gateway }: EventOf<"connected">, at: Moment): Step {
  const owner = ownerNow(null, gateway);
  const isMeant = owner === "service" && at.model.facts.failedAction === null;
  const model = isMeant ? withIntent(at.model, { desired: "run" }) : at.model;
  return becomeHealthy(owner, gateway, { ...at, model });
}

const UNKNOWN_GATEWAY: GatewayInfo = {
  pid: null,
  url: null,
  startedAtMs: null,
  clients: null,
  agentModel: null,
  service: null,
};

// Stopping

type Stoppable = StateOf<"starting" | "running" | "attached" | "degraded">;

export function stopOnRequest(state: Stoppable, _event: unknown, at: Moment): Step {
  const model = withFacts(calm(withIntent(at.model, { desired: "stopped" })), { resetsDev: false });
  return stop(state, "asked", { ...at, model });
}

export function restartOnRequest(state: Stoppable, _event: unknown, at: Moment): Step {
  const model = forgetCrashes(withIntent(at.model, { desired: "run" }));
  const isService = ownerOf(state) === "service" && !model.facts.resetsDev;
  return isService
    ? restartService(true, { ...at, model: calm(model) })
    : stop(state, "asked", { ...at, model });
}

/** Only a gateway of ours that starts afterwards empties the profile: the one that runs has to be gone. */
export function resetOnRequest(state: GatewayState, event: unknown, at: Moment): Step {
  if (at.model.intent.mode !== "dev") return skip(at.model, "only the dev profile can be reset");
  const marked = { ...at, model: withFacts(at.model, { resetsDev: true }) };
  return isStoppable(state) ? restartOnRequest(state, event, marked) : startAfresh(state, event, marked);
}

/** Asks the process to end; the deadline makes it end. A service is ended by its manager, which has a deadline of its own. */
function stop(state: Stoppable, because: StateOf<"stopping">["because"], at: Moment): Step {
  const owner = ownerOf(state) ?? "child";
  if (owner === "service") return stopService(at);
  const pid = state.kind === "starting" ? state.pid : state.gateway.pid;
  const isSpawnPending = state.kind === "starting" && pid === null;
  return move(
    at.model,
    { kind: "stopping", target: owner, pid, because, installs: false, killing: false, sinceMs: at.nowMs },
    ...(isSpawnPending ? [] : [signalStop(at.model, owner, pid)]),
    schedule("stop-deadline", STOP_GRACE_MS),
  );
}

function signalStop(model: TrayModel, owner: "child" | "attached", pid: number | null): Effect {
  return { type: "signal-stop", run: model.facts.run, owner, pid };
}

export function freePort(state: StateOf<"blocked">, _event: unknown, at: Moment): Step {
  if (state.reason.kind !== "port-in-use") return skip(at.model, "no port is in the way");
  const { pid } = state.reason;
  if (pid === null) return skip(at.model, "nobody knows who holds the port");
  return move(
    forgetCrashes(withIntent(at.model, { desired: "run" })),
    {
      kind: "stopping",
      target: "foreign",
      pid,
      because: "asked",
      installs: false,
      killing: false,
      sinceMs: at.nowMs,
    },
    { type: "free-port", run: at.model.facts.run, pid },
    schedule("stop-deadline", STOP_GRACE_MS),
  );
}

/** The user decides what follows a stop that is under way; it no longer counts as a crash. */
export function redirectStop(desired: Intent["desired"]) {
  return (state: StateOf<"stopping">, _event: unknown, at: Moment): Step => {
    const wanted = calm(withIntent(at.model, { desired }));
    const model = desired === "run" ? forgetCrashes(wanted) : withFacts(wanted, { resetsDev: false });
    if (state.because === "elsewhere") {
      return desired === "run" ? beginRun(model, { ...at, model }) : stopService({ ...at, model });
    }
    return move(model, { ...state, because: "asked" });
  };
}

export function endLateSpawn(state: StateOf<"stopping">, event: EventOf<"spawned">, at: Moment): Step {
  if (state.target !== "child") return skip(at.model, "no child was started");
  return move(at.model, { ...state, pid: event.pid }, signalStop(at.model, "child", event.pid));
}

export function forceKill(state: StateOf<"stopping">, _event: unknown, at: Moment): Step {
  if (state.target === "service") return skip(at.model, "its manager has a deadline of its own");
  return move(
    at.model,
    { ...state, killing: true },
    { type: "force-kill", run: at.model.facts.run, pid: state.pid },
    schedule("stop-deadline", STOP_GRACE_MS),
  );
}

export function forgetSpawn(state: StateOf<"stopping">, event: EventOf<"spawn-failed">, at: Moment): Step {
  if (state.target !== "child") return skip(at.model, "no child was started");
  return state.because === "asked" ? afterStop(state, at) : block(event.reason, at);
}

export function failStop(state: StateOf<"stopping">, event: EventOf<"stop-failed">, at: Moment): Step {
  if (state.target === "child") return skip(at.model, "the deadline ends our own child");
  return failAction(event.message, at);
}

export function finishStop(state: StateOf<"stopping">, event: EventOf<"exited">, at: Moment): Step {
  switch (state.because) {
    case "asked":
      return state.target === "service"
        ? skip(at.model, "its manager says when it is done")
        : afterStop(state, at);
    case "elsewhere":
      return askWhatFollows(state, at);
    default:
      return fail(state.because, event, at);
  }
}

/** The process is really gone, as we wanted. */
function afterStop(state: StateOf<"stopping">, at: Moment): Step {
  if (!at.model.facts.quitting) return state.installs ? takeOver(at) : followStop(at);
  const settled = rest(at.model, { kind: "stopped" });
  return { ...settled, effects: [...settled.effects, { type: "leave" }] };
}

/** A service that was installed meanwhile is to rest as well. */
function followStop(at: Moment): Step {
  const mayCome = at.model.intent.desired === "stopped" && hasService(at.model);
  return mayCome ? stopService(at) : followIntent(at.model, at);
}

/** Nothing of ours runs and it stays that way; a service that may be about to is told so. */
export function settleStopped(state: GatewayState, _event: unknown, at: Moment): Step {
  const model = withFacts(calm(withIntent(at.model, { desired: "stopped" })), { resetsDev: false });
  const mayCome = state.kind !== "stopped" && hasService(model);
  return mayCome ? stopService({ ...at, model }) : rest(model, { kind: "stopped" });
}

export function switchProfile(state: GatewayState, _event: unknown, at: Moment): Step {
  const mode = at.model.intent.mode === "dev" ? "normal" : "dev";
  const model = withFacts(calm(forgetCrashes(withIntent(at.model, { mode }))), { resetsDev: false });
  if (state.kind === "stopping" && state.because !== "elsewhere") {
    return move(model, { ...state, because: "asked" });
  }
  if (state.kind === "starting" && state.verb !== null) return switchWhileAsked(state, { ...at, model });
  const isOurs = isStoppable(state) && ownerOf(state) === "child";
  return isOurs ? stop(state, "asked", { ...at, model }) : followIntent(model, at);
}

export function quit(state: GatewayState, event: EventOf<"user-quit">, at: Moment): Step {
  const model = withFacts(at.model, { quitting: true });
  const isOurs = ownerOf(state) === "child";
  if (state.kind === "stopping" && state.installs) return stay(model, { type: "leave" });
  if (state.kind === "stopping" && isOurs) return move(model, { ...state, because: "asked" });
  const wantsStop = event.gateway === "setting" ? quitStopsGateway(at.model) : event.gateway === "stop";
  const ends = wantsStop && isOurs && isStoppable(state);
  return ends ? stop(state, "asked", { ...at, model }) : stay(model, { type: "leave" });
}

function isStoppable(state: GatewayState): state is Stoppable {
  return state.kind !== "stopping" && ownerOf(state) !== null;
}

// Handing over

/** Hands the gateway over to a service that is installed for it, or takes it back; the dev profile has none. */
export function runAsService(
  state: GatewayState,
  { enabled }: EventOf<"user-run-as-service">,
  at: Moment,
): Step {
  if (at.model.intent.mode === "dev") return skip(at.model, "the dev profile is our child");
  const model = calm(forgetCrashes(at.model));
  if (!enabled) {
    const isWatched = state.kind === "running" || state.kind === "attached" || state.kind === "degraded";
    return isWatched ? removeService(state, { ...at, model }) : removeIdleService({ ...at, model });
  }
  if (ownerOf(state) === "service") return skip(at.model, "a service runs it already");
  const next = { ...at, model: withIntent(model, { desired: "run" }) };
  return isStoppable(state) ? handOver(state, next) : installService(next);
}

/** The gateway runs until whoever installs the service has seen that the service can take its place. */
function handOver(state: Stoppable, at: Moment): Step {
  const target = ownerOf(state) === "child" ? "child" : "attached";
  const { pid } = state.kind === "starting" ? state : state.gateway;
  const watch: Effect[] = target === "attached" ? [{ type: "await-exit", run: at.model.facts.run, pid }] : [];
  return move(
    at.model,
    {
      kind: "stopping",
      target,
      pid,
      because: "asked",
      installs: true,
      killing: false,
      sinceMs: at.nowMs,
    },
    command(at.model, "install"),
    ...watch,
  );
}

/** The gateway is gone and its service is on its way; something else may have been asked for meanwhile. */
function takeOver(at: Moment): Step {
  const { desired, mode } = at.model.intent;
  if (mode === "dev") return followIntent(at.model, at);
  return desired === "run" ? awaitInstalled(at) : stopService(at);
}

/** The service runs or is stopped. One that runs in the place of a gateway: the end of that is still to be heard of. */
export function finishServiceStop(
  state: StateOf<"stopping">,
  event: EventOf<"service-done">,
  at: Moment,
): Step {
  if (!state.installs) return finishServiceEnd(state, event, at);
  return event.verb === "install"
    ? move(at.model, { ...state, installs: false })
    : skip(at.model, "nobody waits for that");
}

/** The service could not be stopped, or not be installed in the place of a gateway: then that goes on. */
export function failServiceStop(
  state: StateOf<"stopping">,
  event: EventOf<"service-failed">,
  at: Moment,
): Step {
  if (!state.installs) return failServiceEnd(state, event, at);
  if (event.verb !== "install") return skip(at.model, "nobody waits for that");
  return tellFailure(failureText(event.refusal), at.model, (model) => goOn(state, event, { ...at, model }));
}

function goOn(state: StateOf<"stopping">, event: unknown, at: Moment): Step {
  const { desired, mode } = at.model.intent;
  const owner = state.target === "child" ? "child" : "attached";
  const gateway = { ...UNKNOWN_GATEWAY, pid: state.pid };
  const trouble = { kind: "lost", retries: 0 } as const;
  const kept: StateOf<"degraded"> = { kind: "degraded", owner, gateway, trouble, sinceMs: at.nowMs };
  const mustEnd = desired === "stopped" || (owner === "child" && mode === "dev");
  if (mustEnd) return stop(kept, "asked", at);
  return owner === "child" ? reconnectNow(kept, event, at) : beginRun(at.model, at);
}

// Failing

/** A process ended without being asked to. */
export function classifyEnd(
  state: StateOf<"starting" | "running" | "attached" | "degraded">,
  event: EventOf<"exited">,
  at: Moment,
): Step {
  const owner = ownerOf(state);
  if (owner === "service") return skip(at.model, "its manager says what has become of it");
  if (owner === "attached") return vanish(event.pid, at);
  const planned = state.kind === "starting" && state.planned;
  const reason = classifyExit({ ...event, asked: false, planned });
  switch (reason.kind) {
    case "refused":
      return block(reason.reason, at);
    case "already-running":
      return attachInstead(event, at);
    case "planned":
      return followIntent(at.model, at);
    default:
      return fail("exit", event, at);
  }
}

/** Counted for the breaker, so that a probe and a gateway that contradict each other cannot go on for ever. */
function attachInstead(event: EventOf<"exited">, at: Moment): Step {
  const crashTimesMs = countCrash(at.model.facts.crashTimesMs, at.nowMs);
  if (isBreakerTripped(crashTimesMs)) return fail("exit", event, at);
  return beginRun(withFacts(at.model, { crashTimesMs }), at);
}

/** An attached gateway is gone. */
function vanish(pid: number | null, at: Moment): Step {
  return fail("vanished", { pid, code: null, signal: null, uptimeMs: null }, at);
}

/** Keeps the evidence, then schedules a restart or gives up. */
function fail(cause: Crash["cause"], end: End, at: Moment): Step {
  if (at.model.intent.desired === "stopped") return rest(at.model, { kind: "stopped" });
  const evidence = cause === "vanished" ? null : crashFileName(at.nowMs);
  const { model, crash } = countFailure(cause, end, evidence, at);
  const keep: Effect[] = evidence === null ? [] : [{ type: "write-crash-evidence", crash }];
  if (isBreakerTripped(model.facts.crashTimesMs)) return rest(model, { kind: "gave-up", crash }, ...keep);
  const attempt = model.facts.crashesInARow;
  const delayMs = restartDelayMs(attempt, at.random);
  const untilMs = at.nowMs + delayMs;
  const backoff: GatewayState = { kind: "backoff", by: "tray", crash, attempt, untilMs };
  return rest(model, backoff, ...keep, schedule("backoff-elapsed", delayMs));
}

/** Sorts by time and is a valid file name everywhere. */
function crashFileName(atMs: number): string {
  return `crash-${new Date(atMs).toISOString().replace(/[:.]/g, "-")}.json`;
}
