/** A program that was started, with what it says, and what it may be told. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { errorText } from "../../../../shared/errors.ts";

export interface ProgramStart {
  file: string;
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
  /** It may be written to. */
  hasInput: boolean;
  /** Makes a listener for what one stream says. */
  heard: () => (bytes: Buffer) => void;
}

export interface Program {
  /** 0 of one that never began. */
  readonly pid: number;
  /** Code 0 to 255, undefined when a signal ended it or it never began; and as people read it. Never rejects. */
  readonly over: Promise<{ code: number | undefined; told: string }>;
  readonly takesInput: boolean;
  write(data: string | Buffer): Promise<void>;
  /** Nothing more is written to it. */
  endInput(): void;
}

/** A program with pipes, in a group of its own. */
export function startWithPipes({ file, args, cwd, env, hasInput, heard }: ProgramStart): Program {
  const child = spawn(file, args, {
    cwd,
    env,
    detached: process.platform !== "win32",
    windowsHide: true,
    stdio: [hasInput ? "pipe" : "ignore", "pipe", "pipe"],
  }) as ChildProcessByStdio<Writable | null, Readable, Readable>;
  const { stdin } = child;
  child.stdout.on("data", heard());
  child.stderr.on("data", heard());
  // Whoever stops reading what is written to it is no failure of ours.
  stdin?.on("error", () => {});
  return {
    pid: child.pid ?? 0,
    over: new Promise((resolve) => {
      child.once("error", (error) => resolve({ code: undefined, told: errorText(error) }));
      child.once("close", (code, signal) =>
        resolve({ code: code ?? undefined, told: signal ?? `exit code ${code}` }),
      );
    }),
    get takesInput() {
      return stdin !== null && !stdin.destroyed && !stdin.writableEnded;
    },
    write: (data) => new Promise((resolve) => void stdin?.write(data, () => resolve())),
    endInput: () => void stdin?.end(),
  };
}
