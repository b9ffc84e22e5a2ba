/** The script that the service runs: the launcher of this installation, by a path that survives the next update. */

import { realpathSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { launcherFile } from "../../../shared/node/launcher-file.ts";
import type { ProfileContext } from "../../../shared/node/profile-context.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";
import { realPathOf, withoutVersion } from "./stable-path.ts";

export interface Entry {
  path: string;
  /** The folder of the package, links resolved. */
  packageFolder: string;
  warnings: Remedy[];
}

/** Where links to the command usually lie, besides the folders of PATH. */
const LINK_FOLDERS = ["/opt/homebrew/bin", "/usr/local/bin", "/usr/bin"];

/**
 * A link to the launcher when there is one, such as `/usr/local/bin/clawdbot`, else the launcher itself. `known` are places to look
 * first, such as what Node was started with. Fails with `RUNTIME_MISSING` when the installation is incomplete.
 */
export function serviceEntry(context: ProfileContext, ...known: (string | undefined)[]): Entry {
  const launcher = realpathSync(launcherFile());
  const path = linkTo(launcher, context, known) ?? withoutVersion(launcher) ?? launcher;
  const warnings = /[/\\]_npx[/\\]/.test(path)
    ? [
        advice`${path} lies in the cache of npx, which npm empties at will; install the package: npm install -g clawdbot-companion`,
      ]
    : [];
  return { path, packageFolder: dirname(dirname(launcher)), warnings };
}

/** Windows has no links to scripts, only small programs that start them. */
function linkTo(
  launcher: string,
  { env, platform }: ProfileContext,
  known: readonly (string | undefined)[],
): string | undefined {
  if (platform === "win32") return undefined;
  const onPath = (env.PATH ?? "").split(":").filter((folder) => isAbsolute(folder));
  const links = [
    ...known.filter((place) => place !== undefined),
    ...[...LINK_FOLDERS, ...onPath].map((folder) => join(folder, "clawdbot")),
  ];
  return links.find((link) => link !== launcher && isAbsolute(link) && realPathOf(link) === launcher);
}
