/**
 * The program behind `run-built.ts`: runs the command lines it is sent, with the built program, until its parent lets go. Its
 * arguments are that program's command line as a module, and the launcher.
 */
import type { run } from "../../../sidecar/cli/run.ts";
import type { CliResult } from "./cli.ts";
import { type CommandOptions, runWith } from "./run-with.ts";

export interface Request {
  id: number;
  args: string[];
  options: CommandOptions;
}

export interface Answer {
  id: number;
  result?: CliResult;
  /** A command line never fails: what went wrong is a defect. */
  defect?: string;
}

const [, , program = "", launcher = ""] = process.argv;
// What registers this installation as a service looks here for its launcher.
process.argv[1] = launcher;
const built: { run: typeof run } = await import(program);

process.on("message", ({ id, args, options }: Request) => {
  const answer = (more: Omit<Answer, "id">) => process.send?.({ id, ...more } satisfies Answer);
  runWith(built.run, args, options).then(
    (result) => answer({ result }),
    (error: unknown) =>
      answer({ defect: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
