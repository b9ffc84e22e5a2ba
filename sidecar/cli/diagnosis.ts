/** The report of `clawdbot doctor`, for people and as JSON. Holds no secret: findings never do. */
import { neutralLine } from "../../shared/foreign-text.ts";
import { launcherOf, type ProfileContext } from "../../shared/node/profile-context.ts";
import { advice, type Remedy, spell, whole } from "../../shared/remedy.ts";
import type { Finding, FindingLevel } from "../setup/doctor/check.ts";
import type { Outcome } from "../setup/doctor/run-checks.ts";
import type { Output } from "./output.ts";

export function diagnosisDocument(
  { findings, repaired, failed }: Outcome,
  context: ProfileContext,
): Record<string, unknown> {
  const { paths } = context;
  const launcher = launcherOf(context);
  return {
    ok: findings.every(({ level }) => level !== "error"),
    profile: paths.profile ?? "default",
    stateDir: paths.stateDir,
    configFile: paths.configFile,
    findings: findings.map(({ repair, remedy, message, ...finding }) => ({
      ...finding,
      message: spell(message, launcher),
      ...(remedy === undefined ? {} : { remedy: spell(remedy, launcher) }),
      ...(repair === undefined
        ? {}
        : { repair: { kind: repair.kind, describe: spell(repair.describe, launcher) } }),
    })),
    repaired: repaired.map((each) => ({ ...each, done: spell(each.done, launcher) })),
    failed,
  };
}

/**
 * What was done, then what remains by weight, each with its remedy; the last line says how it stands. `nonInteractive`: the run was not
 * allowed more than safe repairs, whatever else it was told.
 */
export function printDiagnosis(
  outcome: Outcome,
  output: Output,
  { nonInteractive }: { nonInteractive: boolean },
): void {
  const { findings, repaired, failed } = outcome;
  // One deed can end several findings.
  for (const done of new Set(repaired.map((each) => output.spell(each.done)))) output.tick(done);
  for (const { attempt, error } of failed)
    output.say(output.mark("failed", advice`could not ${whole(attempt)}: ${whole(error)}`));
  for (const [level, title, color] of GROUPS) {
    const group = findings.filter((finding) => finding.level === level);
    if (group.length === 0) continue;
    output.say(output.paint(color, `${title} (${group.length})`));
    for (const finding of group) printFinding(finding, output);
  }
  output.say(verdict(findings, output));
  // What was tried just now and did not work is not offered as if it would.
  const untried = findings.filter(
    ({ code, subject }) => !failed.some((each) => isSame(each, { code, subject })),
  );
  const fix = (options: readonly string[]): Remedy => {
    const command = { command: ["doctor", "--fix", ...options] };
    return nonInteractive ? advice`${command} without --non-interactive` : command;
  };
  for (const line of offers(untried, fix)) output.say(line);
}

function isSame(
  a: { code: string; subject?: string },
  b: { code: string; subject: string | undefined },
): boolean {
  return a.code === b.code && a.subject === b.subject;
}

/** Begins with a capital unless it begins with a name, and has no full stop: findings come from many hands. */
export function sentence(text: string): string {
  return text
    .replace(/^[a-z]+(?= )/, (word) => word.charAt(0).toUpperCase() + word.slice(1))
    .replace(/\.$/, "");
}

const GROUPS: readonly (readonly [FindingLevel, string, "red" | "yellow" | "dim"])[] = [
  ["error", "Errors", "red"],
  ["warning", "Warnings", "yellow"],
  ["hint", "Hints", "dim"],
];

function printFinding({ message, remedy, repair }: Finding, output: Output): void {
  // Findings repeat names that somebody chose, of files and programs: one line stays one line.
  output.say(`  ${neutralLine(sentence(output.spell(message)))}`);
  if (repair !== undefined) {
    output.say(
      `    ${repair.kind === "drastic" ? "--fix --force" : "--fix"}: ${neutralLine(output.spell(repair.describe))}`,
    );
  }
  if (remedy !== undefined)
    output.say(`    ${repair === undefined ? "Fix" : "or"}: ${neutralLine(output.spell(remedy))}`);
}

function verdict(findings: readonly Finding[], output: Output): string {
  const count = (level: FindingLevel) => findings.filter((finding) => finding.level === level).length;
  const [errors, warnings] = [count("error"), count("warning")];
  if (errors + warnings === 0) return output.mark("ok", "Everything is fine");
  const parts = [plural(errors, "error"), plural(warnings, "warning")].filter((part) => part !== "");
  const text = parts.join(" and ");
  return errors === 0 ? `No errors, but ${text}.` : output.mark("failed", text);
}

/** Which command carries out what is offered. */
function offers(findings: readonly Finding[], fix: (options: readonly string[]) => Remedy): Remedy[] {
  const repairs = findings.flatMap(({ repair }) => repair ?? []);
  const drastic = repairs.filter(({ kind }) => kind === "drastic").length;
  const plain = repairs.length - drastic;
  return [
    ...(plain > 0 ? [advice`${fix([])} repairs ${plain === 1 ? "one of them" : `${plain} of them`}.`] : []),
    ...(drastic > 0 ? [advice`${fix(["--force"])} repairs ${drastic === 1 ? "one" : drastic} more.`] : []),
  ];
}

function plural(count: number, noun: string): string {
  if (count === 0) return "";
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
