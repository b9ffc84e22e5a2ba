/** The list of languages the page speaks. */
import { de } from "./de.ts";
import { en } from "./en.ts";
import type { Texts } from "./texts.ts";

const LANGUAGES: readonly Texts[] = [en, de];

/** The texts for the first preferred language (BCP 47 tags) we speak; English when there is none. */
export function pickTexts(preferred: readonly string[]): Texts {
  for (const tag of preferred) {
    const texts = LANGUAGES.find(({ language }) => language === tag.split("-")[0]?.toLowerCase());
    if (texts !== undefined) return texts;
  }
  return en;
}
