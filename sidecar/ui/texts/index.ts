/** The catalogue of the page. */
import { type Catalogue, chooseLanguage } from "../../../shared/languages.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";
import type { Texts } from "./texts.ts";

const TEXTS: Catalogue<Texts> = { en, de };

/** The texts for the first preferred language (BCP 47 tags) we speak; English when there is none. */
export function pickTexts(preferred: readonly string[]): Texts {
  return TEXTS[chooseLanguage({ preferred })];
}
