/** The moves by which a gateway is handed over to a service that is installed for it, and taken back. */

import type { Effect } from "./effects.ts";
import type { EventOf } from "./events.ts";
import {
  command,
  failServiceEnd,
  failureText,
  finishServiceEnd,
  installService,
  removeIdleService,
  removeService,
} from "./service-moves.ts";
import {
  beginRun,
  clearOutage,
  forgetCrashes,
  ignore,
  move,
  type Step,
  type StepContext,
  tellFailure,
  thisRun,
  withIntent,
} from "./step.ts";
import { isStoppable, type Stoppable, stop } from "./stop-moves.ts";
import { type GatewayState, ownerOf, type StateOf } from "./tray-model.ts";
import { reconnectNow, UNKNOWN_GATEWAY } from "./watch-moves.ts";

/** Hands the gateway over to a service that is installed for it, or takes it back; the dev profile has none. */
export function runAsService(
  state: GatewayState,
  { enabled }: EventOf<"user-run-as-service">,
  at: StepContext,
): Step {
  if (at.model.intent.mode === "dev") return ignore(at.model, "the dev profile is our child");
  const model = clearOutage(forgetCrashes(at.model));
  if (!enabled) {
    const isWatched = state.kind === "running" || state.kind === "attached" || state.kind === "degraded";
    return isWatched ? removeService(state, { ...at, model }) : removeIdleService({ ...at, model });
  }
  if (ownerOf(state) === "service") return ignore(at.model, "a service runs it already");
  const next = { ...at, model: withIntent(model, { desired: "run" }) };
  return isStoppable(state) ? handOver(state, next) : installService(next);
}

/** The gateway runs until whoever installs the service has seen that the service can take its place. */
function handOver(state: Stoppable, at: StepContext): Step {
  const target = ownerOf(state) === "child" ? "child" : "attached";
  const { pid } = state.kind === "starting" ? state : state.gateway;
  const watch: Effect[] = target === "attached" ? [{ type: "await-exit", ...thisRun(at.model), pid }] : [];
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

/** The service runs or is stopped. One that runs in the place of a gateway: the end of that is still to be heard of. */
export function finishServiceStop(
  state: StateOf<"stopping">,
  event: EventOf<"service-done">,
  at: StepContext,
): Step {
  if (!state.installs) return finishServiceEnd(state, event, at);
  return event.verb === "install"
    ? move(at.model, { ...state, installs: false })
    : ignore(at.model, "nobody waits for that");
}

/** The service could not be stopped, or not be installed in the place of a gateway: then that goes on. */
export function failServiceStop(
  state: StateOf<"stopping">,
  event: EventOf<"service-failed">,
  at: StepContext,
): Step {
  if (!state.installs) return failServiceEnd(state, event, at);
  if (event.verb !== "install") return ignore(at.model, "nobody waits for that");
  return tellFailure(failureText(event.refusal), at.model, (model) => goOn(state, event, { ...at, model }));
}

function goOn(state: StateOf<"stopping">, event: unknown, at: StepContext): Step {
  const { desired, mode } = at.model.intent;
  const owner = state.target === "child" ? "child" : "attached";
  const gateway = { ...UNKNOWN_GATEWAY, pid: state.pid };
  const trouble = { kind: "lost", retries: 0 } as const;
  const kept: StateOf<"degraded"> = { kind: "degraded", owner, gateway, trouble, sinceMs: at.nowMs };
  const mustEnd = desired === "stopped" || (owner === "child" && mode === "dev");
  if (mustEnd) return stop(kept, "asked", at);
  return owner === "child" ? reconnectNow(kept, event, at) : beginRun(at.model, at);
}
