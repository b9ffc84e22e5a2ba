/** Ends a gateway that no service runs, or that its service has lost, so that it is in nobody's way. */
import { SetupError, systemCode } from "../../../shared/errors.ts";
import { isSameProcess } from "../../../shared/node/process-identity.ts";
import type { GatewayFacts } from "../../../shared/node/run-state.ts";
import type { Surroundings } from "../../../shared/node/surroundings.ts";
import { waitUntilGone } from "./readiness.ts";
import { requestShutdown } from "./request-shutdown.ts";

/** The gateway's own budget for stopping, and a little. */
const STOP_MS = 8_000;

/** Asks it to stop and waits until it is gone. Fails with `SERVICE_FAILED` when it stays, which is then for people to decide. */
export async function endGateway(facts: GatewayFacts, surroundings: Surroundings): Promise<void> {
  if (surroundings.platform === "win32") await requestShutdown(facts, surroundings);
  else terminate(facts);
  if (await waitUntilGone(facts, STOP_MS)) return;
  const kill = surroundings.platform === "win32" ? "taskkill /F /PID" : "kill -9";
  throw new SetupError(
    "SERVICE_FAILED",
    `The gateway with PID ${facts.pid} did not stop within ${STOP_MS / 1_000} s.`,
    { fix: `end it by force: ${kill} ${facts.pid}; then try again`, details: { pid: facts.pid } },
  );
}

function terminate({ pid, startId }: GatewayFacts): void {
  if (!isSameProcess(pid, startId)) return;
  try {
    process.kill(pid, "SIGTERM");
  } catch (error) {
    if (systemCode(error) !== "ESRCH") throw error;
  }
}
