/** `shutdown`: ends the gateway in order, for callers that cannot send a graceful signal. */
import { lifecycleMethods } from "../../../shared/protocol/methods/lifecycle.ts";
import { implement, type Method } from "../rpc/implement.ts";

/** Ends the process the way SIGTERM does, or restarts the gateway in it. */
export interface Stoppable {
  requestStop(): void;
  requestRestart?: (reason: string) => void;
}

export function lifecycleHandlers(process: Stoppable): Method[] {
  return implement(lifecycleMethods, {
    shutdown: (_params, { log, connId }) => {
      log.info({ connId }, "stop requested by a client");
      // The answer has to leave before the connection does.
      setImmediate(() => process.requestStop());
      return { ok: true as const };
    },
  });
}
