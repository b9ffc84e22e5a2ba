/**
 * Has a new process take the place of this one, which has stopped its gateway: the process is replaced and its pid stays; where the
 * system cannot do that, a supervisor or a child takes over.
 */
import { EXIT } from "../../../shared/exit-codes.ts";
import { become, runAsChild } from "../../../shared/node/run-in-place.ts";
import type { GatewayHandle } from "../../app.ts";

/** Holds the pid of the process that restarts this one, where a process cannot be replaced. */
const RESTARTED_BY = "CLAWDBOT_RESTARTED_BY";

/**
 * Runs the same command line anew. `supervised`, the supervisor is asked for the new process where this one cannot be replaced; a
 * terminal keeps this process as the parent of every new one.
 */
export async function runAnew(supervised: boolean): Promise<number> {
  const [, script = "", ...args] = process.argv;
  // What was reset once is not to be reset by every restart.
  const command = [...process.execArgv, script, ...args.filter((word) => word !== "--reset")];
  become(command);
  if (supervised || isRestartedByParent()) return EXIT.transient;
  const env = { ...process.env, [RESTARTED_BY]: String(process.pid) };
  for (;;) {
    const code = await runAsChild(command, { env, stdio: ["inherit", "inherit", "inherit", "ipc"] });
    if (code !== EXIT.transient) return code;
  }
}

/** Sees to it that a parent which restarts this process and was killed leaves no gateway behind on the port. */
export function endWithParent(gateway: Pick<GatewayHandle, "stop">): void {
  if (!isRestartedByParent()) return;
  const stop = () =>
    void gateway.stop("the process that restarts it is gone").catch(() => process.exit(EXIT.failure));
  if (process.connected) process.once("disconnect", stop);
  else stop();
}

function isRestartedByParent(): boolean {
  return process.env[RESTARTED_BY] === String(process.ppid) && process.send !== undefined;
}
