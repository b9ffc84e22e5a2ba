/** What the clock on the wall of a zone shows, and when: twice in the hour that is put back, never in the one that is left out. */
import { offsetAt } from "../prompt/time.ts";

/** Clocks are put on or back by less than this, in ms. */
export const MOST_SHIFT_MS = 4 * 3_600_000;

export interface WallMoments {
  /** The moments at which the clock shows it, the first one first. */
  moments: number[];
  /** Where it is never shown: the first moment behind the jump. */
  jumpEnd?: number;
  /** The clock is put on or back about then. */
  isShifting: boolean;
}

/** `wallMs` is what the clock shows, written as if it were UTC. */
export function momentsOfWall(wallMs: number, zone: string): WallMoments {
  const nearMs = wallMs - offsetAt(zone, wallMs);
  const [fromMs, toMs] = [nearMs - MOST_SHIFT_MS, nearMs + MOST_SHIFT_MS];
  const [before, after] = [offsetAt(zone, fromMs), offsetAt(zone, toMs)];
  if (before === after) return { moments: [wallMs - before], isShifting: false };
  const shown = [wallMs - before, wallMs - after].filter(
    (moment) => moment + offsetAt(zone, moment) === wallMs,
  );
  const moments = [...new Set(shown)].sort((one, other) => one - other);
  if (moments.length > 0) return { moments, isShifting: true };
  return { moments, jumpEnd: firstWithOffset(zone, after, { fromMs, toMs }), isShifting: true };
}

/** The first moment for which people take the time: the first of two, and behind the jump where there is none. */
export function momentOfWall(wallMs: number, zone: string): number {
  const { moments, jumpEnd = wallMs } = momentsOfWall(wallMs, zone);
  return moments[0] ?? jumpEnd;
}

function firstWithOffset(
  zone: string,
  offset: number,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): number {
  let [low, high] = [fromMs, toMs];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(zone, middle) === offset) high = middle;
    else low = middle;
  }
  return high;
}
