/** Has the doctor look at the gateway's profile and reads its findings, for the menu and as a text to be opened. */
import { chmodSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { neutralLine } from "../../shared/foreign-text.ts";
import { ensureDirectory } from "../../shared/node/directory.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import { type Launcher, ours, spell } from "../../shared/remedy.ts";
import type { GatewayProfile } from "../gateway-profiles.ts";
import type { Texts } from "../model/texts/index.ts";
import type { DoctorFinding } from "../model/tray-model.ts";
import { runCommand } from "../supervisor/gateway-command.ts";

export const REPORT_NAME = "doctor.txt";
const TIMEOUT_MS = 60_000;
const MAX_TEXT_LENGTH = 400;
const LEVELS = ["error", "warning", "hint"] as const;

/** The findings, the worst first. Fails with what kept the doctor from looking. */
export async function askDoctor(place: GatewayProfile): Promise<DoctorFinding[]> {
  const answer = await runCommand(place, ["doctor"], { timeoutMs: TIMEOUT_MS });
  // Bad news is an answer as well: the exit code says that an error remains.
  const findings = findingsIn(answer.document);
  if (findings !== undefined) return findings;
  throw new Error(answer.ok ? "clawdbot doctor printed no findings" : answer.failure.message);
}

/** The findings of the document that `clawdbot doctor --json` prints; undefined when it has none such. */
export function findingsIn(document: Record<string, unknown> | undefined): DoctorFinding[] | undefined {
  if (!Array.isArray(document?.findings)) return undefined;
  const named = text(document.profile);
  const launcher = { name: "clawdbot", profile: named === null || named === "default" ? undefined : named };
  const findings = document.findings.filter(isRecord).flatMap((entry): DoctorFinding[] => {
    const level = LEVELS.find((known) => known === entry.level) ?? "hint";
    // A sentence from many hands: some end in a full stop, and a remedy may follow.
    const message = text(entry.message)?.replace(/\.$/, "") ?? null;
    return message === null
      ? []
      : [
          {
            code: text(entry.code) ?? "",
            level,
            message,
            remedy: text(entry.remedy) ?? repairOf(entry, launcher),
          },
        ];
  });
  return findings.toSorted((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}

/** How many of which level, such as `1 error, 2 hints`; empty when there is none. */
export function countsOf(findings: readonly DoctorFinding[], { doctor }: Texts): string {
  const [errors = 0, warnings = 0, hints = 0] = LEVELS.map(
    (level) => findings.filter((finding) => finding.level === level).length,
  );
  return doctor.counts(errors, warnings, hints);
}

/** Writes the findings for people, readable by the owner alone. Throws the system's error. */
export function writeReport(file: string, findings: readonly DoctorFinding[], texts: Texts): void {
  const { doctor } = texts;
  const lines = findings.flatMap(({ code, level, message, remedy }) => [
    "",
    `${level.toUpperCase()}  ${message}`,
    ...(remedy === null ? [] : [`  → ${remedy}`]),
    ...(code === "" ? [] : [`  (${code})`]),
  ]);
  const summary = findings.length === 0 ? doctor.allWell : countsOf(findings, texts);
  ensureDirectory(dirname(file));
  writeFileSync(file, `${[`${doctor.title}: ${summary}`, ...lines].join("\n")}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
}

/** The command that repairs it; null when the doctor cannot. */
function repairOf({ repair }: Record<string, unknown>, launcher: Launcher): string | null {
  if (!isRecord(repair)) return null;
  return spell(repair.kind === "drastic" ? ours`doctor --fix --force` : ours`doctor --fix`, launcher);
}

function text(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? neutralLine(value, MAX_TEXT_LENGTH) : null;
}
