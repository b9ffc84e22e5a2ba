/** What is said of a question in its conversation, in the language of that. */
import type { Catalogue, Language } from "../../../shared/languages.ts";

interface ApprovalWords {
  /** `rules` is what *always* would allow; none where it cannot be chosen. */
  asked(id: string, command: string, rules: readonly string[]): string;
}

export function approvalWords(language: Language): ApprovalWords {
  return WORDS[language];
}

/** More of a command is in the list. */
const MOST_CHARS = 1_000;

const WORDS: Catalogue<ApprovalWords> = {
  en: {
    asked: (id, command, rules) =>
      [
        `This waits for your approval (${id}):`,
        shown(command),
        rules.length === 0
          ? `Answer: /approve ${id} once | deny`
          : `Answer: /approve ${id} once | turn | always | deny`,
        ...rules.map((rule) => `"always" allows from now on: ${shown(rule)}`),
      ].join("\n"),
  },
  de: {
    asked: (id, command, rules) =>
      [
        `Das wartet auf Ihre Erlaubnis (${id}):`,
        shown(command),
        rules.length === 0
          ? `Antworten Sie: /approve ${id} once | deny`
          : `Antworten Sie: /approve ${id} once | turn | always | deny`,
        ...rules.map((rule) => `„always“ erlaubt von da an: ${shown(rule)}`),
      ].join("\n"),
  },
};

/** Marks that nobody sees are seen. */
function shown(text: string): string {
  const visible = text.replace(/(?!\n)[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
  return visible.length <= MOST_CHARS ? visible : `${visible.slice(0, MOST_CHARS)}…`;
}
