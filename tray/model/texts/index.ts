/** Picks the catalogue for a locale. */
import { de } from "./de.ts";
import { en, type Texts } from "./en.ts";

export type { Texts } from "./en.ts";

const CATALOGUES: readonly Texts[] = [en, de];

/** The texts for a locale such as `de_AT.UTF-8` or `en-GB`; English for languages that we do not have. */
export function textsFor(locale: string): Texts {
  const language = locale.split(/[-_.@]/)[0]?.toLowerCase();
  return CATALOGUES.find((texts) => texts.language === language) ?? en;
}
