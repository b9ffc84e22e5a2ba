/** What is about the owner is the owner's alone: nobody else's conversation has tools for it, and none that others read along in. */
import type { Turn } from "../../base/store/session-store.ts";
import { kindOf } from "../session-key.ts";

export function isOwnersOwn({
  authority,
  sessionKey,
  route,
}: Pick<Turn, "authority" | "sessionKey" | "route">): boolean {
  if (authority !== "owner") return false;
  const kind = kindOf(sessionKey, undefined);
  // The one conversation of everybody is as private as the place that the message came from; nobody knows that of a chat.
  return kind === "direct" || (kind === "global" && route === undefined);
}
