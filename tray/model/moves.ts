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
  type BlockedReason,
  type Crash,
  type Facts,
  type GatewayInfo,
  type GatewayState,
  type Intent,
  type Owner,
  ownerOf,
  quitStopsGateway,
  type StateOf,
  type TrayModel,
} from "./tray-model.ts";
import type { Effect, EventOf, TimerName } from "./vocabulary.ts";

export interface Step {
  readonly model: TrayModel;
  readonly effects: readonly Effect[];
  /** Why nothing was done; absent when something was. For the log. */
  readonly ignored?: string;
}

/** The model a move starts from, the time in epoch milliseconds and a source of numbers 0..1. */
export interface Moment {
  readonly model: TrayModel;
  readonly nowMs: number;
  readonly random: () => number;
}

/** Nothing happens, for the reason given. */
export function skip(model: TrayModel, why: string): Step {
  return { model, effects: [], ignored: why };
}

/** The state remains; only effects. */
export function stay(model: TrayModel, ...effects: Effect[]): Step {
  return { model, effects };
}

/** Another state (or the same with other fields). */
export function move(model: TrayModel, gateway: GatewayState, ...effects: Effect[]): Step {
  return { model: { ...model, gateway }, effects };
}

/** The same model when nothing changes, so that nothing is saved. */
export function withIntent(model: TrayModel, intent: Partial<Intent>): TrayModel {
  const before = new Map<string, unknown>(Object.entries(model.intent));
  if (Object.entries(intent).every(([key, value]) => before.get(key) === value)) return model;
  return { ...model, intent: { ...model.intent, ...intent } };
}

export function withFacts(model: TrayModel, facts: Partial<Facts>): TrayModel {
  return { ...model, facts: { ...model.facts, ...facts } };
}

export function schedule(timer: TimerName, delayMs: number): Effect {
  return { type: "schedule-timer", timer, delayMs };
}

/** Asks again within the current run. */
export function probe(model: TrayModel): Effect {
  return { type: "probe", run: model.facts.run, mode: model.intent.mode };
}

// Starting

/** A new run: find out who listens. Only when no process of ours can be alive. */
export function beginRun(model: TrayModel, { nowMs }: Moment): Step {
  const next = withFacts(model, { run: model.facts.run + 1 });
  return move(next, { kind: "probing", sinceMs: nowMs }, probe(next));
}

/** What the intent asks for once nothing of ours is alive: a new run, or rest. */
export function followIntent(model: TrayModel, at: Moment): Step {
  return model.intent.desired === "run" ? beginRun(model, at) : rest(model, { kind: "stopped" });
}

/** The user asks for a start: old crashes no longer count. */
export function startAfresh(_state: unknown, _event: unknown, at: Moment): Step {
  return beginRun(forgetCrashes(withIntent(at.model, { desired: "run" })), at);
}

/** The user asks for what is under way already. */
export function keepRunning(_state: unknown, _event: unknown, at: Moment): Step {
  return stay(withIntent(at.model, { desired: "run" }));
}

export function spawnOwn(_state: unknown, _event: unknown, at: Moment): Step {
  const { intent, facts } = at.model;
  if (intent.desired === "stopped") return rest(at.model, { kind: "stopped" });
  return move(
    withFacts(at.model, { resetsDev: false }),
    { kind: "starting", owner: "child", pid: null, planned: false, sinceMs: at.nowMs },
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

/** The gateway restarts by itself and said so: silent, but not for longer than any start may take. */
export function awaitPlannedRestart(
  state: StateOf<"running" | "attached" | "degraded">,
  event: EventOf<"shutdown-announced">,
  at: Moment,
): Step {
  if (event.restartExpectedMs === null) return skip(at.model, "the exit that follows tells what it meant");
  const owner = ownerOf(state) ?? "child";
  const { run } = at.model.facts;
  const { mode } = at.model.intent;
  return move(
    at.model,
    { kind: "starting", owner, pid: state.gateway.pid, planned: true, sinceMs: at.nowMs },
    { type: "await-ready", run, mode },
    schedule("readiness-timeout", event.restartExpectedMs + READINESS_TIMEOUT_MS),
  );
}

/** The awaited hello. When it is not our child's, our child will notice the other gateway and end. */
export function greet(state: StateOf<"starting">, event: EventOf<"connected">, at: Moment): Step {
  if (isAnotherProcess(state.owner, state.pid, event.gateway)) {
    return skip(at.model, "another gateway answered, not our child");
  }
  return becomeHealthy(state.owner, { ...event.gateway, pid: event.gateway.pid ?? state.pid }, at);
}

export function missReadiness(state: StateOf<"starting">, _event: unknown, at: Moment): Step {
  return state.owner === "attached" ? beginRun(at.model, at) : stop(state, "not-ready", at);
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
  const kind = owner === "child" ? "running" : "attached";
  return move(next, { kind, gateway, healthySinceMs: at.nowMs });
}

export function stayHealthy(
  state: StateOf<"running" | "attached">,
  event: EventOf<"health-ok">,
  at: Moment,
): Step {
  const isSteady = at.nowMs - state.healthySinceMs >= RESTART_RESET_MS;
  const next = isSteady ? forgetCrashes(at.model) : at.model;
  return move(next, { ...state, gateway: { ...state.gateway, ...event.gateway } });
}

export function firstMiss(state: StateOf<"running" | "attached">, _event: unknown, at: Moment): Step {
  return move(at.model, degrade(state, at));
}

function degrade(state: StateOf<"running" | "attached">, at: Moment): StateOf<"degraded"> {
  const owner = state.kind === "running" ? "child" : "attached";
  const trouble = { kind: "late", misses: 1 } as const;
  return { kind: "degraded", owner, gateway: state.gateway, trouble, sinceMs: at.nowMs };
}

/** Our own child is restarted in the end; an attached gateway is somebody else's to restart, so it is only reported. */
export function nextMiss(state: StateOf<"degraded">, _event: unknown, at: Moment): Step {
  const misses = state.trouble.kind === "late" ? state.trouble.misses + 1 : 1;
  const isDown = misses >= MISSES_TO_DOWN;
  if (isDown && state.owner === "child") return stop(state, "unresponsive", at);
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
  if (state.owner === "child" && at.nowMs - state.sinceMs >= READINESS_TIMEOUT_MS) {
    return stop(state, "unresponsive", at);
  }
  const retries = state.trouble.kind === "lost" ? state.trouble.retries + 1 : 1;
  return move(
    at.model,
    { ...state, trouble: { kind: "lost", retries } },
    schedule("reconnect", backoffDelay(RECONNECT_BACKOFF, retries, at.random)),
  );
}

export function answerNobody(state: StateOf<"degraded">, _event: unknown, at: Moment): Step {
  return state.owner === "attached" ? vanish(state.gateway.pid, at) : reconnectLater(state, _event, at);
}

export function reconnect(state: StateOf<"degraded">, event: EventOf<"connected">, at: Moment): Step {
  if (isAnotherProcess(state.owner, state.gateway.pid, event.gateway))
    return reconnectLater(state, event, at);
  return becomeHealthy(state.owner, { ...event.gateway, pid: event.gateway.pid ?? state.gateway.pid }, at);
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

/** A gateway that refuses us: somebody else's blocks the start; our child may serve others well, so it is left alone. */
export function takeRefusal(
  state: StateOf<"starting" | "degraded">,
  { reason }: EventOf<"probe-blocked">,
  at: Moment,
): Step {
  if (state.owner === "attached") return block(reason, at);
  const gateway = state.kind === "degraded" ? state.gateway : { ...UNKNOWN_GATEWAY, pid: state.pid };
  return move(
    at.model,
    { kind: "degraded", owner: "child", gateway, trouble: { kind: "refused", reason }, sinceMs: at.nowMs },
    { type: "watch-cause", run: at.model.facts.run, reason },
  );
}

const UNKNOWN_GATEWAY: GatewayInfo = {
  pid: null,
  url: null,
  startedAtMs: null,
  clients: null,
  agentModel: null,
};

// Stopping

type Stoppable = StateOf<"starting" | "running" | "attached" | "degraded">;

export function stopOnRequest(state: Stoppable, _event: unknown, at: Moment): Step {
  const model = withFacts(calm(withIntent(at.model, { desired: "stopped" })), { resetsDev: false });
  return stop(state, "asked", { ...at, model });
}

export function restartOnRequest(state: Stoppable, _event: unknown, at: Moment): Step {
  const model = forgetCrashes(withIntent(at.model, { desired: "run" }));
  return stop(state, "asked", { ...at, model });
}

/** Only a gateway of ours that starts afterwards empties the profile: the one that runs has to be gone. */
export function resetOnRequest(state: GatewayState, event: unknown, at: Moment): Step {
  if (at.model.intent.mode !== "dev") return skip(at.model, "only the dev profile can be reset");
  const marked = { ...at, model: withFacts(at.model, { resetsDev: true }) };
  return isStoppable(state) ? restartOnRequest(state, event, marked) : startAfresh(state, event, marked);
}

/** Asks the process to end; the deadline makes it end. */
export function stop(state: Stoppable, because: StateOf<"stopping">["because"], at: Moment): Step {
  const owner = ownerOf(state) ?? "child";
  const pid = state.kind === "starting" ? state.pid : state.gateway.pid;
  const isSpawnPending = state.kind === "starting" && pid === null;
  return move(
    at.model,
    { kind: "stopping", target: owner, pid, because, killing: false, sinceMs: at.nowMs },
    ...(isSpawnPending ? [] : [signalStop(at.model, owner, pid)]),
    schedule("stop-deadline", STOP_GRACE_MS),
  );
}

export function signalStop(model: TrayModel, owner: Owner, pid: number | null): Effect {
  return { type: "signal-stop", run: model.facts.run, owner, pid };
}

export function freePort(state: StateOf<"blocked">, _event: unknown, at: Moment): Step {
  if (state.reason.kind !== "port-in-use") return skip(at.model, "no port is in the way");
  const { pid } = state.reason;
  if (pid === null) return skip(at.model, "nobody knows who holds the port");
  return move(
    forgetCrashes(withIntent(at.model, { desired: "run" })),
    { kind: "stopping", target: "foreign", pid, because: "asked", killing: false, sinceMs: at.nowMs },
    { type: "free-port", run: at.model.facts.run, pid },
    schedule("stop-deadline", STOP_GRACE_MS),
  );
}

/** The user decides what follows a stop that is under way; it no longer counts as a crash. */
export function redirectStop(desired: Intent["desired"]) {
  return (state: StateOf<"stopping">, _event: unknown, at: Moment): Step => {
    const wanted = calm(withIntent(at.model, { desired }));
    const model = desired === "run" ? wanted : withFacts(wanted, { resetsDev: false });
    return move(desired === "run" ? forgetCrashes(model) : model, { ...state, because: "asked" });
  };
}

export function endLateSpawn(state: StateOf<"stopping">, event: EventOf<"spawned">, at: Moment): Step {
  return move(at.model, { ...state, pid: event.pid }, signalStop(at.model, "child", event.pid));
}

export function forceKill(state: StateOf<"stopping">, _event: unknown, at: Moment): Step {
  return move(
    at.model,
    { ...state, killing: true },
    { type: "force-kill", run: at.model.facts.run, pid: state.pid },
    schedule("stop-deadline", STOP_GRACE_MS),
  );
}

export function forgetSpawn(state: StateOf<"stopping">, event: EventOf<"spawn-failed">, at: Moment): Step {
  return state.because === "asked" ? afterStop(at) : block(event.reason, at);
}

export function failStop(state: StateOf<"stopping">, event: EventOf<"stop-failed">, at: Moment): Step {
  if (state.target === "child") return skip(at.model, "the deadline ends our own child");
  return beginRun(withFacts(at.model, { failedAction: event.message }), at);
}

export function finishStop(state: StateOf<"stopping">, event: EventOf<"exited">, at: Moment): Step {
  if (state.because === "asked") return afterStop(at);
  return fail(state.because, event, at);
}

/** The process is really gone, as we wanted. */
function afterStop(at: Moment): Step {
  if (!at.model.facts.quitting) return followIntent(at.model, at);
  const settled = rest(at.model, { kind: "stopped" });
  return { ...settled, effects: [...settled.effects, { type: "leave" }] };
}

/** Nothing of ours runs; it stays that way. */
export function settleStopped(_state: unknown, _event: unknown, at: Moment): Step {
  return rest(calm(withIntent(at.model, { desired: "stopped" })), { kind: "stopped" });
}

export function switchProfile(state: GatewayState, _event: unknown, at: Moment): Step {
  const mode = at.model.intent.mode === "dev" ? "normal" : "dev";
  const model = withFacts(calm(forgetCrashes(withIntent(at.model, { mode }))), { resetsDev: false });
  if (state.kind === "stopping") return move(model, { ...state, because: "asked" });
  const isOurs = isStoppable(state) && ownerOf(state) === "child";
  return isOurs ? stop(state, "asked", { ...at, model }) : followIntent(model, at);
}

export function quit(state: GatewayState, event: EventOf<"user-quit">, at: Moment): Step {
  const model = withFacts(at.model, { quitting: true });
  const isOurs = ownerOf(state) === "child";
  if (state.kind === "stopping" && isOurs) return move(model, { ...state, because: "asked" });
  const wantsStop = event.gateway === "setting" ? quitStopsGateway(at.model) : event.gateway === "stop";
  const ends = wantsStop && isOurs && isStoppable(state);
  return ends ? stop(state, "asked", { ...at, model }) : stay(model, { type: "leave" });
}

function isStoppable(state: GatewayState): state is Stoppable {
  return state.kind !== "stopping" && ownerOf(state) !== null;
}

// Failing

/** A process ended without being asked to. */
export function classifyEnd(
  state: StateOf<"starting" | "running" | "attached" | "degraded">,
  event: EventOf<"exited">,
  at: Moment,
): Step {
  if (ownerOf(state) === "attached") return vanish(event.pid, at);
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

/** Rests with a reason until its cause changes or the user asks. */
export function block(reason: BlockedReason, at: Moment): Step {
  if (at.model.intent.desired === "stopped") return rest(at.model, { kind: "stopped" });
  const watch: Effect = { type: "watch-cause", run: at.model.facts.run, reason };
  return rest(at.model, { kind: "blocked", reason }, watch);
}

/** Keeps the evidence, then schedules a restart or gives up. */
function fail(
  cause: Crash["cause"],
  end: Pick<Crash, "pid" | "code" | "signal" | "uptimeMs">,
  at: Moment,
): Step {
  if (at.model.intent.desired === "stopped") return rest(at.model, { kind: "stopped" });
  const evidence = cause === "vanished" ? null : crashFileName(at.nowMs);
  const { pid, code, signal, uptimeMs } = end;
  const crash: Crash = { atMs: at.nowMs, cause, code, signal, pid, uptimeMs, evidence };
  const keep: Effect[] = evidence === null ? [] : [{ type: "write-crash-evidence", crash }];

  const attempt = at.model.facts.crashesInARow + 1;
  const crashTimesMs = countCrash(at.model.facts.crashTimesMs, at.nowMs);
  const counted = withFacts(goDown(at.model, at.nowMs), {
    lastCrash: crash,
    crashesInARow: attempt,
    crashTimesMs,
  });
  if (isBreakerTripped(crashTimesMs)) return rest(counted, { kind: "gave-up", crash }, ...keep);
  const delayMs = restartDelayMs(attempt, at.random);
  const backoff: GatewayState = { kind: "backoff", crash, attempt, untilMs: at.nowMs + delayMs };
  return rest(counted, backoff, ...keep, schedule("backoff-elapsed", delayMs));
}

/** No process of ours is alive and no connection is needed. */
function rest(model: TrayModel, gateway: GatewayState, ...effects: Effect[]): Step {
  const settled = withFacts(model, { resetsDev: false });
  return move(settled, gateway, { type: "release", run: model.facts.run }, ...effects);
}

function forgetCrashes(model: TrayModel): TrayModel {
  return withFacts(model, { crashTimesMs: [], crashesInARow: 0 });
}

function goDown(model: TrayModel, nowMs: number): TrayModel {
  return withFacts(model, { downSinceMs: model.facts.downSinceMs ?? nowMs });
}

/** The user took over: what was down is no longer an outage. */
function calm(model: TrayModel): TrayModel {
  return withFacts(model, { downSinceMs: null });
}

/** Sorts by time and is a valid file name everywhere. */
function crashFileName(atMs: number): string {
  return `crash-${new Date(atMs).toISOString().replace(/[:.]/g, "-")}.json`;
}
