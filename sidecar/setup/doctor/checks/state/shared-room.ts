/** Whether several people write into one conversation because the configuration says so. */
import { existsSync } from "node:fs";
import { advice, ours } from "../../../../../shared/remedy.ts";
import { isShared, peopleIn, SHARED_ROOM } from "../../../../assistant/inbox/shared-room.ts";
import { lookIntoDatabase } from "../../../../base/store/database.ts";
import { rememberedIn } from "../../../../base/store/sqlite/kv.ts";
import { Statements } from "../../../../base/store/sqlite/statements.ts";
import type { Check } from "../../check.ts";
import { configRemedy } from "../../config-repair.ts";

export const sharedRoom: Check = {
  id: "shared-room",
  examine: async (context) => {
    const { reading, profile } = context;
    if (reading.state !== "valid" || !isShared(reading.config)) return [];
    const { size } = await peopleOf(profile.paths.storeFile);
    if (size < 2) return [];
    return [
      {
        code: "dm-scope-shared",
        level: "warning",
        message: advice`session.dmScope is main, and ${size} people write directly: what one says is shown to the model with what the others said`,
        remedy: configRemedy(context, ours`config set session.dmScope auto`),
      },
    ];
  },
};

async function peopleOf(storeFile: string): Promise<Set<string>> {
  if (!existsSync(storeFile)) return new Set();
  try {
    const database = await lookIntoDatabase(storeFile);
    try {
      return peopleIn(rememberedIn(new Statements(database), SHARED_ROOM.scope, SHARED_ROOM.key));
    } finally {
      database.close();
    }
  } catch {
    return new Set(); // The check of the store says what is wrong with it.
  }
}
