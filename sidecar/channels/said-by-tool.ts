/** What the tool `message` has said in the chat of its own turn: an answer that only says the same again is not sent. */

/** Shorter ones are said twice on purpose as well, such as a yes. */
const LEAST_CHARS = 10;

export class SaidByTool {
  readonly #texts = new Map<string, string[]>();

  add(turnId: string, text: string): void {
    this.#texts.set(turnId, [...this.of(turnId), text]);
  }

  /** It did not arrive. */
  drop(turnId: string, text: string): void {
    const left = this.of(turnId);
    if (left.includes(text)) this.#texts.set(turnId, left.toSpliced(left.indexOf(text), 1));
  }

  of(turnId: string): readonly string[] {
    return this.#texts.get(turnId) ?? [];
  }

  ended(turnId: string): void {
    this.#texts.delete(turnId);
  }
}

/** Whether the text is one of these, or all of them one after another, whatever spaces, case and marks are between the words. */
export function isRepeated(text: string, said: readonly string[]): boolean {
  const bare = bareText(text);
  if (bare.length < LEAST_CHARS) return false;
  return [...said, said.join("\n")].some((each) => bareText(each) === bare);
}

function bareText(text: string): string {
  return text
    .toLowerCase()
    .replace(/[*_~`\s]+/g, " ")
    .trim();
}
