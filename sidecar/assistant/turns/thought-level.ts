/** Whether a conversation shows what the model thinks: `/reasoning`. */
import type { SessionFields } from "../../base/store/session-store.ts";

/** `on`: whole, before the answer. `stream`: while it is thought. Undefined for not at all. */
export type ThoughtLevel = "on" | "stream" | undefined;

export function thoughtLevelOf({ reasoningLevel }: SessionFields): ThoughtLevel {
  return reasoningLevel === "on" || reasoningLevel === "stream" ? reasoningLevel : undefined;
}
