/** Runs the gateway in the foreground in place of the tray: the same process where the system can do that. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { EXIT } from "../shared/exit-codes.ts";
import type { GatewayPlace } from "./gateway-places.ts";

const FORWARDED: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT", "SIGHUP"];

/** Does not return where this process can be replaced; elsewhere resolves with the gateway's exit code. */
export function runInForeground({ options, launcher }: GatewayPlace): Promise<number> {
  const command = [launcher(), "gateway", "run", ...options];
  if (process.platform !== "win32" && typeof process.execve === "function") {
    process.emitWarning = () => {}; // Node calls execve experimental; users cannot act on that.
    process.execve(process.execPath, [process.execPath, ...command], process.env);
  }
  const child = spawn(process.execPath, command, { stdio: "inherit" });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of FORWARDED) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) =>
      resolve(code ?? (signal === null ? EXIT.failure : 128 + constants.signals[signal])),
    );
  });
}
