/** What was typed in chats, for the keys Up and Down of the next one: one JSON string per line, the oldest first. */
import { join } from "node:path";
import { errorText } from "../../../shared/errors.ts";
import { writePrivateFile } from "../../../shared/node/private-file.ts";
import { smallText } from "../../../shared/node/small-file.ts";

/** As many inputs are kept. */
const MOST_INPUTS = 500;
/** A longer input, such as a pasted file, is not kept, in characters. */
const MOST_CHARS = 10_000;

export class InputHistory {
  readonly #file: string;

  constructor(stateDir: string) {
    this.#file = join(stateDir, "chat-history.jsonl");
  }

  get file(): string {
    return this.#file;
  }

  /** What was kept, the oldest first; lines that are none are passed over. */
  read(): string[] {
    return (smallText(this.#file) ?? "").split("\n").flatMap(inputIn).slice(-MOST_INPUTS);
  }

  /** Adds to what is there by now, which another chat may have added. Returns why that failed; undefined when it did not. */
  add(input: string): string | undefined {
    if (input.length > MOST_CHARS) return undefined;
    const known = this.read();
    if (known.at(-1) === input) return undefined;
    const lines = [...known, input].slice(-MOST_INPUTS).map((each) => JSON.stringify(each));
    try {
      writePrivateFile(this.#file, `${lines.join("\n")}\n`, { durable: false });
      return undefined;
    } catch (error) {
      return errorText(error);
    }
  }
}

function inputIn(line: string): string[] {
  try {
    const input: unknown = JSON.parse(line);
    return typeof input === "string" ? [input] : [];
  } catch {
    return []; // An empty line, or half of one that somebody else wrote.
  }
}
