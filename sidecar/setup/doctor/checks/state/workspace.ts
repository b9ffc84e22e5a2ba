/** Whether the agent's work directory is kept in a repository, so that what it learnt can be brought back. */

import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { defaultAgentId } from "../../../../../shared/config/agents.ts";
import { advice } from "../../../../../shared/remedy.ts";
import { shellWord } from "../../../../../shared/shell-word.ts";
import { workspaceOf } from "../../../../assistant/workspace/place.ts";
import type { Check } from "../../check.ts";

export const workspace: Check = {
  id: "workspace",
  examine: async (context) => {
    const config = context.reading.state === "valid" ? context.reading.config : {};
    const directory = workspaceOf(config, defaultAgentId(config), context.profile.paths);
    // What belongs to the dev profile may be thrown away at any time.
    if (context.profile.dev || !isDirectory(directory) || isInRepository(directory)) return [];
    return [
      {
        code: "workspace-not-in-git",
        level: "hint",
        subject: directory,
        message: advice`the work directory ${directory} is not in a git repository`,
        remedy: `git -C ${shellWord(directory)} init`,
      },
    ];
  },
};

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isInRepository(directory: string): boolean {
  if (existsSync(join(directory, ".git"))) return true;
  const parent = dirname(directory);
  return parent !== directory && isInRepository(parent);
}
