/** The moves of a stop, and what follows it by the intent of the moment. */

import type { Effect } from "./effects.ts";
import type { EventOf } from "./events.ts";
import { fail } from "./failure-moves.ts";
import { STOP_GRACE_MS } from "./limits.ts";
import {
  askWhatFollows,
  awaitInstalled,
  followStop,
  restartService,
  stopService,
  switchWhileAsked,
} from "./service-moves.ts";
import {
  beginRun,
  block,
  clearOutage,
  failAction,
  followIntent,
  forgetCrashes,
  ignore,
  move,
  rest,
  type Step,
  type StepContext,
  schedule,
  startAfresh,
  stay,
  thisRun,
  withFacts,
  withIntent,
} from "./step.ts";
import {
  type GatewayState,
  hasService,
  type Intent,
  ownerOf,
  quitStopsGateway,
  type StateOf,
  type TrayModel,
} from "./tray-model.ts";

export type Stoppable = StateOf<"starting" | "running" | "attached" | "degraded">;

export function stopOnRequest(state: Stoppable, _event: unknown, at: StepContext): Step {
  const model = withFacts(clearOutage(withIntent(at.model, { desired: "stopped" })), { resetsDev: false });
  return stop(state, "asked", { ...at, model });
}

export function restartOnRequest(state: Stoppable, _event: unknown, at: StepContext): Step {
  const model = forgetCrashes(withIntent(at.model, { desired: "run" }));
  const isService = ownerOf(state) === "service" && !model.facts.resetsDev;
  return isService
    ? restartService(true, { ...at, model: clearOutage(model) })
    : stop(state, "asked", { ...at, model });
}

/** Only a gateway of ours that starts afterwards empties the profile: the one that runs has to be gone. */
export function resetOnRequest(state: GatewayState, event: unknown, at: StepContext): Step {
  if (at.model.intent.mode !== "dev") return ignore(at.model, "only the dev profile can be reset");
  const marked = { ...at, model: withFacts(at.model, { resetsDev: true }) };
  return isStoppable(state) ? restartOnRequest(state, event, marked) : startAfresh(state, event, marked);
}

/** Asks the process to end; the deadline makes it end. A service is ended by its manager, which has a deadline of its own. */
export function stop(state: Stoppable, because: StateOf<"stopping">["because"], at: StepContext): Step {
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
  return { type: "signal-stop", ...thisRun(model), owner, pid };
}

export function freePort(state: StateOf<"blocked">, _event: unknown, at: StepContext): Step {
  if (state.reason.kind !== "port-in-use") return ignore(at.model, "no port is in the way");
  const { pid } = state.reason;
  if (pid === null) return ignore(at.model, "nobody knows who holds the port");
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
    { type: "free-port", ...thisRun(at.model), pid },
    schedule("stop-deadline", STOP_GRACE_MS),
  );
}

/** The user decides what follows a stop that is under way; it no longer counts as a crash. */
export function redirectStop(desired: Intent["desired"]) {
  return (state: StateOf<"stopping">, _event: unknown, at: StepContext): Step => {
    const wanted = clearOutage(withIntent(at.model, { desired }));
    const model = desired === "run" ? forgetCrashes(wanted) : withFacts(wanted, { resetsDev: false });
    if (state.because === "elsewhere") {
      return desired === "run" ? beginRun(model, { ...at, model }) : stopService({ ...at, model });
    }
    return move(model, { ...state, because: "asked" });
  };
}

export function endLateSpawn(state: StateOf<"stopping">, event: EventOf<"spawned">, at: StepContext): Step {
  if (state.target !== "child") return ignore(at.model, "no child was started");
  return move(at.model, { ...state, pid: event.pid }, signalStop(at.model, "child", event.pid));
}

export function forceKill(state: StateOf<"stopping">, _event: unknown, at: StepContext): Step {
  if (state.target === "service") return ignore(at.model, "its manager has a deadline of its own");
  return move(
    at.model,
    { ...state, killing: true },
    { type: "force-kill", generation: at.model.facts.generation, pid: state.pid },
    schedule("stop-deadline", STOP_GRACE_MS),
  );
}

export function forgetSpawn(
  state: StateOf<"stopping">,
  event: EventOf<"spawn-failed">,
  at: StepContext,
): Step {
  if (state.target !== "child") return ignore(at.model, "no child was started");
  return state.because === "asked" ? afterStop(state, at) : block(event.reason, at);
}

export function failStop(state: StateOf<"stopping">, event: EventOf<"stop-failed">, at: StepContext): Step {
  if (state.target === "child") return ignore(at.model, "the deadline ends our own child");
  return failAction(event.message, at);
}

export function finishStop(state: StateOf<"stopping">, event: EventOf<"exited">, at: StepContext): Step {
  switch (state.because) {
    case "asked":
      return state.target === "service"
        ? ignore(at.model, "its manager says when it is done")
        : afterStop(state, at);
    case "elsewhere":
      return askWhatFollows(state, at);
    default:
      return fail(state.because, event, at);
  }
}

/** The process is really gone, as we wanted. */
function afterStop(state: StateOf<"stopping">, at: StepContext): Step {
  if (!at.model.facts.quitting) return state.installs ? takeOver(at) : followStop(at);
  const settled = rest(at.model, { kind: "stopped" });
  return { ...settled, effects: [...settled.effects, { type: "leave" }] };
}

/** The gateway is gone and its service is on its way; something else may have been asked for meanwhile. */
function takeOver(at: StepContext): Step {
  const { desired, mode } = at.model.intent;
  if (mode === "dev") return followIntent(at.model, at);
  return desired === "run" ? awaitInstalled(at) : stopService(at);
}

/** Nothing of ours runs and it stays that way; a service that may be about to is told so. */
export function settleStopped(state: GatewayState, _event: unknown, at: StepContext): Step {
  const model = withFacts(clearOutage(withIntent(at.model, { desired: "stopped" })), { resetsDev: false });
  const mayCome = state.kind !== "stopped" && hasService(model);
  return mayCome ? stopService({ ...at, model }) : rest(model, { kind: "stopped" });
}

export function switchProfile(state: GatewayState, _event: unknown, at: StepContext): Step {
  const mode = at.model.intent.mode === "dev" ? "normal" : "dev";
  const model = withFacts(clearOutage(forgetCrashes(withIntent(at.model, { mode }))), { resetsDev: false });
  if (state.kind === "stopping" && state.because !== "elsewhere") {
    return move(model, { ...state, because: "asked" });
  }
  if (state.kind === "starting" && state.verb !== null) return switchWhileAsked(state, { ...at, model });
  const isOurs = isStoppable(state) && ownerOf(state) === "child";
  return isOurs ? stop(state, "asked", { ...at, model }) : followIntent(model, at);
}

export function quit(state: GatewayState, event: EventOf<"user-quit">, at: StepContext): Step {
  const model = withFacts(at.model, { quitting: true });
  const isOurs = ownerOf(state) === "child";
  if (state.kind === "stopping" && state.installs) return stay(model, { type: "leave" });
  if (state.kind === "stopping" && isOurs) return move(model, { ...state, because: "asked" });
  const wantsStop = event.gateway === "setting" ? quitStopsGateway(at.model) : event.gateway === "stop";
  const ends = wantsStop && isOurs && isStoppable(state);
  return ends ? stop(state, "asked", { ...at, model }) : stay(model, { type: "leave" });
}

/** Leaves for the installed program. Our own gateway goes along, whatever *Quit* would do: its successor starts it anew. */
export function relaunch(state: GatewayState, _event: unknown, at: StepContext): Step {
  if (at.model.facts.replacedBy?.version == null) return ignore(at.model, "this is the installed program");
  const model = withFacts(at.model, { relaunches: true });
  return quit(state, { type: "user-quit", gateway: "stop" }, { ...at, model });
}

export function isStoppable(state: GatewayState): state is Stoppable {
  return state.kind !== "stopping" && ownerOf(state) !== null;
}
