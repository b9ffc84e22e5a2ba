/** What other products of the family are called. */
import type { OtherProduct } from "../../shared/lineage.ts";
import { advice, type Remedy } from "../../shared/remedy.ts";

/** Names are names; the one without a name of its own is described. */
export function productWords(name: OtherProduct["name"]): Remedy {
  return name === "the original Clawdbot" ? advice`the original Clawdbot` : name;
}
