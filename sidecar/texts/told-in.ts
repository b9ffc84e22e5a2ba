/** Sentences of ours as they are told in a conversation, in its language. */
import type { Language } from "../../shared/languages.ts";
import { type Remedy, spell } from "../../shared/remedy.ts";
import { translationTo } from "./language.ts";

/** On one line. */
export async function toldIn(language: Language, sentence: Remedy): Promise<string> {
  const launcher = { name: "clawdbot", profile: undefined, translation: await translationTo(language) };
  return spell(sentence, launcher).replace(/\s*\n\s*/g, " ");
}
