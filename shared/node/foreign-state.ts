/** Keeps root from leaving its files in directories of somebody else, who could then not use them. */

import { statSync } from "node:fs";
import { dirname } from "node:path";
import { SetupError } from "../errors.ts";
import { advice } from "../remedy.ts";
import { accountName } from "./accounts.ts";
import type { ProfileContext } from "./profile-context.ts";

/** Who insists, such as a container whose home belongs to another user than the one it runs as. */
export const ALLOW_ROOT = "CLAWDBOT_ALLOW_ROOT";

/** A directory in which files of root would lie in somebody else's way. */
export interface ForeignPlace {
  path: string;
  owner: string;
}

/**
 * The state directory or the one of the configuration, or with `home` the home directory, if it belongs to somebody else while this
 * program runs as root; else undefined. Of a directory that is not there yet, the one it would be created in counts.
 */
export function foreignPlace(
  { env, paths }: Pick<ProfileContext, "env" | "paths">,
  { home = false } = {},
): ForeignPlace | undefined {
  if (process.geteuid?.() !== 0 || env[ALLOW_ROOT] === "1") return undefined;
  const places = [...(home ? [paths.home] : []), paths.stateDir, dirname(paths.configFile)];
  for (const place of places) {
    const found = nearest(place);
    if (found !== undefined && found.uid !== 0) return { path: found.path, owner: accountName(found.uid) };
  }
  return undefined;
}

/** Fails with `STATE_FOREIGN` where there is such a place; `command` are the words to be run as its owner instead. */
export function refuseForeignState(
  context: Pick<ProfileContext, "env" | "paths">,
  command: string,
  options: { home?: boolean } = {},
): void {
  const place = foreignPlace(context, options);
  if (place === undefined) return;
  const { SUDO_USER } = context.env;
  const { path, owner } = place;
  const words = { command: command.split(" ") };
  const insist = advice`${ALLOW_ROOT}=1 insists, for containers`;
  const details = { details: { path, owner } };
  if (SUDO_USER && SUDO_USER !== "root") {
    throw new SetupError(
      "STATE_FOREIGN",
      advice`Run by sudo, this would put files of root into ${path}, where ${SUDO_USER} could not use them.`,
      { ...details, fix: advice`run it as ${SUDO_USER}, without sudo: ${words}; ${insist}` },
    );
  }
  throw new SetupError(
    "STATE_FOREIGN",
    advice`Run as root, this would put files of root into ${path}, which belongs to ${owner}.`,
    { ...details, fix: advice`run it as ${owner}: ${asOwner(place)} ${words}; ${insist}` },
  );
}

/** The words before a command that the owner of the place is to run. */
export function asOwner({ owner }: ForeignPlace): string {
  return `sudo -u ${/^\d+$/.test(owner) ? `'#${owner}'` : owner}`;
}

function nearest(place: string): { path: string; uid: number } | undefined {
  for (let path = place; ; path = dirname(path)) {
    try {
      const status = statSync(path, { throwIfNoEntry: false });
      if (status !== undefined) return { path, uid: status.uid };
    } catch {
      return undefined; // A file or a closed directory on the way: whoever writes there says so.
    }
    if (dirname(path) === path) return undefined;
  }
}
