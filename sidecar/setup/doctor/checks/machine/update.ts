/** Whether the checkout that the program runs from is behind what was last fetched. */

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Environment } from "../../../../../shared/node/paths.ts";
import { advice } from "../../../../../shared/remedy.ts";
import { shellWord } from "../../../../../shared/shell-word.ts";
import { run } from "../../../../host/process/run.ts";
import type { Check, Finding } from "../../check.ts";

const GIT_TIMEOUT_MS = 3_000;

export const update: Check = {
  id: "update",
  examine: ({ profile: { env } }) => updateFindings(dirname(fileURLToPath(import.meta.url)), env),
};

/** What to say about the checkout that holds `directory`; nothing where the package is none. */
export async function updateFindings(directory: string, env: Environment): Promise<Finding[]> {
  const checkout = checkoutOf(directory);
  if (checkout === undefined) return [];
  const args = ["-C", checkout, "-c", "core.fsmonitor=false", "rev-list", "--count", "HEAD..@{upstream}"];
  const { end, stdout } = await run("git", args, { timeoutMs: GIT_TIMEOUT_MS, env });
  const behind = Number(stdout.trim());
  if (end.kind !== "exited" || end.code !== 0 || !(behind > 0)) return [];
  return [
    {
      code: "update-available",
      level: "hint",
      message: advice`${checkout} is ${behind} ${behind === 1 ? advice`commit` : advice`commits`} behind`,
      remedy: `git -C ${shellWord(checkout)} pull && npm --prefix ${shellWord(checkout)} install`,
    },
  ];
}

/** The directory of the package, when it is a git checkout of its own. */
function checkoutOf(directory: string): string | undefined {
  if (existsSync(join(directory, "package.json"))) {
    return existsSync(join(directory, ".git")) ? directory : undefined;
  }
  const parent = dirname(directory);
  return parent === directory ? undefined : checkoutOf(parent);
}
