/** What `session.maintenance` would do at this moment, and what it did, for clients. */
import { join } from "node:path";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { Maintenance } from "../../../shared/protocol/methods/sessions.ts";
import type { SessionStore } from "../../base/store/session-store.ts";
import { maintenancePlan, maintenanceRules } from "./maintenance-plan.ts";
import { ARCHIVE_FOLDER, archivedIn, MAINTENANCE } from "./maintenance-record.ts";

export async function maintenanceNow(
  store: Pick<SessionStore, "holdings" | "remembered">,
  { config, stateDir, nowMs }: { config: GatewayConfig; stateDir: string; nowMs: number },
): Promise<Maintenance> {
  const rules = maintenanceRules(config);
  const { prune, quiet, excessBytes } = maintenancePlan(await store.holdings(), rules, nowMs);
  const archived = archivedIn(await store.remembered(MAINTENANCE.scope, MAINTENANCE.key));
  return {
    mode: rules.mode,
    prune: prune.length,
    archive: quiet.length,
    excessBytes,
    ...(archived && {
      archived: { count: archived.count, at: archived.atMs, folder: join(stateDir, ARCHIVE_FOLDER) },
    }),
  };
}
