/**
 * Moves of a gateway that an installed service keeps. It is started, stopped and restarted through its manager alone; when
 * it dies the manager brings it back and we wait, and whoever stops it elsewhere is followed quietly.
 */

import type { Effect } from "./effects.ts";
import type { EventOf, StartRefusal } from "./events.ts";
import { blockedBy } from "./exit-reason.ts";
import { READINESS_TIMEOUT_MS, SERVICE_ASK_MS, SERVICE_NEWS_MS, SERVICE_RETURN_MS } from "./limits.ts";
import { countCrash, isBreakerTripped } from "./restart-policy.ts";
import {
  beginRun,
  block,
  clearOutage,
  countFailure,
  type End,
  failAction,
  followIntent,
  ignore,
  move,
  nextRun,
  rest,
  type Step,
  type StepContext,
  schedule,
  stay,
  tellFailure,
  thisRun,
  withFacts,
  withIntent,
} from "./step.ts";
import {
  type Crash,
  hasService,
  type ServiceRuntime,
  type ServiceVerb,
  type StateOf,
  type TrayModel,
} from "./tray-model.ts";

/** Has the manager do it; for the profile of the current mode. */
export function command(model: TrayModel, verb: ServiceVerb): Effect {
  return { type: "service", generation: model.facts.generation, mode: model.intent.mode, verb };
}

function ask(model: TrayModel, sinceMs: number): Effect {
  return { type: "ask-service", ...thisRun(model), sinceMs };
}

function awaitReady(model: TrayModel): Effect {
  return { type: "await-ready", ...thisRun(model) };
}

function awaitReturn({ model, nowMs }: StepContext): Effect {
  return { type: "await-service", ...thisRun(model), sinceMs: nowMs };
}

function release(model: TrayModel): Effect {
  return { type: "release", generation: model.facts.generation };
}

// Starting

export function startService(at: StepContext): Step {
  return commanded("start", false, at, awaitReady(at.model));
}

/** The old gateway still answers for a while, so the new one is looked for when the manager says that it is there. */
export function restartService(planned: boolean, at: StepContext): Step {
  return commanded("restart", planned, at, release(at.model));
}

/** A new run, so that nothing of the gateway before is taken for news of the service. */
export function installService(at: StepContext): Step {
  const { model: next, effects } = commanded("install", false, { ...at, model: nextRun(at.model) });
  return stay(next, release(at.model), ...effects);
}

/** Whoever installs the service has ended the gateway before it; the new one is on its way. */
export function awaitInstalled(at: StepContext): Step {
  return move(at.model, coming("install", true, at), awaitReady(at.model));
}

/** The manager always answers, so that no other time limit is needed until it has. */
function commanded(verb: ServiceVerb, planned: boolean, at: StepContext, ...effects: Effect[]): Step {
  const model = withFacts(at.model, { resetsDev: false });
  return move(model, coming(verb, planned, at), ...effects, command(model, verb));
}

/** It is started by others: looked for, but not for longer than a start may take. */
function lookFor(planned: boolean, at: StepContext): Step {
  const limit = schedule("readiness-timeout", READINESS_TIMEOUT_MS);
  return move(at.model, coming(null, planned, at), awaitReturn(at), limit);
}

function coming(
  verb: ServiceVerb | null,
  planned: boolean,
  { model, nowMs }: StepContext,
): StateOf<"starting"> {
  const { mode } = model.intent;
  return { kind: "starting", mode, owner: "service", pid: null, planned, verb, sinceMs: nowMs };
}

export function lookForService(
  state: StateOf<"starting">,
  { mode, verb }: EventOf<"service-done">,
  at: StepContext,
): Step {
  if (state.verb !== verb) return ignore(at.model, "that was asked for before");
  return mode === at.model.intent.mode ? lookFor(state.planned, at) : followIntent(at.model, at);
}

export function failServiceStart(
  state: StateOf<"starting">,
  { mode, verb, refusal }: EventOf<"service-failed">,
  at: StepContext,
): Step {
  if (state.verb !== verb) return ignore(at.model, "that was asked for before");
  if (verb !== "start") return failAction(failureText(refusal), at);
  return mode === at.model.intent.mode ? takeServiceRefusal(refusal, at) : followIntent(at.model, at);
}

/** The other profile waits until the manager has done what it was asked for. */
export function switchWhileAsked(state: StateOf<"starting">, at: StepContext): Step {
  return move(at.model, state, release(at.model));
}

/** Counted where a gateway is said to be there already, so that this and a probe that contradicts it cannot alternate for ever. */
function takeServiceRefusal(refusal: StartRefusal, at: StepContext): Step {
  if (refusal.code === "SERVICE_NOT_INSTALLED") return beginRun(withoutService(at.model), at);
  const crashTimesMs = countCrash(at.model.facts.crashTimesMs, at.nowMs);
  const isThere = refusal.code === "ALREADY_RUNNING" && !isBreakerTripped(crashTimesMs);
  return isThere ? beginRun(withFacts(at.model, { crashTimesMs }), at) : block(blockedBy(refusal), at);
}

/** Whoever removed it was not seen yet. */
function withoutService(model: TrayModel): TrayModel {
  const { serviceInstalled } = model.facts;
  return withFacts(model, { serviceInstalled: { ...serviceInstalled, [model.intent.mode]: false } });
}

// Stopping

export function stopService(at: StepContext): Step {
  return endService("stop", null, at);
}

/** Ends the service's gateway by `verb`; what follows is read from the intent of the moment it is gone. */
function endService(verb: "stop" | "uninstall", pid: number | null, at: StepContext): Step {
  return move(
    at.model,
    {
      kind: "stopping",
      target: "service",
      pid,
      because: "asked",
      installs: false,
      killing: false,
      sinceMs: at.nowMs,
    },
    release(at.model),
    command(at.model, verb),
  );
}

export function finishServiceEnd(
  state: StateOf<"stopping">,
  { mode, verb }: EventOf<"service-done">,
  at: StepContext,
): Step {
  const isEnd = state.target === "service" && state.because === "asked" && endsService(verb);
  if (!isEnd) return ignore(at.model, "that was asked for before the stop");
  return mode === at.model.intent.mode ? followIntent(at.model, at) : followStop(at);
}

/** A service that was not stopped yet, of the other profile or installed meanwhile, is to rest as well. */
export function followStop(at: StepContext): Step {
  const mayCome = at.model.intent.desired === "stopped" && hasService(at.model);
  return mayCome ? stopService(at) : followIntent(at.model, at);
}

export function failServiceEnd(
  state: StateOf<"stopping">,
  { verb, refusal }: EventOf<"service-failed">,
  at: StepContext,
): Step {
  const isEnd = state.target === "service" && state.because === "asked" && endsService(verb);
  return isEnd
    ? failAction(failureText(refusal), at)
    : ignore(at.model, "that was asked for before the stop");
}

function endsService(verb: ServiceVerb): boolean {
  return verb === "stop" || verb === "uninstall";
}

// Handing over

/** Takes the service away. A gateway that it does not run stays as it is. */
export function removeService(state: StateOf<"running" | "attached" | "degraded">, at: StepContext): Step {
  const isItsGateway = state.kind !== "attached" && state.owner === "service";
  if (isItsGateway) return endService("uninstall", state.gateway.pid, at);
  return stay(at.model, command(at.model, "uninstall"));
}

export function removeIdleService(at: StepContext): Step {
  return endService("uninstall", null, at);
}

/** The gateway that is watched is another one; only a failure is worth telling. */
export function failRemoval(
  _state: unknown,
  { verb, refusal }: EventOf<"service-failed">,
  at: StepContext,
): Step {
  if (verb !== "uninstall") return ignore(at.model, "the gateway answers all the same");
  return tellFailure(failureText(refusal), at.model, stay);
}

/** The refusal with its remedy, on one line. */
export function failureText({ message, fix }: StartRefusal): string {
  return fix === undefined ? message : `${message} · ${fix}`;
}

// Being followed

/** Somebody else stops or restarts the service: neither is an outage. */
export function followShutdown(state: StateOf<"running" | "attached" | "degraded">, at: StepContext): Step {
  const { pid } = state.gateway;
  return move(
    at.model,
    {
      kind: "stopping",
      target: "service",
      pid,
      because: "elsewhere",
      installs: false,
      killing: false,
      sinceMs: at.nowMs,
    },
    release(at.model),
    { type: "await-exit", ...thisRun(at.model), pid },
  );
}

export function askWhatFollows(state: StateOf<"stopping">, at: StepContext): Step {
  return stay(at.model, ask(at.model, state.sinceMs - SERVICE_NEWS_MS));
}

export function settleElsewhere(
  state: StateOf<"stopping">,
  { runtime, refusal }: EventOf<"service-status">,
  at: StepContext,
): Step {
  if (state.because !== "elsewhere") return ignore(at.model, "it is being stopped");
  const comesBack = ["running", "starting", "stopping", "crash-looping"].includes(runtime);
  if (comesBack) return lookFor(true, at);
  const isRefused = refusal !== null && (runtime === "blocked" || refusal.code !== "ALREADY_RUNNING");
  if (isRefused) return takeServiceRefusal(refusal, at);
  return runtime === "blocked" ? giveUp(state, at) : restElsewhere(at);
}

/** Whoever stopped the service meant it: nothing starts it from here. */
function restElsewhere(at: StepContext): Step {
  return rest(clearOutage(withIntent(at.model, { desired: "stopped" })), { kind: "stopped" });
}

// Being brought back

/** The gateway is gone, or does not come up: its manager starts it again, or knows why not. */
export function awaitService(cause: Crash["cause"], pid: number | null, at: StepContext): Step {
  if (at.model.intent.desired === "stopped") return rest(at.model, { kind: "stopped" });
  const { model, crash } = countFailure(cause, { ...UNKNOWN_END, pid }, null, at);
  const untilMs = at.nowMs + SERVICE_RETURN_MS;
  return move(
    model,
    { kind: "backoff", by: "service", crash, attempt: model.facts.crashesInARow, untilMs },
    awaitReturn({ ...at, model }),
    schedule("backoff-elapsed", SERVICE_RETURN_MS),
  );
}

const UNKNOWN_END: End = { pid: null, code: null, signal: null, uptimeMs: null };

/** A start of the service was refused, or takes long: is it tried again? */
export function askService(state: StateOf<"starting" | "backoff">, _event: unknown, at: StepContext): Step {
  if (state.kind === "backoff") return stay(at.model, ask(at.model, state.crash.atMs));
  return state.owner === "service" && state.verb === null
    ? stay(at.model, ask(at.model, state.sinceMs))
    : ignore(at.model, "no service is awaited");
}

export function judgeService(
  state: StateOf<"starting" | "backoff">,
  { runtime, refusal }: EventOf<"service-status">,
  at: StepContext,
): Step {
  if (state.kind === "starting" && (state.owner !== "service" || state.verb !== null)) {
    return ignore(at.model, "no service is awaited");
  }
  switch (runtime) {
    case "stopped":
      return refusal === null ? restElsewhere(at) : takeServiceRefusal(refusal, at);
    case "blocked":
      return refusal === null ? giveUp(state, at) : takeServiceRefusal(refusal, at);
    case "not-installed":
      return followIntent(at.model, at);
    default:
      return state.kind === "backoff" ? waitOn(state, runtime, at) : stay(at.model);
  }
}

function giveUp(state: StateOf<"starting" | "stopping" | "backoff">, at: StepContext): Step {
  if (state.kind === "backoff") return rest(at.model, { kind: "gave-up", crash: state.crash });
  if (at.model.intent.desired === "stopped") return rest(at.model, { kind: "stopped" });
  const { model, crash } = countFailure("not-ready", UNKNOWN_END, null, at);
  return rest(model, { kind: "gave-up", crash });
}

/** One that runs and never answers is restarted; otherwise its manager is still at it. */
function waitOn(state: StateOf<"backoff">, runtime: ServiceRuntime, at: StepContext): Step {
  const hangs = runtime === "running" && at.nowMs - state.crash.atMs >= READINESS_TIMEOUT_MS;
  if (hangs) return restartService(false, at);
  const untilMs = at.nowMs + SERVICE_ASK_MS;
  return move(at.model, { ...state, untilMs }, schedule("backoff-elapsed", SERVICE_ASK_MS));
}
