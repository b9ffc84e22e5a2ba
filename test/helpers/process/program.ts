/** Programs of the system that a test starts, watches and ends by their pid. */
import { type CliProcess, startNode } from "./cli.ts";

/** Starts the program with this environment, usually `home.env()`; it is killed after `timeoutMs`. */
export function startProgram(
  words: readonly string[],
  env: Record<string, string>,
  timeoutMs = 60_000,
): CliProcess {
  const [file = "", ...args] = words;
  return startNode(args, { env, timeoutMs }, file);
}

/** Runs the program in a terminal of its own, in which `input` is typed. `script` (util-linux) makes the terminal. */
export function startInTerminal(
  words: readonly string[],
  env: Record<string, string>,
  input: string,
): CliProcess {
  const command = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  return startNode(["-qefc", command, "/dev/null"], { env: { TERM: "xterm", ...env }, input }, "script");
}
