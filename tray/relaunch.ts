/** Runs another entry of the installed program in place of this process. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { EXIT } from "../shared/exit-codes.ts";

const FORWARDED: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT", "SIGHUP"];

/**
 * Runs `clawdbot <words>` by the launcher in place of this process. Does not return where the system can replace a process; elsewhere it runs as a
 * child with the same terminal, and its exit code is returned.
 */
export function becomeProgram(words: readonly string[], launcher: string): Promise<number> {
  const command = [launcher, ...words];
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
