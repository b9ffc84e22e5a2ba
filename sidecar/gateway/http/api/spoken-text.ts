/** What of an answer can be sent on while it is being said. What was sent cannot be taken back, so nothing is sent that may still change. */
import { isRecord } from "../../../../shared/protocol/frame.ts";

/** Between two messages of one answer. */
const APART = "\n\n";

export class SpokenText {
  #runId: string;
  #say: (delta: string) => void;
  /** Messages of the assistant before the one that is being said, with what parts them from it. */
  #before = "";
  #current = "";
  /** Another message, or the current one in other words: the announcement of the whole text tells. */
  #unclear: string | undefined;
  #sent = "";

  /** `say` gets each piece in its order. */
  constructor(runId: string, say: (delta: string) => void) {
    this.#runId = runId;
    this.#say = say;
  }

  /** Takes an announcement of the gateway; those of other runs say nothing here. */
  hear(name: string, payload: unknown): void {
    if (!isRecord(payload) || payload.runId !== this.#runId) return;
    const { data, message, state, stream } = payload;
    if (name === "agent" && stream === "assistant" && isRecord(data))
      this.#message(String(data.text), String(data.delta));
    else if (name === "chat" && state === "delta") this.#whole(textIn(message));
  }

  /** The whole answer as it is kept: says what is left of it. */
  end(text: string): void {
    if (text.startsWith(this.#sent)) this.#sendUpTo(text);
    // It was put differently after a part of it had been said.
    else if (text !== "") this.#say(`${APART}${text}`);
  }

  /** One message as far as it was said, with what is new of it. */
  #message(text: string, delta: string): void {
    const begins = delta === text && (this.#unclear ?? this.#current) !== "";
    if (!begins && this.#unclear === undefined) this.#current = text;
    else if (begins && text.length <= this.#current.length) this.#next(text);
    else this.#unclear = text;
    if (this.#unclear === undefined) this.#sendUpTo(this.#before + this.#current);
  }

  #whole(text: string): void {
    const unclear = this.#unclear;
    if (unclear === undefined) return;
    if (text === `${this.#before}${this.#current}${APART}${unclear}`) this.#next(unclear);
    else if (text === this.#before + unclear) this.#current = unclear;
    else return;
    this.#unclear = undefined;
    this.#sendUpTo(text);
  }

  #next(text: string): void {
    this.#before = `${this.#before}${this.#current}${APART}`;
    this.#current = text;
  }

  #sendUpTo(text: string): void {
    if (!text.startsWith(this.#sent) || text.length === this.#sent.length) return;
    const delta = text.slice(this.#sent.length);
    this.#sent = text;
    this.#say(delta);
  }
}

function textIn(message: unknown): string {
  const content = isRecord(message) && Array.isArray(message.content) ? message.content : [];
  return content
    .map((block) => (isRecord(block) && block.type === "text" ? String(block.text) : ""))
    .join("");
}
