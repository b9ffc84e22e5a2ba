/** For which model providers the store has keys, for whoever has to say so before it is opened. */
import { existsSync } from "node:fs";

/** Empty where there is no store, and where it cannot be read: whoever needs it is told then. */
export async function storedProviders(storeFile: string): Promise<string[]> {
  if (!existsSync(storeFile)) return [];
  try {
    const { lookIntoDatabase } = await import("./database.ts");
    const database = await lookIntoDatabase(storeFile);
    try {
      const rows = database.prepare("SELECT DISTINCT provider FROM auth_state").all();
      return rows.map(({ provider }) => String(provider));
    } finally {
      database.close();
    }
  } catch {
    return []; // Of an older version, damaged, or not ours to read.
  }
}
