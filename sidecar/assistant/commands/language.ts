/** In which language commands are answered. */
import { LANGUAGES, type Language } from "../../../shared/languages.ts";

/** Short words that only one of the languages has. */
const WORDS: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set(
    "the and is are you i it of to what how why please this that with for not my can do does was have will would there be me an at on from your".split(
      " ",
    ),
  ),
  de: new Set(
    "der die das und ist sind du ich es ein eine einen nicht mit für was wie warum bitte mir mich dir dich sie wir ihr auf von zu den dem im kann kannst hast habe wird noch auch nur mal aber oder wenn heute morgen danke".split(
      " ",
    ),
  ),
};

/** The configured one, else that of the newest text that shows one, else `otherwise`. */
export function replyLanguage(
  configured: unknown,
  newestFirst: readonly string[],
  otherwise: Language = "en",
): Language {
  const chosen = LANGUAGES.find((language) => language === configured);
  if (chosen !== undefined) return chosen;
  for (const text of newestFirst) {
    const guessed = guessLanguage(text);
    if (guessed !== undefined) return guessed;
  }
  return otherwise;
}

/** Undefined where the text says too little, or is of neither language. */
export function guessLanguage(text: string): Language | undefined {
  const words =
    text
      .slice(0, 2_000)
      .toLowerCase()
      .match(/\p{L}+/gu) ?? [];
  const hits = (language: Language) => words.filter((word) => WORDS[language].has(word)).length;
  const [english, german] = [hits("en"), hits("de") + (/[äöüß]/i.test(text) ? 1 : 0)];
  if (english === german) return undefined;
  return german > english ? "de" : "en";
}
