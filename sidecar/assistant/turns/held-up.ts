/** What of the turns the store does not take at the moment, and why: told by the health of the gateway for as long as it lasts. */
import { errorSentence } from "../../../shared/errors.ts";
import { english } from "../../../shared/remedy.ts";

export class HeldUp {
  /** By run, or by session where nothing has begun. */
  readonly #reasons = new Map<string, string>();

  /** The reason of the newest of them; undefined while the store takes everything. */
  get reason(): string | undefined {
    return [...this.#reasons.values()].at(-1);
  }

  /** True when it was not held up before. */
  add(what: string, error: unknown): boolean {
    const isNew = !this.#reasons.delete(what);
    this.#reasons.set(what, english(errorSentence(error)));
    return isNew;
  }

  over(what: string): void {
    this.#reasons.delete(what);
  }
}
