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
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await until(signal, reader.read());
      if (done) return;
      yield value;
    }
  } finally {
    // Whoever wrote it may be gone with an error of its own, which was told already.
    reader.cancel().catch(() => {});
  }
}
