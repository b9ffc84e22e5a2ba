/** Lets every check look, and carries out those repairs that were agreed to. */

import { errorSentence } from "../../../shared/errors.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";
import type { Check, CheckContext, Finding, FindingLevel, Repair } from "./check.ts";

/** A repair that was carried out: `done` is its own account. */
export interface Repaired {
  code: string;
  subject?: string;
  done: Remedy;
}

/** A repair that did not work. */
export interface FailedRepair {
  code: string;
  subject?: string;
  /** What it was to do. */
  attempt: Remedy;
  error: Remedy;
}

/** What is left after all repairs, worst first, and what was done. */
export interface Outcome {
  findings: Finding[];
  repaired: Repaired[];
  failed: FailedRepair[];
}

/** Whether the repair of this finding may be carried out. */
export type Consent = (finding: Finding, repair: Repair) => boolean | Promise<boolean>;

/** A repair can bring other findings to light; after this many looks it is enough. */
const MOST_ROUNDS = 6;

const ORDER: readonly FindingLevel[] = ["error", "warning", "hint"];

/**
 * Looks, repairs what `consent` allows, and looks again until there is nothing left that may be repaired. Every repair is tried
 * once; one that fails is reported and does not keep the others from being tried.
 */
export async function runChecksAndRepair(
  checks: readonly Check[],
  readCheckContext: () => Promise<CheckContext>,
  consent: Consent,
): Promise<Outcome> {
  const outcome: Omit<Outcome, "findings"> = { repaired: [], failed: [] };
  const asked = new Set<string>();
  for (let round = 1; ; round += 1) {
    const findings = await runChecks(checks, await readCheckContext());
    const fresh = findings.filter((finding) => !asked.has(keyOf(finding)));
    const changes = round < MOST_ROUNDS ? await repairAll(fresh, consent, outcome) : 0;
    for (const finding of fresh) asked.add(keyOf(finding));
    if (changes === 0) return { ...outcome, findings: findings.sort(bySeverity) };
  }
}

/** All findings of all checks, in the order of the checks. */
async function runChecks(checks: readonly Check[], context: CheckContext): Promise<Finding[]> {
  const found = await Promise.all(checks.map((check) => findingsOf(check, context)));
  return found.flat();
}

async function findingsOf(check: Check, context: CheckContext): Promise<Finding[]> {
  try {
    return await check.examine(context);
  } catch (error) {
    const message = advice`the check ${check.id} could not be carried out: ${errorSentence(error)}`;
    return [{ code: "check-failed", level: "warning", subject: check.id, message }];
  }
}

/** How many repairs were carried out. They follow the order of the checks, which goes from the ground up. */
async function repairAll(
  findings: readonly Finding[],
  consent: Consent,
  outcome: Omit<Outcome, "findings">,
): Promise<number> {
  let carriedOut = 0;
  for (const finding of findings) {
    const { code, subject, repair } = finding;
    if (repair === undefined || !(await consent(finding, repair))) continue;
    const what = subject === undefined ? { code } : { code, subject };
    try {
      outcome.repaired.push({ ...what, done: await repair.apply() });
      carriedOut += 1;
    } catch (error) {
      outcome.failed.push({ ...what, attempt: repair.describe, error: errorSentence(error) });
    }
  }
  return carriedOut;
}

function bySeverity(a: Finding, b: Finding): number {
  return ORDER.indexOf(a.level) - ORDER.indexOf(b.level);
}

function keyOf({ code, subject }: Finding): string {
  return JSON.stringify([code, subject]);
}
