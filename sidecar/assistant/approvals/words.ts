/** What is said of a question in its conversation, in the language of that. */
import type { Catalogue, Language } from "../../../shared/languages.ts";

interface ApprovalWords {
  /**
   * `rules` is what *always* would allow; none where it cannot be chosen. `changed` is what is another one since the command was allowed,
   * where it was.
   */
  asked(id: string, command: string, rules: readonly string[], changed?: readonly string[]): string;
}

export function approvalWords(language: Language): ApprovalWords {
  return WORDS[language];
}

/** More of a command is in the list. */
const MOST_CHARS = 1_000;

const WORDS: Catalogue<ApprovalWords> = {
  en: {
    asked: (id, command, rules, changed) =>
      [
        `This waits for your approval (${id}):`,
        shown(command),
        ...(changed === undefined
          ? []
          : [`It is asked again, as something changed since it was allowed: ${listed(changed)}`]),
        rules.length === 0
          ? `Answer: /approve ${id} once | deny`
          : `Answer: /approve ${id} once | turn | always | deny`,
        ...rules.map((rule) => `"always" allows from now on: ${shown(rule)}`),
      ].join("\n"),
  },
  de: {
    asked: (id, command, rules, changed) =>
      [
        `Das wartet auf Ihre Erlaubnis (${id}):`,
        shown(command),
        ...(changed === undefined
          ? []
          : [
              `Das wird noch einmal gefragt, denn seit der Erlaubnis hat sich etwas geändert: ${listed(changed)}`,
            ]),
        rules.length === 0
          ? `Antworten Sie: /approve ${id} once | deny`
          : `Antworten Sie: /approve ${id} once | turn | always | deny`,
        ...rules.map((rule) => `„always“ erlaubt von da an: ${shown(rule)}`),
      ].join("\n"),
  },
};

function listed(names: readonly string[]): string {
  return shown(names.join(", "));
}

/** Marks that nobody sees are seen. */
function shown(text: string): string {
  const visible = text.replace(/(?!\n)[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
  return visible.length <= MOST_CHARS ? visible : `${visible.slice(0, MOST_CHARS)}…`;
}
