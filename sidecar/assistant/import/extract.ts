/** A summary made of what was said, for one that was never written: the last sentences of the person, and what the assistant promised. */

const USER_SENTENCES = 40;
const PROMISES = 40;
const MOST_CHARS = 12_000;
/** Of one sentence. */
const SENTENCE_CHARS = 400;
/** Dates, times and what binds somebody. */
const BINDING =
  /\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[.:/]\d{2}\b|\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|deadline|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|morgen|i(?:'|’)?ll|i will|ich werde)\b/i;

export class Extract {
  #user: string[] = [];
  #assistant: string[] = [];

  add(role: string, text: string): void {
    const sentences = sentencesIn(text);
    if (role === "user") this.#user = [...this.#user, ...sentences].slice(-USER_SENTENCES);
    if (role !== "assistant") return;
    this.#assistant = [...this.#assistant, ...sentences.filter((each) => BINDING.test(each))].slice(
      -PROMISES,
    );
  }

  /** Verbatim, and marked as what it is; undefined where nothing was said. */
  text(): string | undefined {
    if (this.#user.length === 0 && this.#assistant.length === 0) return undefined;
    const part = (title: string, lines: readonly string[]) =>
      lines.length === 0 ? "" : `\n\n## ${title}\n${lines.map((line) => `- ${line}`).join("\n")}`;
    const whole = `Extract of what was said before, word for word; no summary was written at the time.${part(
      "The person said",
      this.#user,
    )}${part("The assistant said", this.#assistant)}`;
    return whole.slice(0, MOST_CHARS);
  }
}

function sentencesIn(text: string): string[] {
  return text
    .split(/(?<=[.!?…])\s+|\n+/)
    .map((sentence) => sentence.trim().slice(0, SENTENCE_CHARS))
    .filter((sentence) => sentence !== "");
}
