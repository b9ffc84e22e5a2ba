/** Repetition by the hundred and chance: in full with `npm run soak`, in a short form otherwise. */

/** Tags what `npm run soak` runs. */
export const SOAK = { tag: "@soak" } as const;

/** How often to repeat something. */
export function repetitions({ short, full }: { short: number; full: number }): number {
  return process.env.CLAWDBOT_SOAK === "1" ? full : short;
}

/** The seed of a random test, said on the terminal; CLAWDBOT_TEST_SEED repeats a run. */
export function seedFor(what: string): number {
  const seed = Number(process.env.CLAWDBOT_TEST_SEED ?? Date.now() % 2 ** 31);
  console.log(`${what}: seed ${seed} (CLAWDBOT_TEST_SEED repeats it)`);
  return seed;
}

/** Numbers in [0, 1) that a seed repeats (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
