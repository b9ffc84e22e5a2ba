/** Gathers what the checks look at. */
import { readConfig } from "../../../shared/node/config-source.ts";
import type { Surroundings } from "../../../shared/node/surroundings.ts";
import { createServiceManager } from "../../host/service/index.ts";
import type { OwnConfig, Patient } from "./check.ts";

/** The profile as it is at this moment. Nothing is asked of the service manager yet. */
export async function readPatient(
  surroundings: Surroundings,
  options: { deep: boolean; nowMs: number; ownConfig?: OwnConfig },
): Promise<Patient> {
  const reading = readConfig(surroundings.paths.configFile, surroundings.env);
  return { surroundings, reading, service: await createServiceManager(surroundings), ...options };
}

/** Whether somebody else writes the configuration, so that neither it nor the service is to be changed from here. */
export function isManagedElsewhere({ surroundings: { env } }: Patient): boolean {
  return env.CLAWDBOT_NIX_MODE === "1";
}
