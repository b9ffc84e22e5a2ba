/**
 * Runs a command line inside the test's own process: the same code as `runCli`, without the tenths of a second that a process
 * takes. What serves, watches or replaces itself (`gateway run`, `start`, `tray`, `logs --follow`), asks in a terminal, or
 * registers this installation as a service needs a process.
 */
import { Readable, Writable } from "node:stream";
import { run } from "../../../sidecar/cli/run.ts";
import type { CliOptions, CliResult } from "./cli.ts";

/**
 * Runs `clawdbot <args>` to its end, with an environment and streams of its own. `cwd` is where a `.env` is looked for, default
 * the home; other relative paths begin where the runner was started.
 */
export async function runInProcess(
  args: string[],
  { env, cwd = env.HOME ?? "/", input = "" }: Omit<CliOptions, "timeoutMs">,
): Promise<CliResult> {
  const startedAt = performance.now();
  const printed = { stdout: "", stderr: "" };
  const code = await run(args, {
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
