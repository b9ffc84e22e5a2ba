/** Whether somebody comes from the original, which begins conversations anew every day where its configuration says nothing of it. */
import { basename } from "node:path";
import { productOfVersion } from "../../../../../shared/lineage.ts";
import { advice, ours } from "../../../../../shared/remedy.ts";
import type { Check, CheckContext } from "../../check.ts";
import { importedPlaces } from "../state/histories.ts";
import { writerOf } from "./config-version.ts";

export const sessionResets: Check = {
  id: "session-resets",
  examine: async (context) => {
    if (saysWhen(context) || !(await isFromOriginal(context))) return [];
    return [
      {
        code: "session-resets-none",
        level: "hint",
        message: advice`conversations go on until somebody ends them; the original Clawdbot began each anew at 4:00 every day`,
        remedy: advice`for days as before: ${ours`config set session.reset.mode daily`}; to keep it so and hear no more of it: ${ours`config set session.reset.mode none`}`,
      },
    ];
  },
};

const KEYS = ["reset", "resetByType", "resetByChannel", "idleMinutes"] as const;

function saysWhen({ reading }: CheckContext): boolean {
  if (reading.state === "missing") return false;
  if (reading.state !== "valid") return true; // Nobody can tell.
  return KEYS.some((key) => reading.config.session?.[key] !== undefined);
}

/** OpenClaw's conversations go on as well. */
async function isFromOriginal(context: CheckContext): Promise<boolean> {
  const writer = writerOf(context);
  const product = writer === undefined ? undefined : productOfVersion(writer);
  if (product !== undefined && product.name !== "OpenClaw") return true;
  const places = await importedPlaces(context.profile.paths.storeFile);
  return places.some((place) => basename(place) !== ".openclaw");
}
