/**
 * What stands on the screen and was not found in the history yet: one's own messages from the moment they are typed, answers as they
 * came, and beginnings of answers that were cut off. A message of the history that is one of them is not shown again.
 */
import type { SaidMessage } from "./said-message.ts";

interface Shown {
  role: SaidMessage["role"];
  text: string;
  /** The beginning of a text whose rest nobody saw. */
  isCut: boolean;
}

/** Who never reads the history again needs none of it. */
const MOST = 500;

export class Unmatched {
  #shown: Shown[] = [];
  #failures: string[] = [];

  add(role: SaidMessage["role"], text: string): void {
    this.#shown.push({ role, text: text.trim(), isCut: false });
    if (this.#shown.length > MOST) this.#shown.shift();
  }

  addCut(text: string): void {
    if (text.trim() !== "") this.#shown.push({ role: "assistant", text: text.trim(), isCut: true });
  }

  addFailure(text: string): void {
    this.#failures.push(text);
  }

  /** Forgets the latest of these: it will never be found. */
  drop(role: SaidMessage["role"], text: string): void {
    const index = this.#shown.findLastIndex((each) => each.role === role && each.text === text.trim());
    if (index !== -1) this.#shown.splice(index, 1);
  }

  /** The beginning that was cut off and goes on in this text, which is forgotten then; "" where there is none. */
  cutTextFor(text: string): string {
    if (text === "") return "";
    const index = this.#shown.findIndex(
      (each) => each.isCut && (text.startsWith(each.text) || each.text.startsWith(text)),
    );
    return index === -1 ? "" : (this.#shown.splice(index, 1)[0]?.text ?? "");
  }

  /** Whether the message is shown already, but for `rest`; what it was is forgotten then. */
  match({ role, text, error }: SaidMessage): { isShown: boolean; rest: string } {
    if (error !== undefined && this.#failures.some((each) => isSameFailure(each, error))) {
      this.#failures = this.#failures.filter((each) => !isSameFailure(each, error));
      this.cutTextFor(text);
      return { isShown: true, rest: "" };
    }
    const index = this.#shown.findIndex((each) => each.role === role && !each.isCut && each.text === text);
    if (index !== -1) {
      this.#shown.splice(index, 1);
      return { isShown: true, rest: "" };
    }
    if (role === "user") return { isShown: this.#isSeveral(text), rest: "" };
    const cut = role === "assistant" ? this.cutTextFor(text) : "";
    return { isShown: cut !== "", rest: cut === "" ? "" : text.slice(cut.length).trim() };
  }

  /** Messages that waited together are one in the history. */
  #isSeveral(text: string): boolean {
    const users = this.#shown.filter(({ role }) => role === "user");
    for (const first of users.keys()) {
      for (let count = 2; first + count <= users.length; count += 1) {
        const part = users.slice(first, first + count);
        if (part.map((each) => each.text).join("\n") !== text) continue;
        this.#shown = this.#shown.filter((each) => !part.includes(each));
        return true;
      }
    }
    return false;
  }
}

/** Events cut long ones. */
function isSameFailure(told: string, stored: string): boolean {
  return told === stored || (told.endsWith("…") && stored.startsWith(told.slice(0, -1)));
}
