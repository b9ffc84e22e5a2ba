/** Whether the original or another product of the family left conversations that nobody has brought in yet. */
import { existsSync } from "node:fs";
import { otherProducts } from "../../../../../shared/node/other-products.ts";
import { advice, ours } from "../../../../../shared/remedy.ts";
import { hasHistories } from "../../../../assistant/import/sources.ts";
import { lookIntoDatabase } from "../../../../base/store/database.ts";
import { ImportTables } from "../../../../base/store/sqlite/import.ts";
import type { Check } from "../../check.ts";

export const histories: Check = {
  id: "histories",
  examine: async ({ profile }) => {
    const { stateDir, storeFile } = profile.paths;
    const places = [stateDir, ...otherProducts(profile).flatMap((each) => each.places)].filter(hasHistories);
    if (places.length === 0) return [];
    const imported = await importedPlaces(storeFile);
    return places
      .filter((place) => !imported.includes(place))
      .map((place) => ({
        code: "histories-not-imported",
        level: "hint" as const,
        subject: place,
        message: advice`${place} holds conversations that are not in the store of this gateway`,
        remedy: advice`bring them in, while the gateway is stopped: ${ours`sessions import --from ${place}`}`,
      }));
  },
};

/** Whose histories were imported as a whole. */
export async function importedPlaces(storeFile: string): Promise<string[]> {
  if (!existsSync(storeFile)) return [];
  try {
    const store = new ImportTables(await lookIntoDatabase(storeFile));
    try {
      return store.importedPlaces();
    } finally {
      store.close();
    }
  } catch {
    return []; // Damaged, or of before there were imports: the check of the store says what is wrong with it.
  }
}
