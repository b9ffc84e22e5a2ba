/** Whether the clock goes wrong, told by files that were changed in the future. */

import { statSync } from "node:fs";
import { advice, type Remedy } from "../../../../../shared/remedy.ts";
import type { Check } from "../../check.ts";

/** Clocks of file servers may differ by moments. */
const TOLERANCE_MS = 5 * 60_000;

export const clock: Check = {
  id: "clock",
  examine: async ({ profile: { paths }, nowMs }) => {
    const { configFile, lastGoodConfigFile, logFile, factsFile } = paths;
    for (const file of [configFile, lastGoodConfigFile, logFile, factsFile]) {
      const aheadMs = (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) - nowMs;
      if (aheadMs <= TOLERANCE_MS) continue;
      const message = advice`${file} was changed ${spanText(aheadMs)} in the future: the clock is or was wrong`;
      return [{ code: "clock-skew", level: "warning", subject: file, message, remedy: REMEDY }];
    }
    return [];
  },
};

const REMEDY = "check the date; where systemd runs: timedatectl set-ntp true";

function spanText(ms: number): Remedy {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2 * 24 * 60
    ? `${Math.round(minutes / 60)} h`
    : advice`${Math.round(minutes / (24 * 60))} days`;
}
