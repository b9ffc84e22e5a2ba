/** What is about the owner is the owner's alone: nobody else's conversation has tools for it, and none that others read along in. */
import type { Turn } from "../../base/store/session-store.ts";
import { isSharedTurn } from "../session-key.ts";

export function isOwnersOwn({
  authority,
  sessionKey,
  route,
}: Pick<Turn, "authority" | "sessionKey" | "route">): boolean {
  return authority === "owner" && !isSharedTurn({ sessionKey, route });
}
