/** Whether the directories of the state can be used: those of the gateway, of credentials and of chats. */

import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";
import { systemCode } from "../../../../../shared/errors.ts";
import { ensureDirectory } from "../../../../../shared/node/directory.ts";
import { modeText } from "../../../../../shared/node/mode-text.ts";
import { unwritable } from "../../../../../shared/node/unwritable.ts";
import { advice } from "../../../../../shared/remedy.ts";
import { shellWord } from "../../../../../shared/shell-word.ts";
import type { Check, CheckContext, Finding } from "../../check.ts";
import { agentDirectories } from "../../entries.ts";
import { chownRemedy, closing, isOurs } from "../../file-access.ts";

export const stateEntries: Check = {
  id: "state-entries",
  examine: async (context) => {
    const { paths, env } = context.profile;
    const sessions = agentDirectories(paths.stateDir).map((agent) => join(agent, "sessions"));
    const named = env.CLAWDBOT_OAUTH_DIR ? [env.CLAWDBOT_OAUTH_DIR] : [];
    const own = ["credentials", "identity", "node", "nodes"].map((name) => join(paths.stateDir, name));
    const used = [paths.runDir, paths.logDir, paths.devicesDir, ...own, ...named, ...sessions];
    // What an agent or a setting needs has to be there; the rest is created with its first file.
    return [...new Set(used)].flatMap((path) =>
      lookAt(path, [...sessions, ...named].includes(path), context),
    );
  },
};

function lookAt(path: string, isNeeded: boolean, context: CheckContext): Finding[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return isNeeded ? [missing(path)] : [];
  const finding = { level: "error", subject: path } as const;
  if (!stats.isDirectory()) {
    const remedy = advice`move it away: mv ${shellWord(path)} ${shellWord(`${path}.old`)}`;
    return [
      { ...finding, code: "directory-in-the-way", message: advice`${path} is not a directory`, remedy },
    ];
  }
  const { platform } = context.profile;
  if (!isOurs(stats)) {
    const message = advice`${path} belongs to another user (uid ${stats.uid})`;
    return [{ ...finding, code: "directory-owner", message, remedy: chownRemedy(path, platform, true) }];
  }
  const findings: Finding[] = [];
  const refusal = writeRefusal(path);
  if (refusal !== undefined) {
    const remedy = `chmod u+rwx ${shellWord(path)}`;
    const isReadOnlyDisk = systemCode(refusal) === "EROFS";
    findings.push({
      ...finding,
      code: "directory-unwritable",
      message: unwritable(path, refusal).message,
      ...(isReadOnlyDisk ? {} : { remedy }),
    });
  }
  if (platform !== "win32" && (stats.mode & 0o077) !== 0) {
    findings.push({
      code: "directory-open",
      level: "warning",
      subject: path,
      message: advice`other users can look into ${path} (mode ${modeText(stats.mode)})`,
      repair: closing(path, 0o700),
    });
  }
  return findings;
}

function missing(path: string): Finding {
  return {
    code: "directory-missing",
    level: "warning",
    subject: path,
    message: advice`the directory ${path} is missing`,
    repair: {
      kind: "safe",
      describe: "create it, for this user only",
      apply: async () => {
        try {
          ensureDirectory(path);
        } catch (error) {
          throw unwritable(path, error);
        }
        return advice`created ${path}`;
      },
    },
  };
}

function writeRefusal(path: string): unknown {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return error;
  }
}
