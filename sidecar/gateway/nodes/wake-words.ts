/** The words by which devices wake, in `<state>/settings/voicewake.json`. */
import { RequestError } from "../../../shared/errors.ts";
import { readJson, writeJsonFile } from "../../../shared/node/run-state.ts";
import { cutText } from "../text-limits.ts";

const OURS: readonly string[] = ["clawd", "claude", "computer"];
const MOST_WORDS = 32;
const MOST_CHARS = 64;

export class WakeWordStore {
  #file: string;
  #now: () => number;

  constructor(file: string, now: () => number) {
    this.#file = file;
    this.#now = now;
  }

  get(): string[] {
    const { triggers } = readJson(this.#file) ?? {};
    return Array.isArray(triggers) ? fitting(triggers) : [...OURS];
  }

  /** Keeps what of them can be words and returns it; the program's own when none of them can. */
  set(wanted: unknown): string[] {
    if (!Array.isArray(wanted))
      throw new RequestError("PARAMS_INVALID", "voicewake.set requires triggers: string[]");
    const triggers = fitting(wanted);
    writeJsonFile(this.#file, { triggers, updatedAtMs: this.#now() });
    return triggers;
  }
}

function fitting(wanted: readonly unknown[]): string[] {
  const words = wanted.flatMap((each) => {
    const word = typeof each === "string" ? cutText(each.trim(), MOST_CHARS).trim() : "";
    return word === "" ? [] : [word];
  });
  return words.length === 0 ? [...OURS] : words.slice(0, MOST_WORDS);
}
