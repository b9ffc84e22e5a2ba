/** What is done for an answer that takes its time: told after a while, and again whenever it is something else. */
import type { Clock } from "../../shared/clock.ts";
import type { Disposable } from "../../shared/lifecycle.ts";
import type { Busy } from "../assistant/turns/run-announcer.ts";

/** As long as nothing is told, in ms. */
const PATIENCE_MS = 20_000;

export class StatusLine implements Disposable {
  #tell: (what: Busy) => void;
  #timer: Disposable;
  #what: Busy = "answer";
  #isDue = false;
  #isOver = false;

  constructor(clock: Clock, tell: (what: Busy) => void) {
    this.#tell = tell;
    this.#timer = clock.after(PATIENCE_MS, () => {
      this.#isDue = true;
      this.#tell(this.#what);
    });
  }

  does(what: Busy): void {
    this.#what = what;
    if (this.#isDue && !this.#isOver) this.#tell(what);
  }

  dispose(): void {
    this.#isOver = true;
    this.#timer.dispose();
  }
}
