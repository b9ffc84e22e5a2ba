/** Where a conversation is cut: what is summed up, and what stays as it was said. */
import type { EntryRow } from "../../base/store/session-store.ts";
import { messageTokens } from "../prompt/tokens.ts";

/** Messages of people that stay in any case. */
const LAST_OF_PEOPLE = 3;

export interface Cut {
  /** What is summed up, the former summary among it; oldest first. */
  covered: readonly EntryRow[];
  /** What stays; begins with a message of a person. */
  kept: readonly EntryRow[];
}

/**
 * Cuts before a message of a person, so that as much stays as fits into `tokens`, and the last three of them in any case. Undefined where
 * nothing would be summed up but a summary.
 */
export function cutOf(conversation: readonly EntryRow[], tokens: number): Cut | undefined {
  const starts = conversation.flatMap(({ type, message }, index) =>
    type === "message" && message.role === "user" ? [index] : [],
  );
  const latest = starts.at(-LAST_OF_PEOPLE) ?? starts[0];
  if (latest === undefined) return undefined;
  let at = latest;
  for (const start of starts.toReversed()) {
    const size = conversation.slice(start).reduce((sum, { message }) => sum + messageTokens(message), 0);
    if (size > tokens) break;
    at = Math.min(at, start);
  }
  const covered = conversation.slice(0, at);
  if (!covered.some(({ type }) => type === "message")) return undefined;
  return { covered, kept: conversation.slice(at) };
}

/** Cuts so that at most the last `entries` stay, before a message of a person: the last one stays in any case. */
export function cutBefore(conversation: readonly EntryRow[], entries: number): Cut | undefined {
  const isStart = ({ type, message }: EntryRow) => type === "message" && message.role === "user";
  const from = Math.max(0, conversation.length - entries);
  const next = conversation.findIndex((entry, index) => index >= from && isStart(entry));
  const at = next === -1 ? conversation.findLastIndex(isStart) : next;
  const covered = conversation.slice(0, Math.max(0, at));
  if (!covered.some(({ type }) => type === "message")) return undefined;
  return { covered, kept: conversation.slice(at) };
}
