/** What makes a sandbox: a program of this machine that runs a command line in one. Each has a file of its own beside this. */
import type { SandboxBackend } from "../../../shared/config/modes.ts";
import { SetupError } from "../../../shared/errors.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";
import type { Binding } from "./binds.ts";

/** What a command line finds around itself. */
export interface Surroundings {
  /** Directories and files of this machine, where they stand in the sandbox. The work directory is the first one. */
  bindings: readonly Binding[];
  /** Places within those that are not shown. */
  hidden: readonly string[];
  /** The home directory, which is empty. */
  home: string;
  image: string | undefined;
  limits: { memory?: string | undefined; cpus?: number | undefined; pids?: number | undefined };
}

/** A command line for a sandbox. */
export interface Job {
  id: string;
  line: string;
  /** In the sandbox. */
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** It may be written to. */
  hasInput: boolean;
  surroundings: Surroundings;
}

/** How it is started. */
export interface Launch {
  file: string;
  args: readonly string[];
  /** Of the program that makes the sandbox. */
  env: Record<string, string>;
}

/** Whether sandboxes can be had here; `version` is as the program tells it. */
export type Availability =
  | { isThere: true; version: string }
  | { isThere: false; reason: Remedy; fix: Remedy };

export interface Backend {
  name: SandboxBackend;
  /** Looks anew where there was none before. Never rejects. */
  availability(surroundings: Pick<Surroundings, "image">): Promise<Availability>;
  /** Only of a back end that is there. */
  launch(job: Job): Launch;
  /** Ends what is left of the command line when the program that made its sandbox is gone; absent where nothing can be. Never rejects. */
  end?(id: string): Promise<void>;
}

/** Why nothing runs, as one line. */
export function unavailable(name: SandboxBackend, reason: Remedy, fix: Remedy): SetupError {
  return new SetupError(
    "SANDBOX_UNAVAILABLE",
    // Whoever reads it as a result of a tool is told what helps, too.
    advice`There is no sandbox (${name}: ${reason}), and nothing runs outside of it. What helps: ${fix}`,
    { fix },
  );
}
