/** The owner's own words for `/new`. */
import type { GatewayConfig } from "../../../shared/config/schema.ts";

/**
 * The message as `/new` with what follows where it begins with such a word, else as it is. In a group a word without a slash counts only
 * alone: people there talk to each other.
 */
export function withResetTriggers(message: string, { session }: GatewayConfig, isInGroup: boolean): string {
  const whole = message.trim().normalize("NFC");
  for (const trigger of longestFirst(session?.resetTriggers ?? [])) {
    const word = trigger.trim().normalize("NFC");
    const found = patternOf(word).exec(whole);
    if (found === null || isBuiltIn(word)) continue;
    const rest = whole.slice(found[0].length).trim();
    if (isInGroup && rest !== "" && !word.startsWith("/")) continue;
    return `/new ${rest}`.trim();
  }
  return message;
}

/** Configurations of other releases name these. They do more than a word of one's own. */
function isBuiltIn(word: string): boolean {
  return /^\/(new|reset)$/i.test(word);
}

function longestFirst(triggers: readonly string[]): string[] {
  return triggers.toSorted((one, other) => other.length - one.length);
}

function patternOf(word: string): RegExp {
  const words = word.split(/\s+/).map((each) => each.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  return new RegExp(`^${words.join("\\s+")}(?=\\s|$)`, "iu");
}
