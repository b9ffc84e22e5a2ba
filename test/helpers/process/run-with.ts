/** Runs a command line as a function, with streams and an environment of its own. */
import { Readable, Writable } from "node:stream";
import type { run } from "../../../sidecar/cli/run.ts";
import type { CliOptions, CliResult } from "./cli.ts";

/** What a command line needs from whoever runs it. */
export type CommandOptions = Omit<CliOptions, "timeoutMs">;

/** Resolves with what `runner` printed and its exit code; what it would not wait for ends by itself. */
export async function runWith(
  runner: typeof run,
  args: string[],
  { env, cwd = env.HOME ?? "/", input = "" }: CommandOptions,
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
    exitSoon: () => {},
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
