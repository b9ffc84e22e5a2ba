/**
 * Runs command lines of the built program in one small process. It saves the start of a process each time, and
 * the copy of a test runner's memory for each program that a command starts: some 20 ms for a fork of 250 MB.
 */
import { type ChildProcess, fork } from "node:child_process";
import { testProgram } from "../run/test-programs.ts";
import { BUILT_RUN, LAUNCHER } from "./clawdbot.ts";
import type { CliResult } from "./cli.ts";
import type { Answer, Request } from "./command-host.ts";
import type { CommandOptions } from "./run-with.ts";

const PROGRAM = testProgram("helpers/process/command-host");

interface Waiting {
  resolve: (result: CliResult) => void;
  reject: (error: Error) => void;
}

const waiting = new Map<number, Waiting>();
let host: ChildProcess | undefined;
let count = 0;

/** Runs `clawdbot <args>` to its end. `cwd` is where a `.env` is looked for, default the home. */
export function runBuilt(args: string[], options: CommandOptions): Promise<CliResult> {
  host ??= startHost();
  const { channel } = host;
  count += 1;
  const request: Request = { id: count, args, options };
  const answered = new Promise<CliResult>((resolve, reject) => {
    waiting.set(request.id, { resolve, reject });
  });
  channel?.ref();
  host.send(request);
  return answered.finally(() => {
    // Between two commands the runner may end, and the host with it.
    if (waiting.size === 0) channel?.unref();
  });
}

function startHost(): ChildProcess {
  const child = fork(PROGRAM, [BUILT_RUN, LAUNCHER], {
    execArgv: [],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  child.unref();
  child.channel?.unref();
  child.on("message", ({ id, result, defect }: Answer) => {
    const promise = waiting.get(id);
    waiting.delete(id);
    if (result === undefined) promise?.reject(new Error(defect));
    else promise?.resolve(result);
  });
  child.once("exit", (code, signal) => {
    host = undefined;
    for (const { reject } of waiting.values())
      reject(new Error(`the command host ended with ${signal ?? code}`));
    waiting.clear();
  });
  return child;
}
