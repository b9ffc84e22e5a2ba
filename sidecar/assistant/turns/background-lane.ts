/** What is done while nobody waits for it, in all sessions one thing after the other. */
import { errorText } from "../../../shared/errors.ts";
import type { Logger } from "../../base/log/logger.ts";

export class BackgroundLane {
  #log: Logger;
  #last: Promise<void> = Promise.resolve();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Never fails: what goes wrong is logged with the name of the task. Once the signal is aborted nothing more begins. */
  add(task: { name: string; sessionKey: string }, signal: AbortSignal, run: () => Promise<unknown>): void {
    this.#last = this.#last.then(async () => {
      if (signal.aborted) return;
      try {
        await run();
      } catch (error) {
        if (!signal.aborted)
          this.#log.info(
            { ...task, reason: errorText(error) },
            "something in the background came to nothing",
          );
      }
    });
  }

  /** Resolves when nothing is done any more. */
  async settled(): Promise<void> {
    await this.#last;
  }
}
