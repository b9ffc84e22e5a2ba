/** Whether others can read files of this profile that hold secrets. */

import { type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { mayHoldSecrets } from "../../../../../shared/config/secrets.ts";
import { modeText } from "../../../../../shared/node/mode-text.ts";
import { MAX_CONFIG_BYTES, readTextFile } from "../../../../../shared/node/text-file.ts";
import { advice } from "../../../../../shared/remedy.ts";
import { shellWord } from "../../../../../shared/shell-word.ts";
import type { Check, CheckContext, Finding } from "../../check.ts";
import { isManagedElsewhere } from "../../check-context.ts";
import { agentDirectories, filesIn } from "../../entries.ts";
import { chownRemedy, closing, isOurs } from "../../file-access.ts";

export const configPermissions: Check = {
  id: "config-permissions",
  examine: async (context) => {
    const { platform, paths } = context.profile;
    if (platform === "win32") return [];
    const files = secretFiles(context);
    // Whoever writes the configuration decides who may read it.
    const own = isManagedElsewhere(context) ? files.filter((path) => path !== paths.configFile) : files;
    return own.flatMap((path) => {
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats?.isFile() ? lookAt(path, stats, context) : [];
    });
  },
};

/** Credentials of a channel may have a directory per account. */
const DEPTH = 2;

/** Everything that is readable by its owner only, as the layout of the state directory has it. */
function secretFiles({ reading, profile: { paths } }: CheckContext): string[] {
  const { configFile, lastGoodConfigFile, envFile, stateDir } = paths;
  const backups = ["", ".1", ".2", ".3", ".4"].map((number) => `${configFile}.bak${number}`);
  const directories = ["credentials", "identity", "devices", "node", "nodes"].map((name) =>
    join(stateDir, name),
  );
  const agents = agentDirectories(stateDir).map((agent) => join(agent, "agent"));
  const all = [
    configFile,
    ...backups,
    lastGoodConfigFile,
    envFile,
    join(stateDir, "service.env"),
    ...(reading.state === "missing" ? [] : reading.includes.map(({ path }) => path)),
    ...[...directories, ...agents].flatMap((directory) => filesIn(directory, DEPTH)),
  ];
  return [...new Set(all)];
}

function lookAt(path: string, stats: Stats, context: CheckContext): Finding[] {
  const { reading, profile } = context;
  const { paths, platform } = profile;
  const isIncluded = reading.state !== "missing" && reading.includes.some((file) => file.path === path);
  if (isIncluded) return lookAtIncluded(path, stats);
  if (!isOurs(stats)) {
    const message = advice`${path} belongs to another user (uid ${stats.uid})`;
    return [
      { code: "file-owner", level: "error", subject: path, message, remedy: chownRemedy(path, platform) },
    ];
  }
  if ((stats.mode & 0o077) === 0) return [];
  const isConfig = path === paths.configFile || path === paths.lastGoodConfigFile || path.includes(".bak");
  const file = isConfig ? readTextFile(path, MAX_CONFIG_BYTES) : undefined;
  const isHarmless = file?.state === "text" && !mayHoldSecrets(file.text);
  return [
    {
      code: path === paths.configFile ? "config-readable-by-others" : "secret-readable-by-others",
      level: isHarmless ? "warning" : "error",
      subject: path,
      message: advice`other users can get at ${path} (mode ${modeText(stats.mode)})`,
      repair: closing(path, 0o600),
    },
  ];
}

/** It may lie anywhere and be meant for several users, as long as it keeps no secret; who owns it is checked when it is read. */
function lookAtIncluded(path: string, stats: Stats): Finding[] {
  const file = readTextFile(path, MAX_CONFIG_BYTES);
  const isHarmless = file.state !== "text" || !mayHoldSecrets(file.text);
  if (isHarmless || (stats.mode & 0o077) === 0) return [];
  const message = advice`other users can get at ${path}, which the configuration includes (mode ${modeText(stats.mode)})`;
  const remedy = `chmod 600 ${shellWord(path)}`;
  return [{ code: "secret-readable-by-others", level: "error", subject: path, message, remedy }];
}
