/** The moves of a gateway that ended without being asked to: blocked, restarted after a while, or given up. */

import type { Effect } from "./effects.ts";
import type { EventOf } from "./events.ts";
import { classifyExit } from "./exit-reason.ts";
import { countCrash, isBreakerTripped, restartDelayMs } from "./restart-policy.ts";
import {
  beginRun,
  block,
  countFailure,
  type End,
  followIntent,
  ignore,
  rest,
  type Step,
  type StepContext,
  schedule,
  withFacts,
} from "./step.ts";
import { type Crash, type GatewayState, ownerOf, type StateOf } from "./tray-model.ts";

/** A process ended without being asked to. */
export function classifyEnd(
  state: StateOf<"starting" | "running" | "attached" | "degraded">,
  event: EventOf<"exited">,
  at: StepContext,
): Step {
  const owner = ownerOf(state);
  if (owner === "service") return ignore(at.model, "its manager says what has become of it");
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
function attachInstead(event: EventOf<"exited">, at: StepContext): Step {
  const crashTimesMs = countCrash(at.model.facts.crashTimesMs, at.nowMs);
  if (isBreakerTripped(crashTimesMs)) return fail("exit", event, at);
  return beginRun(withFacts(at.model, { crashTimesMs }), at);
}

/** An attached gateway is gone. */
export function vanish(pid: number | null, at: StepContext): Step {
  return fail("vanished", { pid, code: null, signal: null, uptimeMs: null }, at);
}

/** Keeps the evidence, then schedules a restart or gives up. */
export function fail(cause: Crash["cause"], end: End, at: StepContext): Step {
  if (at.model.intent.desired === "stopped") return rest(at.model, { kind: "stopped" });
  const evidence = cause === "vanished" ? null : crashFileName(at.nowMs);
  const { model, crash } = countFailure(cause, end, evidence, at);
  const { runMode: mode } = model.facts;
  const keep: Effect[] = evidence === null ? [] : [{ type: "write-crash-evidence", mode, crash }];
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
