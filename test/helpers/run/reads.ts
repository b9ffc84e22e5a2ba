/** Compares remedies, which are data, with what people read. */
import { type Launcher, type Remedy, spell } from "../../../shared/remedy.ts";

/** As commands are typed without a profile. */
const PLAIN: Launcher = { name: "clawdbot", profile: undefined };

/** The sentence as it is printed without a profile; a missing one is no text at all. */
export function printed(sentence: Remedy | undefined): string | undefined {
  return sentence === undefined ? undefined : spell(sentence, PLAIN);
}

/** For `toEqual` and its like: matches a remedy that reads so, or reads as the pattern says. */
export function reads(expected: string | RegExp) {
  return {
    $$typeof: Symbol.for("jest.asymmetricMatcher"),
    asymmetricMatch(sentence: unknown): boolean {
      const text = printed(sentence as Remedy | undefined);
      return typeof expected === "string" ? text === expected : text !== undefined && expected.test(text);
    },
    toString: () => "reads",
    getExpectedType: () => "string",
    toAsymmetricMatcher: () => `reads<${expected}>`,
  };
}
