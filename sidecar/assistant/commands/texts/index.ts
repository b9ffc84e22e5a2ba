/** The catalogue of commands in a chat. */
import type { Catalogue, Language } from "../../../../shared/languages.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";
import type { CommandTexts } from "./texts.ts";

const TEXTS: Catalogue<CommandTexts> = { en, de };

export function textsIn(language: Language): CommandTexts {
  return TEXTS[language];
}
