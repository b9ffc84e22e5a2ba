/** A profile whose facts tell of a gateway, and what the check of orphans finds there. */
import { startIdOf } from "../../../shared/node/process-identity.ts";
import { writeJsonFile } from "../../../shared/node/run-state.ts";
import { serviceOrphan } from "../../../sidecar/setup/doctor/checks/service/service-orphan.ts";
import {
  createCheckContext,
  findingsOf,
  type ServiceWords,
  SOUND,
  serviceSaying,
} from "../home/check-context.ts";
import type { TempHome } from "../home/temp-home.ts";

export const OURS = "clawdbot-gateway.service";

/** As the gateway with this pid writes them. */
export function writeFacts(home: TempHome, pid: number, service?: string): void {
  const { factsFile } = createCheckContext(home).profile.paths;
  writeJsonFile(factsFile, {
    pid,
    startId: startIdOf(pid),
    instanceId: "i",
    port: 20_000,
    hosts: [],
    service,
  });
}

/** What is found while the service says this of itself. */
export const look = (home: TempHome, words: ServiceWords) =>
  findingsOf(serviceOrphan, home, {
    config: SOUND,
    service: serviceSaying(words),
    platform: process.platform,
  });
