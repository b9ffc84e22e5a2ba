/** Whether there is a configuration that can be read at all; else the last one that worked is offered. */
import { readConfig } from "../../../../../shared/node/config-source.ts";
import type { Paths } from "../../../../../shared/node/paths.ts";
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
      return [{ code: "config-unreadable", level: "error", message, remedy: unreadable.fix }];
    }
    // Findings about single values are not about the file as a whole.
    const whole = issues.find((issue) => issue.path === "");
    return whole === undefined ? [] : [unusable(patient, whole.message)];
  },
};

/** A copy of the configuration that can be put in its place: the one that a gateway last started with, else the newest backup. */
export interface ConfigCopy {
  path: string;
  raw: string;
}

function usableCopy({ configFile: file, lastGoodConfigFile }: Paths): ConfigCopy | undefined {
  const backups = ["", ".1", ".2", ".3", ".4"].map((number) => `${file}.bak${number}`);
  for (const path of [lastGoodConfigFile, ...backups]) {
    const reading = readConfig(path);
    if (reading.state === "valid" && Object.keys(reading.parsed).length > 0)
      return { path, raw: reading.raw };
  }
  return undefined;
}

function missing(patient: Patient): Finding {
  const { paths, dev } = patient.surroundings;
  const message = `there is no configuration yet (${paths.configFile})`;
  if (dev) {
    const remedy = "clawdbot gateway creates it";
    return { code: "config-missing", level: "hint", message, remedy };
  }
  const finding: Finding = {
    code: "config-missing",
    level: "error",
    message,
    remedy: configRemedy(patient, "clawdbot onboard"),
  };
  if (isManagedElsewhere(patient)) return finding;
  const copy = usableCopy(paths);
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
    remedy: configRemedy(patient, "clawdbot config edit"),
  };
  const copy = usableCopy(paths);
  return copy === undefined ? finding : { ...finding, ...restoration(patient, copy) };
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
