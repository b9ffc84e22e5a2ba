/** What the store of a gateway holds, whether it runs or not. */
import { join } from "node:path";
import { lookIntoDatabase } from "../../../sidecar/base/store/database.ts";
import type { TempHome } from "./temp-home.ts";

export async function rowsOf(home: TempHome, sql: string): Promise<Record<string, unknown>[]> {
  const database = await lookIntoDatabase(join(home.stateDir, "clawdbot.db"));
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}
