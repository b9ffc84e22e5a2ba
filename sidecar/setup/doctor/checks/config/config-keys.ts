/** Keys that nobody knows: moved where they belong, renamed to what was probably meant, or dropped. */
import { KNOWN_SECTIONS } from "../../../../../shared/config/schema.ts";
import { type ConfigIssue, knownKeys, nearestName } from "../../../../../shared/config/validate.ts";
import { withoutValueAt } from "../../../../base/config/dotted-path.ts";
import type { Check, Finding, Patient } from "../../check.ts";
import { configRemedy, locate, movedValue, valueRepair } from "../../config-repair.ts";
import { isNewerConfig } from "./config-version.ts";

export const configKeys: Check = {
  id: "config-keys",
  examine: async (patient) => {
    const { reading } = patient;
    if (reading.state === "missing") return [];
    if (reading.state === "valid") return reading.warnings.map((issue) => unknownSection(patient, issue));
    return reading.issues.filter(isUnknownKey).map((issue) => unknownKey(patient, issue));
  },
};

/** Whether the finding is about the name of a key and not about its value. */
export function isUnknownKey({ message }: ConfigIssue): boolean {
  return message.startsWith("unknown key");
}

/** Where secrets are put by mistake, and where they belong. */
const MISPLACED: Record<string, readonly string[]> = {
  "gateway.token": ["gateway", "auth", "token"],
  "gateway.password": ["gateway", "auth", "password"],
};

function unknownKey(patient: Patient, { path, message }: ConfigIssue): Finding {
  const parsed = patient.reading.state === "missing" ? {} : patient.reading.parsed;
  const finding: Finding = {
    code: "config-key-unknown",
    level: "error",
    subject: path,
    message: `${path}: ${message}, so the gateway does not start`,
    remedy: configRemedy(patient, `clawdbot config unset ${path}`),
  };
  const keys = locate(parsed, path);
  if (keys === undefined) return finding;
  const home = MISPLACED[path];
  if (home !== undefined && movedValue(parsed, keys, home) !== undefined) {
    const place = home.join(".");
    const move = valueRepair(patient, {
      kind: "safe",
      describe: `move it to ${place}`,
      done: `moved ${path} to ${place}`,
      change: (values) => movedValue(values, keys, home),
    });
    return { ...finding, code: "config-key-misplaced", ...move };
  }
  // The words of a newer version are not ours to take away.
  if (isNewerConfig(patient)) return finding;
  return { ...finding, ...(renaming(patient, path, keys) ?? dropping(patient, path, keys)) };
}

/** A section of another program or of a later release does no harm; only a misspelt one is worth a repair. */
function unknownSection(patient: Patient, { path, message }: ConfigIssue): Finding {
  return {
    code: "config-section-unknown",
    level: "warning",
    subject: path,
    message: `${path}: ${message}, so nothing reads it`,
    remedy: configRemedy(patient, `clawdbot config unset ${path}`),
    ...(isNewerConfig(patient) ? undefined : renaming(patient, path, [path])),
  };
}

function renaming(patient: Patient, path: string, keys: readonly string[]) {
  const parents = keys.slice(0, -1);
  const known = parents.length === 0 ? KNOWN_SECTIONS : knownKeys(parents);
  const nearest = nearestName(keys.at(-1) ?? "", known);
  if (nearest === undefined || patient.reading.state === "missing") return undefined;
  const target = [...parents, nearest];
  if (movedValue(patient.reading.parsed, keys, target) === undefined) return undefined;
  return valueRepair(patient, {
    kind: "change",
    describe: `rename it to ${target.join(".")}`,
    done: `renamed ${path} to ${target.join(".")}`,
    change: (values) => movedValue(values, keys, target),
  });
}

function dropping(patient: Patient, path: string, keys: readonly string[]) {
  return valueRepair(patient, {
    kind: "change",
    describe: "remove it; the previous file is kept as .bak",
    done: `removed ${path}`,
    change: (values) => withoutValueAt(values, keys),
  });
}
