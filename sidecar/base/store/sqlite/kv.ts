/** What parts of the gateway remember: small texts by scope and key. */
import { type Statements, text } from "./statements.ts";

/** The text; undefined where there is none. */
export function rememberedIn(db: Pick<Statements, "get">, scope: string, key: string): string | undefined {
  const row = db.get("SELECT value FROM kv WHERE scope = ? AND key = ?", scope, key);
  return row && text(row, "value");
}
