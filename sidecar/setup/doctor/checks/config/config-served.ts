/** Keys that are valid and that nobody in this release reads: whoever set one expects something of it. */

import { notServedFindings } from "../../../../../shared/config/not-served.ts";
import { advice, whole } from "../../../../../shared/remedy.ts";
import type { Check, Finding } from "../../check.ts";

export const configServed: Check = {
  id: "config-served",
  examine: async ({ reading }) => {
    if (reading.state !== "valid") return [];
    const { issues, more } = notServedFindings(reading.resolved);
    const findings = issues.map(
      ({ path, message }): Finding => ({
        code: "config-not-served",
        level: "hint",
        subject: path,
        message: advice`${path}: ${whole(message)}`,
      }),
    );
    return more === undefined ? findings : [...findings, further(more)];
  },
};

function further(more: number): Finding {
  const message = advice`${more} more keys of the configuration are not served by this release`;
  return { code: "config-more-not-served", level: "hint", message };
}
