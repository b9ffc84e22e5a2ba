/** Whether the original or another product of the family has keys of model providers, while there is none here. */

import { advice, ours } from "../../../../../shared/remedy.ts";
import { keysToTakeOver } from "../../../keys-to-take-over.ts";
import type { Check } from "../../check.ts";

export const keysElsewhere: Check = {
  id: "keys-elsewhere",
  examine: async ({ profile, reading, nowMs }) => {
    const config = reading.state === "valid" ? reading.config : {};
    return (await keysToTakeOver(profile, config, nowMs)).map(({ place, providers }) => ({
      code: "keys-not-imported",
      level: "hint" as const,
      subject: place,
      message: advice`${place} holds keys of model providers (${providers.join(", ")}), and this gateway has none`,
      remedy: advice`take them over: ${ours`models auth import --from ${place}`}`,
    }));
  },
};
