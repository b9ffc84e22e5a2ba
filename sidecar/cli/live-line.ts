/** One line on a terminal that says what a command waits for and for how long already; it is gone as soon as anything is printed. */
import type { Environment } from "../../shared/node/paths.ts";

interface Terminal {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  write(text: string): unknown;
}

/** What takes less is not worth a line. */
const FIRST_AFTER_MS = 400;
const EVERY_MS = 1_000;
const DEFAULT_COLUMNS = 80;
/** Back to the first column, and everything in the line away (ECMA-48, EL). */
const WIPE = "\r\u001b[K";

export class LiveLine {
  readonly #terminal: Terminal | undefined;
  #isShown = false;
  #isHeld = false;

  /** Shows nothing where nobody sees it: on pipes, in files, and on terminals that cannot wipe a line. */
  constructor(stream: Terminal, env: Environment) {
    this.#terminal = stream.isTTY && env.TERM !== "dumb" ? stream : undefined;
  }

  /** Shows `what` with the seconds so far until the work has ended, and resolves or rejects as it does. */
  async during<T>(what: string, work: Promise<T>): Promise<T> {
    if (this.#terminal === undefined) return work;
    const startedAt = performance.now();
    const show = () => this.#show(`${what}… ${Math.round((performance.now() - startedAt) / 1_000)} s`);
    let timer = setTimeout(() => {
      show();
      timer = setInterval(show, EVERY_MS);
    }, FIRST_AFTER_MS);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
      this.wipe();
    }
  }

  /** Nothing is shown while the terminal asks somebody. */
  async without<T>(question: Promise<T>): Promise<T> {
    this.wipe();
    this.#isHeld = true;
    try {
      return await question;
    } finally {
      this.#isHeld = false;
    }
  }

  /** Takes the line away, so that something else can be printed in its place. */
  wipe(): void {
    if (this.#isShown) this.#terminal?.write(WIPE);
    this.#isShown = false;
  }

  #show(text: string): void {
    if (this.#isHeld) return;
    const columns = this.#terminal?.columns || DEFAULT_COLUMNS;
    // One that wraps could not be wiped.
    this.#terminal?.write(`${WIPE}${text.slice(0, columns - 1)}`);
    this.#isShown = true;
  }
}
