/** When a conversation is too long for its model: numbers alone. */

/** Tokens of a request. */
export interface Room {
  /** Of the model. */
  window: number;
  /** Of an answer, at most. */
  outputCap: number;
  /** Of what is told before the conversation: prompt and tools. */
  fixed: number;
  conversation: number;
}

/** Of the window: from here on there is no room for another call. */
const FULL = 0.92;
/** Of the window: from here on the conversation is shortened when nobody waits for it. */
const CROWDED = 0.75;
/** Of the window: what an answer may be given of it. */
const RESERVE = 0.25;
/** Of the window: where the fixed part alone is more, shortening the conversation helps nobody. */
const MOST_FIXED = 0.5;
/** Of the window: what a conversation is brought down to. */
const TARGET = 0.4;
/** Tokens that stay as they were said, and their share of the window, whichever is less. */
const KEPT = { tokens: 20_000, share: 0.25 } as const;
/** Entries between two of them, unless a provider says that a request is too long. */
export const LEAST_ENTRIES_BETWEEN = 8;
/** Tokens: a smaller window is no use. */
export const LEAST_WINDOW = 16_000;

export function isFull({ window, outputCap, fixed, conversation }: Room): boolean {
  return fixed + conversation + Math.min(outputCap, RESERVE * window) > FULL * window;
}

export function isCrowded({ window, fixed, conversation }: Room): boolean {
  return fixed + conversation > CROWDED * window;
}

/** Tokens of a request from which on notes are due: `soft` of them before the room is used up, and before it is made by shortening. */
export function flushFrom({ window, outputCap }: Pick<Room, "window" | "outputCap">, soft: number): number {
  return Math.max(0, Math.min(window - Math.min(outputCap, RESERVE * window) - soft, CROWDED * window));
}

export function isFixedTooLarge({ window, fixed }: Pick<Room, "window" | "fixed">): boolean {
  return fixed > MOST_FIXED * window;
}

/** Tokens of the conversation that stay as they were said. */
export function keptTokens(window: number): number {
  return Math.min(KEPT.tokens, Math.floor(KEPT.share * window));
}

/** Tokens that a summary may take: what is left of the target beside what stays. */
export function summaryTokens({ window, fixed }: Pick<Room, "window" | "fixed">, kept: number): number {
  const target = Math.max(TARGET * window, fixed + RESERVE * window);
  const most = window < 50_000 ? Math.floor(window * 0.1) : 5_000;
  return Math.max(500, Math.min(most, Math.floor(target - fixed - kept)));
}
