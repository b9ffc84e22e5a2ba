/** What a directory holds that may not be there. */
import { readdirSync } from "node:fs";

/** The names, as the system gives them; none where there is no directory. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // Not there, or no directory.
  }
}
