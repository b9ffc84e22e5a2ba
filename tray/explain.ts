/** What went wrong, in words for the user of a tray. */
import { errorText, systemCode } from "../shared/errors.ts";
import type { Texts } from "./model/texts/index.ts";

/** The text of anything thrown; for a part of the program that an upgrade took away, what that means. */
export function explain(error: unknown, { action }: Texts): string {
  return systemCode(error) === "ERR_MODULE_NOT_FOUND" ? action.programGone : errorText(error);
}
