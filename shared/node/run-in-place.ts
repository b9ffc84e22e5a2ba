/** Runs another program of Node's in place of this process. */
import { type SpawnOptions, spawn } from "node:child_process";
import { constants } from "node:os";
import { EXIT } from "../exit-codes.ts";

const FORWARDED: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT", "SIGHUP"];

/**
 * Runs `node <command>` instead of this process. Where the system cannot replace a process it runs as a child with the same
 * terminal, and its exit code is returned.
 */
export function runInPlace(command: readonly string[]): Promise<number> {
  become(command);
  return runAsChild(command);
}

/** Makes this very process run `node <command>`. Returns only where the system cannot do that. */
export function become(command: readonly string[]): void {
  if (process.platform === "win32" || typeof process.execve !== "function") return;
  process.emitWarning = () => {}; // Node calls execve experimental; users cannot act on that.
  process.execve(process.execPath, [process.execPath, ...command], process.env);
}

/** Runs `node <command>` as a child with the same terminal, passes signals on and resolves with its exit code. */
export function runAsChild(command: readonly string[], options: SpawnOptions = {}): Promise<number> {
  const child = spawn(process.execPath, command, { stdio: "inherit", ...options });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of FORWARDED) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      for (const name of FORWARDED) process.removeListener(name, forward);
      resolve(code ?? (signal === null ? EXIT.failure : 128 + constants.signals[signal]));
    });
  });
}
