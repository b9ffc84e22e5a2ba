/** Values that the schema refuses: each is put back to what last worked, or taken out so that its default holds. */
import { isDeepStrictEqual } from "node:util";
import { isSecretPath } from "../../../../../shared/config/secrets.ts";
import type { ConfigIssue } from "../../../../../shared/config/validate.ts";
import { readConfig } from "../../../../../shared/node/config-source.ts";
import { valueAt, withoutValueAt, withValueAt } from "../../../../base/config/dotted-path.ts";
import type { Check, Finding, Patient } from "../../check.ts";
import { configRemedy, locate, valueRepair } from "../../config-repair.ts";
import { isUnknownKey } from "./config-keys.ts";

export const configValues: Check = {
  id: "config-values",
  examine: async (patient) => {
    const { reading } = patient;
    if (reading.state !== "invalid") return [];
    return reading.issues
      .filter((issue) => issue.path !== "" && !isUnknownKey(issue))
      .map((issue) => wrongValue(patient, issue));
  },
};

function wrongValue(patient: Patient, { path, message }: ConfigIssue): Finding {
  const parsed = patient.reading.state === "missing" ? {} : patient.reading.parsed;
  const keys = locate(parsed, path);
  // A number can be a secret that was written without quotes.
  const problem = isSecretPath(path.split(".")) ? message.replace(/, got .*$/s, "") : message;
  const finding: Finding = {
    code: "config-value-invalid",
    level: "error",
    subject: path,
    message: `${path}: ${problem}`,
    remedy: configRemedy(patient, `clawdbot config set ${path} <value>`),
  };
  return keys === undefined ? finding : { ...finding, ...correction(patient, path, keys) };
}

function correction(patient: Patient, path: string, keys: readonly string[]) {
  const worked = valueThatWorked(patient, keys);
  const wrong = valueAt(patient.reading.state === "missing" ? {} : patient.reading.parsed, keys);
  return valueRepair(patient, {
    kind: "change",
    describe:
      worked === undefined
        ? "remove it, so that its default holds"
        : "put back the value of the last configuration that worked",
    done: worked === undefined ? `removed ${path}` : `put back the last value of ${path} that worked`,
    change: (values) => {
      // In a list the places move when an earlier repair took one out.
      if (!isDeepStrictEqual(valueAt(values, keys), wrong)) return undefined;
      return worked === undefined ? withoutValueAt(values, keys) : withValueAt(values, keys, worked);
    },
  });
}

/** Entries of lists have no place of their own that could be compared. */
function valueThatWorked({ surroundings: { paths } }: Patient, keys: readonly string[]): unknown {
  if (keys.some((key) => /^\d+$/.test(key))) return undefined;
  const lastGood = readConfig(paths.lastGoodConfigFile);
  return lastGood.state === "valid" ? valueAt(lastGood.parsed, keys) : undefined;
}
