/** An answer that comes whole each time it has grown: tells what of it was not shown yet, cleaned of what would drive a terminal. */
import { neutralText } from "../../../shared/foreign-text.ts";

export class GrowingText {
  #shown: string;

  /** `shown` stands on the screen already. */
  constructor(shown = "") {
    this.#shown = shown;
  }

  /** What was shown so far. */
  get shown(): string {
    return this.#shown;
  }

  /** The new end of the text. One that begins otherwise is another one, and comes whole; one that was longer already has no new end. */
  next(text: string): { more: string; isOther: boolean } {
    const whole = neutralText(text);
    if (this.#shown.startsWith(whole)) return { more: "", isOther: false };
    const isOther = !whole.startsWith(this.#shown);
    const more = isOther ? whole : whole.slice(this.#shown.length);
    this.#shown = whole;
    return { more, isOther };
  }
}
