/** Work of others that goes no further than a signal lets it. */

/** What the work comes to, unless the signal is aborted first: then its reason. */
export function until<T>(signal: AbortSignal, work: PromiseLike<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    const settle = (act: () => void) => {
      signal.removeEventListener("abort", giveUp);
      act();
    };
    work.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}

/** The chunks of a stream until the signal is aborted: then its reason, at once. */
export async function* readable<T>(stream: ReadableStream<T>, signal: AbortSignal): AsyncGenerator<T> {
  signal.throwIfAborted();
  const reader = stream.getReader();
  // Once for all chunks: what waits for the next one fails.
  const giveUp = () => reader.releaseLock();
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener("abort", giveUp);
    reader.releaseLock();
    // Whoever wrote it may be gone with an error of its own, which was told already.
    stream.cancel().catch(() => {});
  }
}
