/** The two profiles between which one tray switches: the one it was started for, and the dev profile. */

import { launcherFile } from "../shared/node/launcher-file.ts";
import { DEV_PROFILE, type Environment } from "../shared/node/paths.ts";
import {
  type ProfileChoice,
  type ProfileContext,
  resolveProfileContext,
} from "../shared/node/profile-context.ts";
import type { Profile } from "./model/tray-model.ts";

/** A gateway's context, and the options that make the command line find the same ones. */
export interface GatewayProfile extends ProfileContext {
  readonly options: readonly string[];
  /** What runs `clawdbot`, looked for at each call. Fails with `RUNTIME_MISSING`. */
  readonly launcher: () => string;
}

export interface TrayPlaces {
  /** Where the tray keeps its own files. */
  readonly own: ProfileContext;
  readonly gateway: { readonly [Mode in Profile]: GatewayProfile };
}

/**
 * Resolves both profiles. A tray of the dev profile switches to the default one. `launcher` is the one of this installation
 * unless told otherwise. Fails with `USAGE` or `HOME_UNKNOWN`.
 */
export function resolveTrayPlaces(
  choice: ProfileChoice,
  env: Environment,
  platform: NodeJS.Platform,
  launcher: () => string = launcherFile,
): TrayPlaces {
  const own = resolveProfileContext(choice, env, platform);
  const other = (profile: string): ProfileContext =>
    resolveProfileContext({ profile, dev: false }, env, platform);
  const explicit = choice.profile === undefined ? [] : ["--profile", choice.profile];
  return {
    own,
    gateway: {
      normal: own.dev
        ? { ...other("default"), options: ["--profile", "default"], launcher }
        : { ...own, options: explicit, launcher },
      dev: { ...(own.dev ? own : other(DEV_PROFILE)), options: ["--dev"], launcher },
    },
  };
}
