/**
 * Runs a program and tells how it ended: argv only, within a limit of time and output, leaving nothing of it behind. The one
 * place of the sidecar that starts programs through execa, which is loaded when it is first needed.
 */
import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { systemCode } from "../../../shared/errors.ts";
import { runTool } from "../../../shared/node/run-tool.ts";

export interface RunOptions {
  /** Then the program and everything it started are ended. */
  timeoutMs: number;
  /** The whole environment of the program. */
  env: Record<string, string | undefined>;
  /** Where it runs; by default where we do. */
  cwd?: string;
  /** Ends the program early. */
  signal?: AbortSignal | undefined;
  /** Bytes of each output stream that are kept; more ends the program. Default 1 MiB. */
  maxOutputBytes?: number;
  /**
   * `own` (default) gives the program a session of its own, so that its children end with it. `ours` keeps it in the session
   * of the terminal, which `sudo` needs to remember a password; its children are then on their own.
   */
  session?: "own" | "ours";
}

/** How a program ended, and what it had printed until then. */
export interface RunResult {
  end: RunEnd;
  stdout: string;
  stderr: string;
}

export type RunEnd =
  | { kind: "exited"; code: number }
  | { kind: "signalled"; signal: string }
  | { kind: "timed-out" }
  | { kind: "aborted" }
  | { kind: "too-much-output" }
  /** It never ran: `ENOENT`, `EACCES` and the like. */
  | { kind: "not-started"; code: string };

const DEFAULT_OUTPUT_BYTES = 1_048_576;
/** From SIGTERM to SIGKILL, and from there until we stop waiting for what cannot be ended. */
const GRACE_MS = 500;

/** Runs `file`, an absolute path or a name on the PATH of `env`, and resolves when it has ended. Never rejects. */
export async function run(file: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const { execa } = await import("execa");
  if (options.signal?.aborted) return nothing({ kind: "aborted" });
  const own = options.session !== "ours" && process.platform !== "win32";
  const child = execa(file, [...args], {
    reject: false,
    stdin: "ignore",
    env: withoutGaps(options.env),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    extendEnv: false,
    detached: own,
    cleanup: false,
    windowsHide: true,
    maxBuffer: options.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES,
    stripFinalNewline: false,
  });
  const { pid } = child;
  const kill = (signal: "SIGTERM" | "SIGKILL") => {
    if (pid !== undefined) killTree(pid, own, signal);
  };
  const ended: Promise<RunResult> = child.then((result) => ({
    end: endOf(result),
    stdout: result.stdout,
    stderr: result.stderr,
  }));
  const forget = endWithUs(() => kill("SIGKILL"));
  try {
    const interrupted = await firstInterruption(ended, options);
    if (interrupted === undefined) {
      const result = await ended;
      if (result.end.kind === "too-much-output") kill("SIGKILL");
      return result;
    }
    kill("SIGTERM");
    const polite = await within(GRACE_MS, ended);
    // Also when the program went by itself: a child of it may not have.
    kill("SIGKILL");
    const soon = polite ?? (await within(GRACE_MS, ended));
    // A program of another user cannot be ended; it must not keep this process from ending.
    if (soon === undefined) abandon(child.nodeChildProcess);
    return { ...(soon ?? nothing(interrupted)), end: interrupted };
  } finally {
    forget();
  }
}

function firstInterruption(
  ended: Promise<unknown>,
  { timeoutMs, signal }: RunOptions,
): Promise<RunEnd | undefined> {
  return new Promise((resolve) => {
    const settle = (end: RunEnd | undefined) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      resolve(end);
    };
    const onAbort = () => settle({ kind: "aborted" });
    const timer = setTimeout(() => settle({ kind: "timed-out" }), timeoutMs);
    signal?.addEventListener("abort", onAbort, { once: true });
    void ended.then(() => settle(undefined));
  });
}

interface Ended {
  exitCode?: number | undefined;
  signal?: string | undefined;
  isMaxBuffer: boolean;
  code?: string | undefined;
  cause?: unknown;
}

function endOf(result: Ended): RunEnd {
  if (result.isMaxBuffer) return { kind: "too-much-output" };
  if (result.exitCode !== undefined) return { kind: "exited", code: result.exitCode };
  if (result.signal !== undefined) return { kind: "signalled", signal: result.signal };
  return { kind: "not-started", code: result.code ?? systemCode(result.cause) ?? "unknown" };
}

function killTree(pid: number, ownGroup: boolean, signal: "SIGTERM" | "SIGKILL"): void {
  if (process.platform === "win32") {
    void runTool("taskkill", ["/PID", String(pid), "/T", "/F"]);
    return;
  }
  try {
    process.kill(ownGroup ? -pid : pid, signal);
  } catch {
    // It ended on its own in the meantime, or belongs to another user: either way there is nothing more to do.
  }
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  const timer = new AbortController();
  const late = delay(ms, undefined, { signal: timer.signal }).catch(() => undefined);
  const first = await Promise.race([promise, late]);
  timer.abort();
  return first;
}

function abandon(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}

const running = new Set<() => void>();

/** Programs in sessions of their own outlive us unless they are ended. One listener serves them all. */
function endWithUs(kill: () => void): () => void {
  if (running.size === 0) process.on("exit", endAll);
  running.add(kill);
  return () => {
    running.delete(kill);
    if (running.size === 0) process.off("exit", endAll);
  };
}

function endAll(): void {
  for (const kill of running) kill();
}

function withoutGaps(env: RunOptions["env"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function nothing(end: RunEnd): RunResult {
  return { end, stdout: "", stderr: "" };
}
