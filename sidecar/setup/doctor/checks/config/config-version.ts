/** Whether a newer version of the program wrote the configuration: what it knows may be unknown here. */

import { isRecord } from "../../../../../shared/protocol/frame.ts";
import { advice } from "../../../../../shared/remedy.ts";
import { APP_VERSION, isNewer } from "../../../../../shared/version.ts";
import type { Check, CheckContext } from "../../check.ts";

export const configVersion: Check = {
  id: "config-version",
  examine: async (context) => {
    const writer = writerOf(context);
    if (writer === undefined || !isNewer(writer, APP_VERSION)) return [];
    return [
      {
        code: "config-newer",
        level: "warning",
        message: advice`${context.reading.path} was last written by version ${writer}, this is ${APP_VERSION}`,
        remedy: advice`run version ${writer} or a later one here too`,
      },
    ];
  },
};

/** Whether the configuration was last written by a version later than this one. */
export function isNewerConfig(context: CheckContext): boolean {
  const writer = writerOf(context);
  return writer !== undefined && isNewer(writer, APP_VERSION);
}

function writerOf({ reading }: CheckContext): string | undefined {
  const meta = reading.state === "missing" ? undefined : reading.parsed.meta;
  const version = isRecord(meta) ? meta.lastTouchedVersion : undefined;
  return typeof version === "string" && /^\d+\.\d+\.\d+/.test(version) ? version.slice(0, 40) : undefined;
}
