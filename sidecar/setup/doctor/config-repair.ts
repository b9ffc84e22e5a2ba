/** Repairs of the configuration file: small changes of what it says just now, written the usual way with the previous file kept. */
import { type ConfigReading, readConfig } from "../../../shared/node/config-source.ts";
import { type ConfigChange, changeConfigFile, hasComments, valuesIn } from "../../base/config/config-file.ts";
import { valueAt, withoutValueAt, withValueAt } from "../../base/config/dotted-path.ts";
import type { Patient, Repair } from "./check.ts";
import { isManagedElsewhere } from "./patient.ts";

type Values = Record<string, unknown>;

/** A repair that changes values. `change` answers undefined when nothing is left to do. */
export interface ValueRepair {
  kind: Repair["kind"];
  describe: string;
  done: string;
  change: (values: Values, reading: ConfigReading) => Values | undefined;
}

/** `{ repair }` to be spread into a finding; empty where the configuration is written by somebody else. */
export function valueRepair(patient: Patient, { change, ...rest }: ValueRepair): { repair?: Repair } {
  return fileRepair(patient, { ...rest, change: (reading) => change(valuesIn(reading), reading) });
}

/** The same for a change of the whole file, also of one that cannot be parsed. */
export function fileRepair(
  patient: Patient,
  { kind, describe, done, change }: Omit<ValueRepair, "change"> & { change: ConfigChange },
): { repair?: Repair } {
  if (isManagedElsewhere(patient)) return {};
  const { configFile } = patient.surroundings.paths;
  const { ownConfig = { hash: undefined } } = patient;
  const apply = async () => {
    let losesComments = false;
    const noticing: ConfigChange = (reading) => {
      const next = change(reading);
      losesComments =
        typeof next === "object" && reading.state !== "missing" && hasComments(reading.raw ?? "");
      return next;
    };
    const written = await changeConfigFile(configFile, noticing, patient.nowMs, { ownHash: ownConfig.hash });
    if (!written) return `nothing was left to do: ${describe}`;
    ownConfig.hash = readConfig(configFile).hash;
    return losesComments ? `${done}; comments are not kept, the previous file is ${configFile}.bak` : done;
  };
  return { repair: { kind, describe, apply } };
}

/** The remedy for people: our command, or where to turn when somebody else writes the file. */
export function configRemedy(patient: Patient, command: string): string {
  if (!isManagedElsewhere(patient)) return command;
  return "change it where it is generated: CLAWDBOT_NIX_MODE=1 says that it is managed elsewhere";
}

/** The values without what stands at one place and with it at another; undefined when the other one is taken or the first is empty. */
export function movedValue(
  values: Values,
  from: readonly string[],
  to: readonly string[],
): Values | undefined {
  const value = valueAt(values, from);
  const without = withoutValueAt(values, from);
  if (without === undefined || valueAt(values, to) !== undefined) return undefined;
  return withValueAt(without, to, value);
}

/**
 * The keys of a finding's path in these values. A key may hold dots itself, so the names that are there decide; undefined when
 * nothing is there.
 */
export function locate(values: unknown, path: string): string[] | undefined {
  if (typeof values !== "object" || values === null) return undefined;
  const steps = path.split(".");
  for (let length = 1; length <= steps.length; length += 1) {
    const key = steps.slice(0, length).join(".");
    if (!Object.hasOwn(values, key)) continue;
    const rest = steps.slice(length);
    if (rest.length === 0) return [key];
    const below = locate((values as Values)[key], rest.join("."));
    if (below !== undefined) return [key, ...below];
  }
  return undefined;
}
