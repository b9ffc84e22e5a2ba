/** Runs the real command line as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { LAUNCHER } from "./clawdbot.ts";

export interface CliOptions {
  /** The whole environment, usually `home.env()`. */
  env: Record<string, string>;
  cwd?: string;
  /** Written to stdin, which is closed afterwards. */
  input?: string | Buffer;
  /** The process is killed after this time; default 60 s. */
  timeoutMs?: number;
}

export interface CliResult {
  /** Exit code, or null when a signal ended the process. */
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  durationMs: number;
}

/** A command that goes on running. */
export interface CliProcess {
  child: ChildProcess;
  pid: number;
  /** What was printed so far. */
  output(): { stdout: string; stderr: string };
  /** Resolves with the first match in stdout or stderr; rejects when the process ends without one. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends the signal (default SIGTERM) and resolves when the process has ended. */
  stop(signal?: NodeJS.Signals): Promise<CliResult>;
  ended: Promise<CliResult>;
}

/** Runs `clawdbot <args>` to its end. */
export function runCli(args: string[], options: CliOptions): Promise<CliResult> {
  return startCli(args, options).ended;
}

/** Starts `clawdbot <args>` and returns at once. */
export function startCli(args: string[], options: CliOptions): CliProcess {
  return startNode([LAUNCHER, ...args], options);
}

/** Starts `node <args>` with the same Node as the test run, or with `executable`. */
export function startNode(args: string[], options: CliOptions, executable = process.execPath): CliProcess {
  const startedAt = performance.now();
  const child = spawn(executable, args, { env: options.env, cwd: options.cwd, stdio: "pipe" });
  const output = { stdout: "", stderr: "" };
  const watchers = new Set<() => void>();
  const collect = (name: "stdout" | "stderr") => (chunk: string) => {
    output[name] += chunk;
    for (const watch of watchers) watch();
  };
  child.stdout.setEncoding("utf8").on("data", collect("stdout"));
  child.stderr.setEncoding("utf8").on("data", collect("stderr"));
  child.stdin.on("error", () => {}); // The command may end before it reads what it was given.
  child.stdin.end(options.input);
  const kill = () => child.kill("SIGKILL");
  const timer = setTimeout(kill, options.timeoutMs ?? 60_000);
  // A test that fails before it stops its process must not leave it behind.
  process.once("exit", kill);

  const ended = new Promise<CliResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      process.removeListener("exit", kill);
      resolve({ code, signal, ...output, durationMs: Math.round(performance.now() - startedAt) });
    });
  });

  return {
    child,
    pid: child.pid ?? 0,
    output: () => ({ ...output }),
    waitFor: (pattern) =>
      new Promise((resolve, reject) => {
        const watch = () => {
          const match = pattern.exec(output.stdout) ?? pattern.exec(output.stderr);
          if (match === null) return;
          watchers.delete(watch);
          resolve(match);
        };
        watchers.add(watch);
        watch();
        ended.then(({ code, stdout, stderr }) => {
          reject(new Error(`ended with ${code} before ${pattern} was printed:\n${stdout}${stderr}`));
        }, reject);
      }),
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return ended;
    },
    ended,
  };
}
