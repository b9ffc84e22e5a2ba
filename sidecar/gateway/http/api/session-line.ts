/** Requests of one conversation, one after the other: whoever gives up while waiting has said nothing. */

export class SessionLine {
  /** By session, the end of whoever came last. */
  #last = new Map<string, Promise<void>>();

  /** Resolves when it is the caller's turn, or the signal is aborted; the function that it resolves with must be called at the end. */
  async enter(sessionKey: string, signal: AbortSignal): Promise<() => void> {
    const before = this.#last.get(sessionKey) ?? Promise.resolve();
    const mine = Promise.withResolvers<void>();
    const turn = before.then(() => mine.promise);
    this.#last.set(sessionKey, turn);
    void turn.then(() => {
      if (this.#last.get(sessionKey) === turn) this.#last.delete(sessionKey);
    });
    await untilAborted(before, signal);
    return mine.resolve;
  }
}

async function untilAborted(wanted: Promise<void>, signal: AbortSignal): Promise<void> {
  const given = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => given.resolve(), { once: true });
  if (signal.aborted) return;
  await Promise.race([wanted, given.promise]);
}
