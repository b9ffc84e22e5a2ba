/** Gathers what the checks look at. */
import { readConfig } from "../../../shared/node/config-source.ts";
import type { ProfileContext } from "../../../shared/node/profile-context.ts";
import { createServiceManager } from "../../host/service/index.ts";
import type { CheckContext, OwnConfig } from "./check.ts";

/** The profile as it is at this moment. Nothing is asked of the service manager yet. */
export async function readCheckContext(
  profile: ProfileContext,
  options: { deep: boolean; nowMs: number; ownConfig?: OwnConfig },
): Promise<CheckContext> {
  const reading = readConfig(profile.paths.configFile, profile.env);
  return { profile, reading, service: await createServiceManager(profile), ...options };
}

/** Whether somebody else writes the configuration, so that neither it nor the service is to be changed from here. */
export function isManagedElsewhere({ profile: { env } }: CheckContext): boolean {
  return env.CLAWDBOT_NIX_MODE === "1";
}
