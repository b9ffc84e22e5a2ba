/** Whether there is a configuration that can be read at all; else the last one that worked is offered. */

import { judgeConfig } from "../../../../../shared/node/config-source.ts";
import { readUtf16 } from "../../../../../shared/node/utf16.ts";
import { advice, ours } from "../../../../../shared/remedy.ts";
import { type ConfigCopy, usableCopy } from "../../../../base/config/last-good.ts";
import { writeFirstConfig } from "../../../onboarding/first-run.ts";
import type { Check, Finding, Patient } from "../../check.ts";
import { configRemedy, fileRepair } from "../../config-repair.ts";
import { isManagedElsewhere } from "../../patient.ts";

export const configFile: Check = {
  id: "config-file",
  examine: async (patient) => {
    const { reading } = patient;
    switch (reading.state) {
      case "valid":
        return [];
      case "missing":
        return [missing(patient)];
      case "invalid":
        break;
    }
    const { path, issues, unreadable } = reading;
    if (unreadable !== undefined) {
      const message = `${path} cannot be read: ${unreadable.reason}`;
      const finding = { code: "config-unreadable", level: "error", message, remedy: unreadable.fix } as const;
      return [{ ...finding, ...recoding(patient) }];
    }
    // Findings about single values are not about the file as a whole.
    const whole = issues.find((issue) => issue.path === "");
    return whole === undefined ? [] : [unusable(patient, whole.message)];
  },
};

function missing(patient: Patient): Finding {
  const { paths, dev } = patient.surroundings;
  const message = `there is no configuration yet (${paths.configFile})`;
  if (dev) {
    const remedy = advice`${ours`gateway`} creates it`;
    return { code: "config-missing", level: "hint", message, remedy };
  }
  const finding: Finding = {
    code: "config-missing",
    level: "error",
    message,
    remedy: configRemedy(patient, ours`onboard`),
  };
  if (isManagedElsewhere(patient)) return finding;
  const copy = usableCopy(patient.surroundings);
  if (copy !== undefined) return { ...finding, ...restoration(patient, copy) };
  return {
    ...finding,
    repair: {
      kind: "change",
      describe: "write a first one: local, on loopback, with a new token",
      apply: async () => {
        const written = await writeFirstConfig(patient.surroundings, patient.nowMs);
        return written ? `wrote ${paths.configFile}` : `${paths.configFile} is there by now`;
      },
    },
  };
}

function unusable(patient: Patient, problem: string): Finding {
  const { paths } = patient.surroundings;
  const finding: Finding = {
    code: "config-unparseable",
    level: "error",
    message: `${paths.configFile} cannot be used: ${problem}`,
    remedy: configRemedy(patient, ours`config edit`),
  };
  const copy = usableCopy(patient.surroundings);
  return copy === undefined ? finding : { ...finding, ...restoration(patient, copy) };
}

/** A text that only has another encoding is all there. */
function recoding(patient: Patient) {
  const { configFile: file } = patient.surroundings.paths;
  const text = readUtf16(file);
  if (text === undefined || Object.keys(partsOf(text, patient)).length === 0) return {};
  return fileRepair(patient, {
    kind: "change",
    describe: "save it as UTF-8; it is in UTF-16 now",
    done: `saved ${file} as UTF-8; what was there is ${file}.bak`,
    change: (reading) =>
      reading.state === "invalid" && reading.unreadable !== undefined ? readUtf16(file) : undefined,
  });
}

function partsOf(text: string, { surroundings: { env, paths } }: Patient): Record<string, unknown> {
  const reading = judgeConfig(paths.configFile, text, env);
  return reading.state === "missing" ? {} : reading.parsed;
}

function restoration(patient: Patient, { path, raw }: ConfigCopy) {
  const { configFile: file } = patient.surroundings.paths;
  // A backup has another number by the time that it is told.
  const source = path.startsWith(`${file}.bak`) ? "the newest backup that works" : path;
  const replaced = patient.reading.state === "missing" ? "" : `; what was there is ${file}.bak`;
  return fileRepair(patient, {
    kind: "change",
    describe: `put the last one that worked in its place (${path})`,
    done: `restored ${file} from ${source}${replaced}`,
    change: (reading) => (reading.state === "valid" ? undefined : raw),
  });
}
