/** The moves of a gateway that is watched: healthy, late, lost, refusing us. */
import { backoffDelay, RECONNECT_BACKOFF } from "../../shared/client/backoff.ts";
import type { EventOf } from "./events.ts";
import { vanish } from "./failure-moves.ts";
import { MISSES_TO_DOWN, READINESS_TIMEOUT_MS, RESTART_RESET_MS, UNHEARD_LIMIT_MS } from "./limits.ts";
import { isBreakerTripped } from "./restart-policy.ts";
import { awaitService, restartService } from "./service-moves.ts";
import { becomeHealthy, isAnotherProcess, ownerNow } from "./start-moves.ts";
import {
  block,
  countFailure,
  forgetCrashes,
  goDown,
  ignore,
  move,
  rest,
  type Step,
  type StepContext,
  schedule,
  stay,
  thisRun,
} from "./step.ts";
import { stop } from "./stop-moves.ts";
import type { GatewayInfo, StateOf } from "./tray-model.ts";

/** Nothing new is no change, so that nothing is drawn again. */
export function stayHealthy(
  state: StateOf<"running" | "attached">,
  event: EventOf<"health-ok">,
  at: StepContext,
): Step {
  const { crashesInARow, crashTimesMs } = at.model.facts;
  const isSteady = at.nowMs - state.healthySinceMs >= RESTART_RESET_MS;
  const forgets = isSteady && (crashesInARow > 0 || crashTimesMs.length > 0);
  const next = forgets ? forgetCrashes(at.model) : at.model;
  const before = new Map<string, unknown>(Object.entries(state.gateway));
  const isNews = Object.entries(event.gateway).some(([key, value]) => before.get(key) !== value);
  if (!isNews) return stay(next);
  return move(next, { ...state, gateway: { ...state.gateway, ...event.gateway } });
}

export function firstMiss(state: StateOf<"running" | "attached">, _event: unknown, at: StepContext): Step {
  return move(at.model, degrade(state, at));
}

function degrade(state: StateOf<"running" | "attached">, at: StepContext): StateOf<"degraded"> {
  const owner = state.kind === "running" ? state.owner : "attached";
  const trouble = { kind: "late", misses: 1 } as const;
  return { kind: "degraded", owner, gateway: state.gateway, trouble, sinceMs: at.nowMs };
}

/**
 * A gateway of ours is restarted in the end; an attached gateway is somebody else's to restart, so it is only reported. One that
 * answers HTTP serves others: it is not ended for what may be its socket to us alone, unless that lasts.
 */
export function nextMiss(state: StateOf<"degraded">, event: EventOf<"health-miss">, at: StepContext): Step {
  const misses = state.trouble.kind === "late" ? state.trouble.misses + 1 : 1;
  const isSpared = event.answersHttp && at.nowMs - state.sinceMs < UNHEARD_LIMIT_MS;
  const isDown = misses >= MISSES_TO_DOWN && !isSpared;
  if (isDown && state.owner !== "attached") return replace(state, at);
  const model = isDown ? goDown(at.model, at.nowMs) : at.model;
  return move(model, { ...state, trouble: { kind: "late", misses } });
}

export function checkHealth(_state: unknown, _event: unknown, at: StepContext): Step {
  return stay(at.model, { type: "check-health", generation: at.model.facts.generation });
}

export function loseConnection(
  state: StateOf<"running" | "attached" | "degraded">,
  event: unknown,
  at: StepContext,
): Step {
  const degraded = state.kind === "degraded" ? state : degrade(state, at);
  return reconnectLater({ ...degraded, trouble: { kind: "lost", retries: 0 } }, event, at);
}

/** Nobody answers although our process lives: keep trying, but not for longer than a start may take. */
function reconnectLater(state: StateOf<"degraded">, _event: unknown, at: StepContext): Step {
  return reconnectWithin(READINESS_TIMEOUT_MS, state, at);
}

/** Longer for one that lives by what it answers over HTTP. */
export function awaitHello(state: StateOf<"degraded">, event: EventOf<"not-ready">, at: StepContext): Step {
  return reconnectWithin(event.answersHttp ? UNHEARD_LIMIT_MS : READINESS_TIMEOUT_MS, state, at);
}

function reconnectWithin(limitMs: number, state: StateOf<"degraded">, at: StepContext): Step {
  if (state.owner !== "attached" && at.nowMs - state.sinceMs >= limitMs) return replace(state, at);
  const retries = state.trouble.kind === "lost" ? state.trouble.retries + 1 : 1;
  return move(
    at.model,
    { ...state, trouble: { kind: "lost", retries } },
    schedule("reconnect", backoffDelay(RECONNECT_BACKOFF, retries, at.random)),
  );
}

/** It hangs: another one takes its place. */
export function replace(state: StateOf<"degraded">, at: StepContext): Step {
  if (state.owner !== "service" || at.model.intent.desired === "stopped") {
    return stop(state, "unresponsive", at);
  }
  const end = { pid: state.gateway.pid, code: null, signal: null, uptimeMs: null };
  const { model, crash } = countFailure("unresponsive", end, null, at);
  return isBreakerTripped(model.facts.crashTimesMs)
    ? rest(model, { kind: "gave-up", crash })
    : restartService(false, { ...at, model });
}

export function answerNobody(state: StateOf<"degraded">, event: unknown, at: StepContext): Step {
  switch (state.owner) {
    case "child":
      return reconnectLater(state, event, at);
    case "service":
      return awaitService("vanished", state.gateway.pid, at);
    case "attached":
      return vanish(state.gateway.pid, at);
  }
}

export function reconnect(state: StateOf<"degraded">, event: EventOf<"connected">, at: StepContext): Step {
  if (isAnotherProcess(state.owner, state.gateway.pid, event.gateway))
    return reconnectLater(state, event, at);
  const gateway = { ...event.gateway, pid: event.gateway.pid ?? state.gateway.pid };
  return becomeHealthy(ownerNow(state.owner, gateway), gateway, at);
}

export function reconsiderRefusal(state: StateOf<"degraded">, event: unknown, at: StepContext): Step {
  return state.trouble.kind === "refused"
    ? reconnectNow(state, event, at)
    : ignore(at.model, "nothing refuses us");
}

/** Looks at once, with a fresh allowance of time. */
export function reconnectNow(state: StateOf<"degraded">, _event: unknown, at: StepContext): Step {
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
  at: StepContext,
): Step {
  const owner = state.kind === "backoff" ? "service" : state.owner;
  const isStranger = owner === "service" && reason.kind === "port-in-use";
  if (owner === "attached" || isStranger) return block(reason, at);
  const known = state.kind === "degraded" ? state.gateway : UNKNOWN_GATEWAY;
  const gateway = state.kind === "starting" ? { ...known, pid: state.pid } : known;
  return move(
    at.model,
    { kind: "degraded", owner, gateway, trouble: { kind: "refused", reason }, sinceMs: at.nowMs },
    { type: "watch-cause", ...thisRun(at.model), reason },
  );
}

/** An answer counts while a service is to bring the gateway back; while we are to start it nobody was asked. */
export function whileServiceReturns<Event>(
  take: (state: StateOf<"backoff">, event: Event, at: StepContext) => Step,
): (state: StateOf<"backoff">, event: Event, at: StepContext) => Step {
  return (state, event, at) =>
    state.by === "service" ? take(state, event, at) : ignore(at.model, "no service is awaited");
}

export const UNKNOWN_GATEWAY: GatewayInfo = {
  pid: null,
  url: null,
  startedAtMs: null,
  clients: null,
  agentModel: null,
  service: null,
};
