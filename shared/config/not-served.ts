/** What a configuration says to nobody, in words: one line for each key. */
import { advice, told } from "../remedy.ts";
import { type ConfigIssue, MOST_FINDINGS } from "./findings.ts";
import { notServedIn } from "./keys.ts";

/** At most `MOST_FINDINGS` findings, and how many there are beyond those. */
export function notServedFindings(config: unknown): { issues: ConfigIssue[]; more?: number } {
  const all = notServedIn(config);
  const issues = all.slice(0, MOST_FINDINGS).map(({ path, instead, isMeaningless }) => ({
    path,
    message: isMeaningless
      ? advice`this value does not count; ${told(instead)}`
      : advice`this release does not serve it; ${told(instead)}`,
  }));
  return all.length > issues.length ? { issues, more: all.length - issues.length } : { issues };
}
