/** What a command is given: its words and options, where it runs, and where it prints. */
import { join } from "node:path";
import { withServiceEnv, withStateEnv, withStrayEnv } from "../../shared/node/dotenv.ts";
import type { Environment } from "../../shared/node/paths.ts";
import {
  type ProfileContext,
  resolveProfileContext as resolveFor,
} from "../../shared/node/profile-context.ts";
import { isServiceProcess } from "../../shared/node/service-identity.ts";
import type { Typed, ValuesOf } from "../base/options.ts";
import type { Definition } from "./definition.ts";
import type { Output } from "./output.ts";

export type { ProfileContext } from "../../shared/node/profile-context.ts";

/** A command line that names a command, before its options are read. */
export interface Call {
  /** All words of the command, such as `gateway status`. */
  command: string;
  typed: Typed;
  arguments: readonly string[];
  context: ProfileContext;
  output: Output;
  /** Aborts when nobody reads stdout any more, as in `clawdbot logs --follow | head`. */
  readerGone: AbortSignal;
  /** Ends the process within moments: what it still waits for is of no use any more. */
  exitSoon: () => void;
}

/** What the command of this definition is given: its options as values of their types. */
export interface Invocation<D extends Pick<Definition, "options"> = Definition> extends Call {
  values: ValuesOf<D["options"]>;
}

/**
 * The context that the root options ask for, with the variables of `<state>/.env`, in a service those of
 * `<state>/service.env`, and for the dev profile alone those of the `.env` in `directory`. Fails with `USAGE` or `HOME_UNKNOWN`.
 */
export function resolveContext(
  values: Typed,
  env: Environment,
  platform: NodeJS.Platform,
  directory = ".",
): ProfileContext {
  const profile = typeof values.profile === "string" ? values.profile : undefined;
  const context = resolveFor({ profile, dev: values.dev === true }, env, platform);
  const ours = withStateEnv(serviceEnv(context), context.paths.envFile);
  return { ...context, env: context.dev ? withStrayEnv(ours, join(directory, ".env")) : ours };
}

/** systemd has read the file before it starts a service; nobody else does. */
function serviceEnv({ env, platform, paths }: ProfileContext): Environment {
  const readsItself = (platform === "darwin" || platform === "win32") && isServiceProcess(env);
  return readsItself ? withServiceEnv(env, join(paths.stateDir, "service.env"), platform) : env;
}
