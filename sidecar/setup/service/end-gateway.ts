/** Ends a gateway that no service runs, or that its service has lost, so that it is in nobody's way. */

import { SetupError } from "../../../shared/errors.ts";
import { signalProcess, waitUntilGone } from "../../../shared/node/end-process.ts";
import type { ProfileContext } from "../../../shared/node/profile-context.ts";
import type { RuntimeInfo } from "../../../shared/node/run-state.ts";
import { advice } from "../../../shared/remedy.ts";
import { requestShutdown } from "./request-shutdown.ts";

/** The gateway's own budget for stopping, and a little. */
const STOP_MS = 8_000;

/** Asks it to stop and waits until it is gone. Fails with `SERVICE_FAILED` when it stays, which is then for people to decide. */
export async function endGateway(facts: RuntimeInfo, context: ProfileContext): Promise<void> {
  if (context.platform === "win32") await requestShutdown(facts, context);
  else await signalProcess(facts, "SIGTERM");
  if (await waitUntilGone(facts, STOP_MS)) return;
  const kill = context.platform === "win32" ? "taskkill /F /PID" : "kill -9";
  throw new SetupError(
    "SERVICE_FAILED",
    advice`The gateway with PID ${facts.pid} did not stop within ${STOP_MS / 1_000} s.`,
    { fix: advice`end it by force: ${kill} ${facts.pid}; then try again`, details: { pid: facts.pid } },
  );
}
