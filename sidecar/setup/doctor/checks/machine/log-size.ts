/** Whether a log outgrew its rotation, as those do that launchd or the task's script append to. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { resolveLogFile } from "../../../../base/config/load.ts";
import { LOG_ROTATION, rotateFile } from "../../../../base/log/rotating-file.ts";
import type { Check, Patient } from "../../check.ts";

const MIB = 1024 * 1024;
const MOST_BYTES = 100 * MIB;

export const logSize: Check = {
  id: "log-size",
  examine: async (patient) =>
    logsOf(patient).flatMap((path) => {
      const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      if (bytes <= MOST_BYTES) return [];
      return [
        {
          code: "log-large",
          level: "warning",
          subject: path,
          message: `${path} has ${Math.round(bytes / MIB)} MiB`,
          repair: {
            kind: "safe",
            describe: `rename it to ${path}.1, and older ones accordingly`,
            apply: async () => {
              rotateFile(path, LOG_ROTATION.keep);
              return `renamed ${path} to ${path}.1; a gateway that runs goes on in a new file after its next line`;
            },
          },
        } as const,
      ];
    }),
};

function logsOf({ reading, surroundings: { paths } }: Patient): string[] {
  const own = resolveLogFile(reading.state === "valid" ? reading.config : {}, paths);
  const names = ["gateway.out.log", "gateway.err.log", "gateway-restart.log"];
  return [...new Set([own, paths.logFile, ...names.map((name) => join(paths.logDir, name))])];
}
