/** Whether changes of the configuration can be noticed: Linux limits how many files and places may be watched. */

import { watch } from "node:fs";
import { systemCode } from "../../../../../shared/errors.ts";
import { advice } from "../../../../../shared/remedy.ts";
import type { Check, Finding } from "../../check.ts";

export const watching: Check = {
  id: "watching",
  examine: async ({ profile: { platform, paths } }) => {
    if (platform !== "linux") return [];
    const failure = watchFailure(paths.stateDir);
    return failure === undefined ? [] : watchFindings(failure);
  },
};

/** What to say when the system refused to watch a directory with this code; nothing for reasons of the directory itself. */
export function watchFindings(code: string): Finding[] {
  const setting = LIMITS[code];
  if (setting === undefined) return [];
  return [
    {
      code: "inotify-limit",
      level: "warning",
      message: advice`the system watches no more files for this user (${code}): a changed configuration is noticed late or not at all`,
      remedy: `sudo sysctl ${setting}`,
    },
  ];
}

/** inotify(7): which limit is behind which error. */
const LIMITS: Record<string, string> = {
  ENOSPC: "fs.inotify.max_user_watches=524288",
  EMFILE: "fs.inotify.max_user_instances=1024",
};

function watchFailure(directory: string): string | undefined {
  try {
    watch(directory).close();
    return undefined;
  } catch (error) {
    return systemCode(error);
  }
}
