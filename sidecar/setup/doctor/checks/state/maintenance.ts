/** What `session.maintenance` would take out of the store, where it only warns; what it could not; and what it moved out. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { GatewayConfig } from "../../../../../shared/config/schema.ts";
import { advice, ours } from "../../../../../shared/remedy.ts";
import {
  type MaintenancePlan,
  maintenancePlan,
  maintenanceRules,
} from "../../../../assistant/sessions/maintenance-plan.ts";
import {
  ARCHIVE_FOLDER,
  type ArchivedSessions,
  archivedIn,
  MAINTENANCE,
} from "../../../../assistant/sessions/maintenance-record.ts";
import { localTime } from "../../../../base/local-time.ts";
import { lookIntoDatabase } from "../../../../base/store/database.ts";
import { holdingsIn } from "../../../../base/store/sqlite/holdings.ts";
import { rememberedIn } from "../../../../base/store/sqlite/kv.ts";
import { Statements } from "../../../../base/store/sqlite/statements.ts";
import type { Check, CheckContext, Finding } from "../../check.ts";
import { configRemedy } from "../../config-repair.ts";

const MIB = 1_024 * 1_024;

export const maintenance: Check = {
  id: "maintenance",
  examine: async (context) => {
    const { reading, profile, nowMs } = context;
    const config = reading.state === "valid" ? reading.config : {};
    const found = await look(profile.paths.storeFile, config, nowMs);
    if (found === undefined) return [];
    const folder = join(profile.paths.stateDir, ARCHIVE_FOLDER);
    return [
      ...wouldGo(found.plan, config, context),
      ...tooLarge(found.plan, context),
      ...movedOut(found.archived, folder),
    ];
  },
};

function wouldGo({ prune }: MaintenancePlan, config: GatewayConfig, context: CheckContext): Finding[] {
  if (prune.length === 0 || maintenanceRules(config).mode !== "warn") return [];
  return [
    {
      code: "sessions-would-be-pruned",
      level: "hint",
      message: advice`session.maintenance only warns: ${prune.length} conversations that nobody had would be erased`,
      remedy: configRemedy(context, ours`config set session.maintenance.mode enforce`),
    },
  ];
}

function tooLarge({ excessBytes, quiet }: MaintenancePlan, context: CheckContext): Finding[] {
  if (excessBytes === 0) return [];
  return [
    {
      code: "store-too-large",
      level: "warning",
      message: advice`the store holds ${Math.ceil(excessBytes / MIB)} MiB more than session.maintenance.maxDiskBytes says; ${quiet.length} conversations with people rest for a month and may be moved out of it`,
      remedy: configRemedy(context, ours`config set session.maintenance.maxDiskBytes <size>`),
    },
  ];
}

function movedOut(archived: ArchivedSessions | undefined, folder: string): Finding[] {
  if (archived === undefined || !existsSync(folder)) return [];
  return [
    {
      code: "sessions-archived",
      level: "hint",
      subject: folder,
      message: advice`${archived.count} conversations with people were moved out of the store, as it was too large, the last ones on ${localTime(archived.atMs).slice(0, 10)}`,
      remedy: advice`read them in ${folder}, or bring them back: ${ours`sessions import --from ${folder}`}`,
    },
  ];
}

/** Undefined where there is no store to look into. */
async function look(storeFile: string, config: GatewayConfig, nowMs: number) {
  if (!existsSync(storeFile)) return undefined;
  try {
    const database = await lookIntoDatabase(storeFile);
    try {
      const db = new Statements(database);
      const plan = maintenancePlan(holdingsIn(db), maintenanceRules(config), nowMs);
      return { plan, archived: archivedIn(rememberedIn(db, MAINTENANCE.scope, MAINTENANCE.key)) };
    } finally {
      database.close();
    }
  } catch {
    return undefined; // The check of the store says what is wrong with it.
  }
}
