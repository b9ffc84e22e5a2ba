/**
 * What the model thinks, where the conversation shows it (`/reasoning`): whole before the answer, or as it is thought. The gateway tells
 * whoever asked for it, and those with a level besides what the conversation chose.
 */
import { isRecord } from "../../../shared/protocol/frame.ts";
import { GrowingText } from "./growing-text.ts";

/** Where thoughts are shown. */
export interface ThoughtView {
  /** More of what is thought; nothing of it is said twice. */
  thinking(more: string): void;
  /** What was thought so far is all of it. */
  thoughtEnded(): void;
}

export class Thoughts {
  readonly #view: ThoughtView;
  #shown: GrowingText | undefined;
  /** Kept until all of it is there. */
  #whole = "";

  constructor(view: ThoughtView) {
    this.#view = view;
  }

  /** Takes the data of a step; nothing of one that the conversation does not show. */
  take(data: unknown): void {
    if (!isRecord(data) || typeof data.text !== "string") return;
    if (data.level === "on") {
      // Another message begins with another thought.
      if (!data.text.startsWith(this.#whole)) this.end();
      this.#whole = data.text;
    } else if (data.level === "stream") this.#show(data.text);
  }

  /** Something else follows. */
  end(): void {
    if (this.#whole !== "") this.#show(this.#whole);
    this.#whole = "";
    if (this.#shown !== undefined) this.#view.thoughtEnded();
    this.#shown = undefined;
  }

  #show(text: string): void {
    this.#shown ??= new GrowingText();
    const { more, isOther } = this.#shown.next(text);
    if (isOther) this.#view.thoughtEnded();
    if (more !== "") this.#view.thinking(more);
  }
}
