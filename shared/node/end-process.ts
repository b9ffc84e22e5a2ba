/** Ends a process of somebody's, if it still is the one that was meant. */
import { type Clock, sleep, systemClock } from "../clock.ts";
import { systemCode } from "../errors.ts";
import { isSameProcess, isSuspended } from "./process-identity.ts";
import { runTool } from "./run-tool.ts";

/** A process known by more than its pid, which the system may have given to another one since. */
export interface KnownProcess {
  pid: number;
  /** As `startIdOf` returned it. */
  startId: string;
}

export type EndSignal = "SIGTERM" | "SIGKILL";

const POLL_MS = 25;

/**
 * Asks it to end, also one that is suspended, or with SIGKILL makes it; on Windows by `taskkill`. With `group` a SIGKILL takes the whole process group that it
 * leads. One that is gone is no failure. Rejects with the system's error when it may not be signalled.
 */
export async function signalProcess(
  { pid, startId }: KnownProcess,
  signal: EndSignal,
  { platform = process.platform, group = false }: { platform?: NodeJS.Platform; group?: boolean } = {},
): Promise<void> {
  if (!isSameProcess(pid, startId)) return;
  if (platform === "win32") {
    await runTool("taskkill", ["/PID", String(pid), "/T", ...(signal === "SIGKILL" ? ["/F"] : [])]);
    return;
  }
  try {
    process.kill(group && signal === "SIGKILL" ? -pid : pid, signal);
    // A suspended one takes the signal when it may go on.
    if (signal === "SIGTERM" && isSuspended(pid)) process.kill(pid, "SIGCONT");
  } catch (error) {
    if (systemCode(error) !== "ESRCH") throw error;
  }
}

/** Waits until it is gone; false when it is not within `timeoutMs`, or when the signal is aborted first. */
export async function waitUntilGone(
  { pid, startId }: KnownProcess,
  timeoutMs: number,
  {
    clock = systemClock,
    pollMs = POLL_MS,
    signal,
  }: { clock?: Clock; pollMs?: number; signal?: AbortSignal } = {},
): Promise<boolean> {
  const deadline = clock.monotonicMs() + timeoutMs;
  while (isSameProcess(pid, startId)) {
    if (signal?.aborted || clock.monotonicMs() > deadline) return false;
    await sleep(clock, pollMs, signal).catch(() => {}); // Being interrupted ends the wait, see above.
  }
  return true;
}
