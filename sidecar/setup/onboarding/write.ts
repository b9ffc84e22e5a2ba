/** Carries a plan out on the disk, and only there: work directory, keys, then the configuration, whole and at once. */
import { statSync } from "node:fs";
import { SetupError } from "../../../shared/errors.ts";
import { type ConfigReading, readConfig } from "../../../shared/node/config-source.ts";
import { ensureDirectory } from "../../../shared/node/directory.ts";
import type { Surroundings } from "../../../shared/node/surroundings.ts";
import { unwritable } from "../../../shared/node/unwritable.ts";
import { changeConfigFile, valuesIn } from "../../base/config/config-file.ts";
import { checkRunFlags, mergeSettings, NO_RUN_FLAGS } from "../../base/config/load.ts";
import { isReachable } from "../../host/net/bind.ts";
import { setVariables } from "./env-file.ts";
import { type Plan, plannedConfig } from "./plan.ts";

/** What is different now. */
export interface Written {
  config: boolean;
  /** Created, not just there. */
  workspace: boolean;
  /** Keys went into `<state>/.env`. */
  variables: boolean;
}

/**
 * Writes what the plan says. Fails with `EDIT_ABANDONED` when the configuration is not the one that the plan was made for, with
 * the refusal of a gateway that could not start; and with `STATE_UNWRITABLE`; the configuration is then as it was.
 */
export async function writePlan(plan: Plan, surroundings: Surroundings, nowMs: number): Promise<Written> {
  const { paths } = surroundings;
  assertStartable(plan, readConfig(paths.configFile), surroundings);
  const workspace = plan.workspace !== undefined && createDirectory(plan.workspace);
  const hasVariables = Object.keys(plan.variables).length > 0;
  // The configuration may lie elsewhere, and doctor would miss it.
  if (plan.mode === "local") createDirectory(paths.stateDir);
  const variables = hasVariables && setVariables(paths.envFile, plan.variables);
  const change = (reading: ConfigReading) => nextConfig(plan, reading);
  return { config: await changeConfigFile(paths.configFile, change, nowMs), workspace, variables };
}

/** Fails as the gateway itself would with the planned configuration, and writes nothing. */
export function assertStartable(plan: Plan, reading: ConfigReading, surroundings: Surroundings): void {
  const planned = nextConfig(plan, reading) ?? valuesIn(reading);
  if (plan.mode === "remote") return;
  const { paths, dev } = surroundings;
  const next: ConfigReading = {
    state: "valid",
    path: paths.configFile,
    hash: reading.hash,
    raw: "",
    parsed: planned,
    config: planned,
    warnings: [],
  };
  const flags = checkRunFlags(NO_RUN_FLAGS, { env: {}, dev });
  mergeSettings(flags, next, { env: {}, paths, dev, isReachable });
}

function nextConfig(plan: Plan, reading: ConfigReading): Record<string, unknown> | undefined {
  const isExpected = plan.reset === undefined ? reading.hash === plan.configHash : true;
  const values = plan.reset === undefined ? valuesIn(reading) : {};
  if (isExpected) return plannedConfig(plan, values);
  throw new SetupError("EDIT_ABANDONED", `Nothing was written: ${reading.path} changed in the meantime.`, {
    fix: "run clawdbot onboard again",
  });
}

function createDirectory(path: string): boolean {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return false;
    ensureDirectory(path);
    return true;
  } catch (error) {
    throw unwritable(path, error);
  }
}
