/**
 * Runs a command line inside the test's own process: the same code as `runCli`, without the tenths of a second that a process
 * takes. What serves, watches or replaces itself (`gateway run`, `start`, `tray`, `logs --follow`), asks in a terminal, or
 * registers this installation as a service needs a process.
 */
import { Readable, Writable } from "node:stream";
import { run } from "../../../sidecar/cli/run.ts";
import { BUILT_RUN } from "./clawdbot.ts";
import type { CliOptions, CliResult } from "./cli.ts";

/**
 * Runs `clawdbot <args>` to its end, with an environment and streams of its own. `cwd` is where a `.env` is looked for, default
 * the home; other relative paths begin where the runner was started.
 */
export function runInProcess(args: string[], options: Omit<CliOptions, "timeoutMs">): Promise<CliResult> {
  return runWith(run, args, options);
}

/** The same with the built program, which registers itself as a service, and not the sources. */
export async function runBuilt(args: string[], options: Omit<CliOptions, "timeoutMs">): Promise<CliResult> {
  const built: { run: typeof run } = await import(BUILT_RUN);
  return runWith(built.run, args, options);
}

async function runWith(
  runner: typeof run,
  args: string[],
  { env, cwd = env.HOME ?? "/", input = "" }: Omit<CliOptions, "timeoutMs">,
): Promise<CliResult> {
  const startedAt = performance.now();
  const printed = { stdout: "", stderr: "" };
  const code = await runner(args, {
    env: { ...env },
    platform: process.platform,
    stdin: Readable.from(input === "" ? [] : [input]),
    stdout: collector("stdout", printed),
    stderr: collector("stderr", printed),
    cwd,
    exitSoon: () => {}, // What it would not wait for ends by itself.
  });
  return { code, signal: null, ...printed, durationMs: Math.round(performance.now() - startedAt) };
}

function collector(name: "stdout" | "stderr", printed: Record<typeof name, string>): Writable {
  return new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      printed[name] += chunk;
      done();
    },
  });
}
