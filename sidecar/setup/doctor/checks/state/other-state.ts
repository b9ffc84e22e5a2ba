/** Whether chats lie in a second state directory of the same profile, where this one's gateway does not see them. */

import { realpathSync } from "node:fs";
import { join } from "node:path";
import { resolvePaths } from "../../../../../shared/node/paths.ts";
import { advice } from "../../../../../shared/remedy.ts";
import type { Check } from "../../check.ts";
import { agentDirectories, entriesIn } from "../../entries.ts";

export const otherState: Check = {
  id: "other-state",
  examine: async ({ profile: { env, paths, platform } }) => {
    const { CLAWDBOT_STATE_DIR: _state, CLAWDBOT_CONFIG_PATH: _config, ...plain } = env;
    const usual = resolvePaths({ env: plain, platform }).stateDir;
    if (isSame(usual, paths.stateDir) || !hasHistory(usual) || !hasHistory(paths.stateDir)) return [];
    return [
      {
        code: "state-split",
        level: "warning",
        subject: usual,
        message: advice`there are chats in two state directories: ${paths.stateDir} (in use) and ${usual}`,
        remedy: "keep one: unset CLAWDBOT_STATE_DIR to use the second, or move it away",
      },
    ];
  },
};

function hasHistory(stateDir: string): boolean {
  return agentDirectories(stateDir).some((agent) => entriesIn(join(agent, "sessions")).length > 0);
}

function isSame(a: string, b: string): boolean {
  if (a === b) return true;
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false; // One of them does not exist.
  }
}
