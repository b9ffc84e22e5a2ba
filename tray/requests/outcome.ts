/** When a request of a command is done, read from the model alone. */
import type { TrayLine, TrayVerb } from "../../shared/node/tray/request.ts";
import type { TrayModel } from "../model/tray-model.ts";

/** The outcome of a request that needs nothing to be done; undefined when it does. */
export function outcomeBefore(verb: TrayVerb, { gateway, facts, intent }: TrayModel): TrayLine | undefined {
  if (facts.quitting) return { kind: "failed", message: "it is just leaving" };
  if (verb === "stop" && gateway.kind === "stopped" && intent.desired === "stopped") {
    return { kind: "done", result: "already-stopped", pid: null };
  }
  const isWell = gateway.kind === "running" || gateway.kind === "attached";
  if (verb !== "start" || !isWell) return undefined;
  return { kind: "done", result: "already-running", pid: gateway.gateway.pid };
}

/** The outcome once there is one; undefined while it is under way. `detail` is what the tray shows. */
export function outcomeOf(
  verb: TrayVerb,
  { gateway, facts, intent }: TrayModel,
  detail: string,
): TrayLine | undefined {
  if (facts.failedAction !== null) return { kind: "failed", message: facts.failedAction };
  const wanted = verb === "stop" ? "stopped" : "run";
  if (intent.desired !== wanted) return { kind: "failed", message: "something else was asked for meanwhile" };
  switch (gateway.kind) {
    case "stopped":
      return verb === "stop" ? { kind: "done", result: "stopped", pid: null } : undefined;
    case "running":
    case "attached":
      if (verb === "stop") return undefined;
      return {
        kind: "done",
        result: verb === "start" ? "started" : "restarted",
        pid: gateway.gateway.pid,
      };
    case "backoff":
    case "gave-up":
    case "blocked":
      return { kind: "failed", message: detail };
    case "degraded":
      return gateway.trouble.kind === "refused" ? { kind: "failed", message: detail } : undefined;
    default:
      return undefined;
  }
}
