/** Whether a log outgrew its rotation, as those do that launchd or the task's script append to. */

import { statSync } from "node:fs";
import { basename, join } from "node:path";
import { LOG_ROTATION, rotateFile, rotateInPlace } from "../../../../../shared/node/log-files.ts";
import { advice } from "../../../../../shared/remedy.ts";
import { resolveLogFile } from "../../../../base/config/load.ts";
import type { Check, CheckContext, Repair } from "../../check.ts";

const MIB = 1024 * 1024;
const MOST_BYTES = 100 * MIB;

export const logSize: Check = {
  id: "log-size",
  examine: async (context) =>
    logsOf(context).flatMap((path) => {
      const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      if (bytes <= MOST_BYTES) return [];
      return [
        {
          code: "log-large",
          level: "warning",
          subject: path,
          message: advice`${path} has ${Math.round(bytes / MIB)} MiB`,
          repair: OPEN_ELSEWHERE.includes(basename(path)) ? emptying(path) : renaming(path),
        } as const,
      ];
    }),
};

/** Kept open by launchd, the task's script or the tray, who would go on writing to a renamed one. */
const OPEN_ELSEWHERE = ["gateway.out.log", "gateway.err.log"];

function emptying(path: string): Repair {
  return {
    kind: "safe",
    describe: advice`keep its end as ${path}.1 and empty it`,
    apply: async () => {
      rotateInPlace(path, LOG_ROTATION);
      return advice`emptied ${path}; its end is in ${path}.1`;
    },
  };
}

function renaming(path: string): Repair {
  return {
    kind: "safe",
    describe: advice`rename it to ${path}.1, and older ones accordingly`,
    apply: async () => {
      rotateFile(path, LOG_ROTATION.keep);
      return advice`renamed ${path} to ${path}.1; a gateway that runs goes on in a new file after its next line`;
    },
  };
}

function logsOf({ reading, profile: { paths } }: CheckContext): string[] {
  const own = resolveLogFile(reading.state === "valid" ? reading.config : {}, paths);
  const names = [...OPEN_ELSEWHERE, "gateway-restart.log"];
  return [...new Set([own, paths.logFile, ...names.map((name) => join(paths.logDir, name))])];
}
