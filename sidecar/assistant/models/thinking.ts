/** How hard a model is to think. */
import { THINKING_LEVELS, type ThinkingLevel } from "./model.ts";

/**
 * The level that holds: the first of the words that is one, as for this turn, of the session, of the configuration. Without any, a model
 * that can think does so a little.
 */
export function levelInForce(words: readonly unknown[], reasons: boolean): ThinkingLevel {
  const level = words.map((word) => THINKING_LEVELS.find((each) => each === word)).find(Boolean);
  return level ?? (reasons ? "low" : "off");
}

/** What is asked of a provider: a level, or nothing at all. */
export type AskedLevel = ThinkingLevel | "default";

/** Tokens of thought, for models that are told a number. */
export const THINKING_TOKENS: Readonly<Record<Exclude<ThinkingLevel, "off">, number>> = {
  minimal: 1_024,
  low: 2_048,
  medium: 8_192,
  high: 16_384,
  xhigh: 32_768,
};

/** The next level down where one is refused; of a refused `off` the provider's own is left, and below that is none. */
export function loweredLevel(level: AskedLevel): AskedLevel | undefined {
  if (level === "default") return undefined;
  const below = THINKING_LEVELS[THINKING_LEVELS.indexOf(level) - 1];
  return below === undefined || below === "off" ? "default" : below;
}
