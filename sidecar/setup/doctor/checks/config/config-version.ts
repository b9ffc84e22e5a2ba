/** Whether a newer version of the program, or another product, wrote the configuration: what it knows may be unknown here. */

import { isLaterRelease, productOfVersion, productText } from "../../../../../shared/lineage.ts";
import { isRecord } from "../../../../../shared/protocol/frame.ts";
import { advice } from "../../../../../shared/remedy.ts";
import { APP_VERSION } from "../../../../../shared/version.ts";
import type { Check, CheckContext } from "../../check.ts";

export const configVersion: Check = {
  id: "config-version",
  examine: async (context) => {
    const writer = writerOf(context);
    if (writer === undefined) return [];
    const { path } = context.reading;
    const product = productOfVersion(writer);
    if (product !== undefined) {
      return [
        {
          code: "config-other-product",
          level: "hint",
          message: advice`${path} was last written by ${productText(product)}; this is Clawdbot Companion ${APP_VERSION}, which keeps what it does not know`,
          remedy:
            "nothing has to be done; the page Switching of the guide says what is taken over, and how to go back",
        },
      ];
    }
    if (!isLaterRelease(writer)) return [];
    return [
      {
        code: "config-newer",
        level: "warning",
        message: advice`${path} was last written by version ${writer}, this is ${APP_VERSION}`,
        remedy: advice`run version ${writer} or a later one here too`,
      },
    ];
  },
};

/** Whether the configuration was last written by a later version, or by another product: what looks like a mistake may be theirs. */
export function isWrittenElsewhere(context: CheckContext): boolean {
  const writer = writerOf(context);
  return writer !== undefined && (isLaterRelease(writer) || productOfVersion(writer) !== undefined);
}

/** The version that wrote the configuration last; undefined where none is told. */
export function writerOf({ reading }: Pick<CheckContext, "reading">): string | undefined {
  const meta = reading.state === "missing" ? undefined : reading.parsed.meta;
  const version = isRecord(meta) ? meta.lastTouchedVersion : undefined;
  return typeof version === "string" && /^\d+\.\d+\.\d+/.test(version) ? version.slice(0, 40) : undefined;
}
