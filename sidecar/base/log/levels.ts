/** The levels of a log line, with the numbers that stand for them there. */

/** From the least to the most important. */
export const LINE_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type LineLevel = (typeof LINE_LEVELS)[number];

/** The number of a level in the log: the larger, the worse. */
export function levelNumber(level: LineLevel): number {
  return (LINE_LEVELS.indexOf(level) + 1) * 10;
}

/** The name of the level with this number; of others the number itself. */
export function levelName(number: number): string {
  return LINE_LEVELS.find((level) => levelNumber(level) === number) ?? String(number);
}
