/** How hard a model is to think. */
import { THINKING_LEVELS, type ThinkingLevel } from "./model.ts";

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
