/**
 * Runs a command line inside the test's own process: the same code as `runCli`, without the tenths of a second that a process
 * takes. What serves, watches or replaces itself (`gateway run`, `start`, `tray`, `logs --follow`), asks in a terminal, or
 * registers this installation as a service needs a process.
 */
import { run } from "../../../sidecar/cli/run.ts";
import type { CliResult } from "./cli.ts";
import { type CommandOptions, runWith } from "./run-with.ts";

/**
 * Runs `clawdbot <args>` to its end, with an environment and streams of its own. `cwd` is where a `.env` is looked for, default
 * the home; other relative paths begin where the runner was started.
 */
export function runInProcess(args: string[], options: CommandOptions): Promise<CliResult> {
  return runWith(run, args, options);
}
