/** The moves of a start: probed, spawned or asked of the service, until the gateway says hello. */

import type { EventOf } from "./events.ts";
import { PROBE_AGAIN_MS, READINESS_TIMEOUT_MS } from "./limits.ts";
import { awaitService, followShutdown, startService } from "./service-moves.ts";
import {
  beginRun,
  block,
  ignore,
  move,
  rest,
  type Step,
  type StepContext,
  schedule,
  stay,
  thisRun,
  withFacts,
  withIntent,
} from "./step.ts";
import { stop } from "./stop-moves.ts";
import { type GatewayInfo, hasService, type Owner, ownerOf, type StateOf } from "./tray-model.ts";
import { NO_APPROVALS } from "./waiting-approvals.ts";
import { NO_DEVICES } from "./waiting-devices.ts";

/** The user asks for what is under way already. */
export function keepRunning(_state: unknown, _event: unknown, at: StepContext): Step {
  return stay(withIntent(at.model, { desired: "run" }));
}

/** Through the service where one is installed, else as our child; an empty profile takes a child. */
export function startOwn(_state: unknown, _event: unknown, at: StepContext): Step {
  const { intent, facts } = at.model;
  if (intent.desired === "stopped") return rest(at.model, { kind: "stopped" });
  if (hasService(at.model) && !facts.resetsDev) return startService(at);
  return move(
    withFacts(at.model, { resetsDev: false }),
    {
      kind: "starting",
      mode: intent.mode,
      owner: "child",
      pid: null,
      planned: false,
      verb: null,
      sinceMs: at.nowMs,
    },
    { type: "spawn", ...thisRun(at.model), reset: facts.resetsDev },
    schedule("readiness-timeout", READINESS_TIMEOUT_MS),
  );
}

/** Somebody else's gateway is on its way up: give it the time our own would get, then call it stuck. */
export function waitForOtherStart(
  state: StateOf<"probing">,
  event: EventOf<"not-ready">,
  at: StepContext,
): Step {
  if (at.nowMs - state.sinceMs < READINESS_TIMEOUT_MS) {
    return stay(at.model, schedule("probe-again", PROBE_AGAIN_MS));
  }
  const holder = { port: null, pid: event.pid, command: "clawdbot gateway", user: null };
  return block({ kind: "port-in-use", ...holder }, at);
}

export function awaitReady(state: StateOf<"starting">, event: EventOf<"spawned">, at: StepContext): Step {
  return move(at.model, { ...state, pid: event.pid }, { type: "await-ready", ...thisRun(at.model) });
}

/** The gateway restarts by itself and said so, or a service is ended elsewhere: silent, but not for longer than any start may take. */
export function awaitPlannedRestart(
  state: StateOf<"running" | "attached" | "degraded">,
  event: EventOf<"shutdown-announced">,
  at: StepContext,
): Step {
  const owner = ownerOf(state) ?? "child";
  if (event.restartExpectedMs === null) {
    return owner === "service"
      ? followShutdown(state, at)
      : ignore(at.model, "the exit that follows tells what it meant");
  }
  return move(
    at.model,
    {
      kind: "starting",
      mode: at.model.intent.mode,
      owner,
      pid: state.gateway.pid,
      planned: true,
      verb: null,
      sinceMs: at.nowMs,
    },
    { type: "await-ready", ...thisRun(at.model) },
    schedule("readiness-timeout", event.restartExpectedMs + READINESS_TIMEOUT_MS),
  );
}

/** A healthy gateway where none of ours was. A service that was started elsewhere is meant to run, unless our stop of it failed. */
export function adoptRunning(_state: unknown, { gateway }: EventOf<"connected">, at: StepContext): Step {
  const owner = ownerNow(null, gateway);
  const isMeant = owner === "service" && at.model.facts.failedAction === null;
  const model = isMeant ? withIntent(at.model, { desired: "run" }) : at.model;
  return becomeHealthy(owner, gateway, { ...at, model });
}

/** The awaited hello. When it is not our child's, our child will notice the other gateway and end. */
export function acceptHello(state: StateOf<"starting">, event: EventOf<"connected">, at: StepContext): Step {
  if (isAnotherProcess(state.owner, state.pid, event.gateway)) {
    return ignore(at.model, "another gateway answered, not our child");
  }
  if (state.verb === "restart") return ignore(at.model, "the gateway before the restart may still answer");
  if (state.mode !== at.model.intent.mode)
    return ignore(at.model, "the other profile was asked for meanwhile");
  const gateway = { ...event.gateway, pid: event.gateway.pid ?? state.pid };
  return becomeHealthy(ownerNow(state.owner, gateway), gateway, at);
}

/** Our child stays ours; of any other gateway its own word counts. */
export function ownerNow(before: Owner | null, { service }: GatewayInfo): Owner {
  if (before === "child") return "child";
  return service === null ? "attached" : "service";
}

/** True when the gateway that answered cannot be our child. */
export function isAnotherProcess(owner: Owner, childPid: number | null, gateway: GatewayInfo): boolean {
  return owner === "child" && childPid !== null && gateway.pid !== null && childPid !== gateway.pid;
}

export function missReadiness(state: StateOf<"starting">, _event: unknown, at: StepContext): Step {
  switch (state.owner) {
    case "child":
      return stop(state, "not-ready", at);
    case "service":
      return awaitService("not-ready", null, at);
    case "attached":
      return beginRun(at.model, at);
  }
}

/** Connected and well. Ends an outage. A service that runs the gateway is installed, whether that was seen yet or not. */
export function becomeHealthy(owner: Owner, gateway: GatewayInfo, at: StepContext): Step {
  const { facts, intent } = at.model;
  const serves = gateway.service !== null;
  const next = withFacts(at.model, {
    resetsDev: false,
    downSinceMs: null,
    recoveredFromMs: facts.downSinceMs ?? facts.recoveredFromMs,
    activeRuns: 0,
    lastRunEndedAtMs: null,
    impairment: null,
    memory: null,
    devices: NO_DEVICES,
    approvals: NO_APPROVALS,
    ...(serves ? { serviceInstalled: { ...facts.serviceInstalled, [intent.mode]: true } } : {}),
  });
  const healthySinceMs = at.nowMs;
  return owner === "attached"
    ? move(next, { kind: "attached", gateway, healthySinceMs })
    : move(next, { kind: "running", owner, gateway, healthySinceMs });
}
