/** What this machine does as a node: by its name, the work and how it fails. */

/** How a command is refused or fails, in the words that the gateway passes on. */
export class CommandError extends Error {
  readonly code: "INVALID_REQUEST" | "UNAVAILABLE" | "SYSTEM_RUN_DENIED" | "BUSY";

  constructor(code: CommandError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** Tells the gateway what happened besides the answer; what it cannot be told is lost. */
export type Report = (event: string, payload: Record<string, unknown>) => void;

export interface NodeCommand {
  /** Fails with `CommandError`. `signal` is aborted when nobody is there any more who would hear the answer. */
  run(
    params: Readonly<Record<string, unknown>>,
    call: { signal: AbortSignal; report: Report },
  ): Promise<unknown>;
}

/** Text under the name. Fails with `INVALID_REQUEST` for anything else; undefined where there is none. */
export function textIn(params: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = params[name] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw new CommandError("INVALID_REQUEST", `${name} must be text`);
}

/** Texts under the name. Fails with `INVALID_REQUEST` for anything else, and for none. */
export function textsIn(params: Readonly<Record<string, unknown>>, name: string, most: number): string[] {
  const value = params[name];
  const isList = Array.isArray(value) && value.length > 0 && value.length <= most;
  if (isList && value.every((each): each is string => typeof each === "string")) return value;
  throw new CommandError("INVALID_REQUEST", `${name} must be a list of 1 to ${most} texts`);
}
