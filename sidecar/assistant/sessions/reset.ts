/** What a new conversation under the same key begins with. */
import type { SessionFields } from "../../base/store/session-store.ts";

/** Levels, choices, names and the way back to people stay; what was used begins anew. */
export function fieldsAfterReset(before: SessionFields): SessionFields {
  // That nothing is asked holds for the conversation in which it was said.
  const isOver = before.elevatedLevel === "full";
  const kept = Object.entries(before).filter(
    ([field]) => KEPT.includes(field) && !(isOver && field === "elevatedLevel"),
  );
  return { ...Object.fromEntries(kept), ...FRESH };
}

const KEPT: readonly string[] = [
  "label",
  "displayName",
  "thinkingLevel",
  "verboseLevel",
  "reasoningLevel",
  "elevatedLevel",
  "responseUsage",
  "sendPolicy",
  "groupActivation",
  "queueMode",
  "queueDebounceMs",
  "queueCap",
  "queueDrop",
  "modelOverride",
  "providerOverride",
  "modelFallback",
  "origin",
  "chatType",
  "deliveryContext",
  "lastChannel",
  "lastTo",
  "lastAccountId",
  "lastThreadId",
  "channel",
  "groupId",
  "groupChannel",
  "space",
  "subject",
  "ttsAuto",
  "spawnedBy",
];

const FRESH: SessionFields = {
  systemSent: false,
  abortedLastRun: false,
  inputTokens: 0,
  outputTokens: 0,
  totalTokens: 0,
};
