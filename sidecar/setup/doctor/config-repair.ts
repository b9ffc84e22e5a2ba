/**
 * Repairs of the configuration file: changes of single values in its text as it is just now, written the usual way with the
 * previous file kept. None of them takes away what it does not understand, and none makes more wrong than there was.
 */

import { type ConfigReading, readConfig } from "../../../shared/node/config-source.ts";
import { advice, type Remedy, whole } from "../../../shared/remedy.ts";
import { type ConfigChange, changeConfigFile } from "../../base/config/config-file.ts";
import type { TextEdit } from "../../base/config/edit-text.ts";
import type { CheckContext, Repair } from "./check.ts";
import { isManagedElsewhere } from "./check-context.ts";

type Values = Record<string, unknown>;

/** A repair that changes values. `edits` answers none when nothing is left to do; `resolved` is what the configuration means. */
export interface ValueRepair {
  kind: Repair["kind"];
  describe: Remedy;
  done: Remedy;
  edits: (parsed: Values, resolved: Values) => readonly TextEdit[];
}

/** `{ repair }` to be spread into a finding; empty where the configuration is written by somebody else. */
export function valueRepair(context: CheckContext, { edits, ...rest }: ValueRepair): { repair?: Repair } {
  const change: ConfigChange = (reading, preview) => {
    const { parsed, resolved } = reading.state === "missing" ? NOTHING : reading;
    const wanted = edits(parsed, resolved);
    if (wanted.length === 0 || mistakesIn(preview(wanted)) > mistakesIn(reading)) return undefined;
    return wanted;
  };
  return fileRepair(context, { ...rest, change });
}

/** The same for a change of the whole file, also of one that cannot be parsed. */
export function fileRepair(
  context: CheckContext,
  { kind, describe, done, change }: Omit<ValueRepair, "edits"> & { change: ConfigChange },
): { repair?: Repair } {
  if (isManagedElsewhere(context)) return {};
  const { env, paths } = context.profile;
  const { configFile: file } = paths;
  const { ownConfig = { hash: undefined } } = context;
  const apply = async () => {
    const options = { ownHash: ownConfig.hash };
    const written = await changeConfigFile({ file, env }, change, context.nowMs, options);
    if (!written) return advice`nothing was left to do: ${whole(describe)}`;
    ownConfig.hash = readConfig(file, env).hash;
    return done;
  };
  return { repair: { kind, describe, apply } };
}

/** The remedy for people: our command, or where to turn when somebody else writes the file. */
export function configRemedy(context: CheckContext, command: Remedy): Remedy {
  if (!isManagedElsewhere(context)) return command;
  return "change it where it is generated: CLAWDBOT_NIX_MODE=1 says that it is managed elsewhere";
}

/** How much is wrong with it. */
export function mistakesIn(reading: ConfigReading): number {
  return reading.state === "invalid" ? reading.issues.length + (reading.more ?? 0) : 0;
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

const NOTHING = { parsed: {}, resolved: {} };
