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
    failed: failed.map((each) => ({
      ...each,
      attempt: spell(each.attempt, launcher),
      error: spell(each.error, launcher),
    })),
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
    output.say(output.mark("failed", advice`could not ${whole(attempt)}: ${error}`));
  for (const [level, title, color] of GROUPS) {
    const group = findings.filter((finding) => finding.level === level);
    if (group.length === 0) continue;
    output.say(output.paint(color, advice`${title} (${group.length})`));
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
  for (const line of offers(untried, findings, fix)) output.say(line);
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
    .replace(/^\p{Ll}+(?= )/u, (word) => word.charAt(0).toUpperCase() + word.slice(1))
    .replace(/\.$/, "");
}

const GROUPS: readonly (readonly [FindingLevel, Remedy, "red" | "yellow" | "dim"])[] = [
  ["error", advice`Errors`, "red"],
  ["warning", advice`Warnings`, "yellow"],
  ["hint", advice`Hints`, "dim"],
];

function printFinding({ message, remedy, repair }: Finding, output: Output): void {
  // Findings repeat names that somebody chose, of files and programs: one line stays one line.
  output.say(advice`  ${neutralLine(sentence(output.spell(message)))}`);
  if (repair !== undefined) {
    output.say(
      advice`    ${repair.kind === "drastic" ? "--fix --force" : "--fix"}: ${neutralLine(output.spell(repair.describe))}`,
    );
  }
  if (remedy !== undefined)
    output.say(
      advice`    ${repair === undefined ? advice`Fix` : advice`or`}: ${neutralLine(output.spell(remedy))}`,
    );
}

function verdict(findings: readonly Finding[], output: Output): Remedy {
  const count = (level: FindingLevel) => findings.filter((finding) => finding.level === level).length;
  const [errors, warnings] = [count("error"), count("warning")];
  if (errors + warnings === 0) return output.mark("ok", "Everything is fine");
  const bad = errors === 1 ? advice`1 error` : advice`${errors} errors`;
  const doubtful = warnings === 1 ? advice`1 warning` : advice`${warnings} warnings`;
  if (errors === 0) return advice`No errors, but ${doubtful}.`;
  return output.mark("failed", warnings === 0 ? bad : advice`${bad} and ${doubtful}`);
}

/** Which command carries out what is offered for the untried ones of all. */
function offers(
  untried: readonly Finding[],
  all: readonly Finding[],
  fix: (options: readonly string[]) => Remedy,
): Remedy[] {
  const repairs = untried.flatMap(({ repair }) => repair ?? []);
  const isOnly = all.filter(({ level }) => level !== "hint").length === 1;
  const drastic = repairs.filter(({ kind }) => kind === "drastic").length;
  const plain = repairs.length - drastic;
  return [
    ...(plain > 0 ? [offer(plain, isOnly, fix([]))] : []),
    ...(drastic > 0
      ? [
          drastic === 1
            ? advice`${fix(["--force"])} repairs one more.`
            : advice`${fix(["--force"])} repairs ${drastic} more.`,
        ]
      : []),
  ];
}

function offer(count: number, isOnly: boolean, command: Remedy): Remedy {
  if (count > 1) return advice`${command} repairs ${count} of them.`;
  return isOnly ? advice`${command} repairs it.` : advice`${command} repairs one of them.`;
}
