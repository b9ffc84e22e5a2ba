/** What is wrong with a configuration, as findings that a person can act on, and how they are listed. */

import { advice, type Remedy, whole } from "../remedy.ts";

/** One finding: dotted path ("" for the file itself) and what is wrong there; for syntax also where, counted from 1. */
export interface ConfigIssue {
  path: string;
  message: Remedy;
  line?: number;
  column?: number;
}

/** As many as somebody reads. Whoever wants to see the next ones takes some of these out first. */
export const MOST_FINDINGS = 20;

/** What stands behind the last of the findings that are shown; empty when these are all. */
export function moreText(more: number | undefined): string {
  return more === undefined ? "" : `and ${more} more`;
}

/** The findings one by one, each on a line, and how many there are beyond them. */
export function findingLines(issues: readonly ConfigIssue[], more?: number): Remedy[] {
  const lines = issues.map(({ path, message }) =>
    path === "" ? whole(message) : advice`${path}: ${whole(message)}`,
  );
  return more === undefined ? lines : [...lines, advice`and ${more} more`];
}
