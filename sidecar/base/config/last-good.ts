/** The copies of a configuration that can take its place: the one that a gateway last started with, and the backups. */

import { existsSync } from "node:fs";
import { SetupError } from "../../../shared/errors.ts";
import { type ConfigReading, readConfig } from "../../../shared/node/config-source.ts";
import type { Environment, Paths } from "../../../shared/node/paths.ts";
import { replaceFile } from "../../../shared/node/replace-file.ts";
import { smallText } from "../../../shared/node/small-file.ts";
import { unwritable } from "../../../shared/node/unwritable.ts";
import { advice } from "../../../shared/remedy.ts";

export interface ConfigCopy {
  path: string;
  raw: string;
}

/**
 * Keeps a copy of a configuration that a gateway started with, unless the copy there is equals it. It stands for itself: what the
 * configuration includes is in it. Fails with `STATE_UNWRITABLE`.
 */
export function keepLastGood(path: string, reading: Extract<ConfigReading, { state: "valid" }>): void {
  const { raw, merged, includes } = reading;
  const text = includes.length === 0 ? raw : `${JSON.stringify(merged, null, 2)}\n`;
  try {
    if (smallText(path) === text) return;
    replaceFile(path, text);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** The one that a gateway last started with, else the newest backup that works; undefined when there is none. */
export function usableCopy({
  env,
  paths,
}: {
  env: Environment;
  paths: Pick<Paths, "configFile" | "lastGoodConfigFile">;
}): ConfigCopy | undefined {
  const { configFile, lastGoodConfigFile } = paths;
  const backups = ["", ".1", ".2", ".3", ".4"].map((number) => `${configFile}.bak${number}`);
  for (const path of [lastGoodConfigFile, ...backups]) {
    const reading = readConfig(path, env);
    if (reading.state === "valid" && Object.keys(reading.parsed).length > 0)
      return { path, raw: reading.raw };
  }
  return undefined;
}

/** The error for a configuration that cannot be used, with the copy that can, where there is one. */
export function offerLastGood(
  cause: SetupError,
  { lastGoodConfigFile }: Pick<Paths, "lastGoodConfigFile">,
): SetupError {
  if (cause.code !== "CONFIG_INVALID" || !existsSync(lastGoodConfigFile)) return cause;
  const { code, sentence, details = {} } = cause;
  const fix = advice`${cause.fix ?? ""}; the last one that worked is ${lastGoodConfigFile}`;
  return new SetupError(code, sentence, { cause, fix, details });
}
