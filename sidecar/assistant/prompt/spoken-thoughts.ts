/**
 * Thoughts that a model writes into its answer, between `<think>` and `</think>`. What stands so in a block of code is an example; a
 * thought may have code in it, and one that is never closed goes to the end.
 */

/** A block of code, or a thought with its end where that is there: whichever comes first. */
const CODE_OR_THOUGHT =
  /^[ \t]*```[\s\S]*?(?:^[ \t]*```[ \t]*$|(?![\s\S]))|<(think|thinking)(?=[\s>])[^<>]{0,200}>([\s\S]*?)(<\/\1>|(?![\s\S]))/gim;

/** The answer without its thoughts. */
export function withoutThoughts(answer: string): string {
  if (!mayThink(answer)) return answer;
  return answer.replace(CODE_OR_THOUGHT, (found, name?: string) => (name === undefined ? found : ""));
}

/** What is thought in the answer. While it is still being written (`isWhole` false), an end that may become the mark of the end is left out. */
export function thoughtsIn(answer: string, isWhole: boolean): string {
  if (!mayThink(answer)) return "";
  return [...answer.matchAll(CODE_OR_THOUGHT)]
    .map(([, name, thought = "", end]) => {
      if (name === undefined) return "";
      return end === "" && !isWhole ? thought.replace(/<[^<>\n]{0,12}$/, "") : thought;
    })
    .map((thought) => thought.trim())
    .filter((thought) => thought !== "")
    .join("\n\n");
}

function mayThink(answer: string): boolean {
  return /<think/i.test(answer);
}

/** A mark, and a little more. */
const MARK_CHARS = 230;

/** Tells of an answer that comes in pieces what more of it is thought. */
export class SpokenThoughts {
  #answer = "";
  #told = "";
  #isOpen = false;

  /** What the piece adds to the thoughts; "" for most. */
  more(piece: string): string {
    this.#answer += piece;
    // Without a mark nearby nothing begins, and nothing ends.
    if (!this.#isOpen && !this.#answer.slice(-MARK_CHARS - piece.length).includes("<")) return "";
    const all = thoughtsIn(this.#answer, false);
    this.#isOpen = withoutThoughts(`${this.#answer}x`) === withoutThoughts(this.#answer);
    const more = all.slice(this.#told.length);
    this.#told = all;
    return more;
  }
}
