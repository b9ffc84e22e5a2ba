/** Carries a plan out on the disk, and only there: work directory, keys, then the configuration, whole and at once. */

import { statSync } from "node:fs";
import { findingLines } from "../../../shared/config/findings.ts";
import { SetupError } from "../../../shared/errors.ts";
import { type ConfigReading, readConfig } from "../../../shared/node/config-source.ts";
import { ensureDirectory } from "../../../shared/node/directory.ts";
import type { ProfileContext } from "../../../shared/node/profile-context.ts";
import { unwritable } from "../../../shared/node/unwritable.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import { type ConfigChange, changeConfigFile, previewEdits } from "../../base/config/config-file.ts";
import type { TextEdit } from "../../base/config/edit-text.ts";
import { mergeSettings, withEnvironment } from "../../base/config/load.ts";
import { RUN_DEFAULTS } from "../../base/config/run-options.ts";
import { isReachable } from "../../host/net/bind.ts";
import { setVariables } from "./env-file.ts";
import { type Plan, plannedEdits } from "./plan.ts";

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
export async function writePlan(plan: Plan, context: ProfileContext, nowMs: number): Promise<Written> {
  const { paths, env } = context;
  await assertStartable(plan, readConfig(paths.configFile, env), context);
  const workspace = plan.workspace !== undefined && createDirectory(plan.workspace);
  const hasVariables = Object.keys(plan.variables).length > 0;
  // The configuration may lie elsewhere, and doctor would miss it.
  if (plan.mode === "local") createDirectory(paths.stateDir);
  const variables = hasVariables && setVariables(paths.envFile, plan.variables);
  const change: ConfigChange = (reading, preview) => {
    const edits = expectedEdits(plan, reading);
    if (edits !== undefined) refuseInvalid(preview(edits));
    return edits;
  };
  const config = await changeConfigFile({ file: paths.configFile, env }, change, nowMs);
  return { config, workspace, variables };
}

/** Fails as the gateway itself would with the planned configuration, and writes nothing. */
export async function assertStartable(
  plan: Plan,
  reading: ConfigReading,
  context: ProfileContext,
): Promise<void> {
  const { paths, env, dev } = context;
  const edits = expectedEdits(plan, reading) ?? [];
  const start = plan.reset === undefined ? reading : nothingAt(reading);
  const next = previewEdits(start, edits, env);
  refuseInvalid(next);
  if (plan.mode === "remote") return;
  mergeSettings(withEnvironment(RUN_DEFAULTS, {}), next, { env: {}, paths, dev, isReachable });
}

function refuseInvalid(next: ConfigReading): void {
  if (next.state !== "invalid") return;
  const [first] = findingLines(next.issues);
  throw new SetupError("CONFIG_INVALID", advice`Nothing was written: ${first ?? ""}`);
}

function expectedEdits(plan: Plan, reading: ConfigReading): TextEdit[] | undefined {
  const isExpected = plan.reset === undefined ? reading.hash === plan.configHash : true;
  if (isExpected) return plannedEdits(plan, reading);
  throw new SetupError(
    "EDIT_ABANDONED",
    advice`Nothing was written: ${reading.path} changed in the meantime.`,
    {
      fix: advice`run ${ours`onboard`} again`,
    },
  );
}

function nothingAt({ path, hash, fingerprint }: ConfigReading): ConfigReading {
  return { state: "missing", path, hash, fingerprint };
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
