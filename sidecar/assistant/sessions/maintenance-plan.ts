/** Which conversations go, by `session.maintenance`: decided from what the store holds, and told before it is done. */
import { sizeBytes, spanMs } from "../../../shared/config/amounts.ts";
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { HeldSession, Holdings } from "../../base/store/sqlite/holdings.ts";
import { agentOf, keyRules } from "../session-key.ts";

export interface MaintenanceRules {
  mode: "enforce" | "warn";
  pruneAfterMs: number;
  maxEntries: number;
  maxDiskBytes: number;
  /** What the main conversation of each agent is called. */
  mainKey: string;
}

/** Each list with the oldest first. */
export interface MaintenancePlan {
  /** Are erased: they are too old, or too many. */
  prune: readonly HeldSession[];
  /** May be erased besides while the store holds too much. */
  spare: readonly HeldSession[];
  /** With people, and untouched for long: may be archived while the store still holds too much. */
  quiet: readonly HeldSession[];
  /** By how much the store is too large; 0 for one that is not. */
  excessBytes: number;
}

/** What somebody said a month ago may be asked for tomorrow. */
const QUIET_MS = 30 * 86_400_000;
/** Keys of what came by itself, or of a request that is never continued. Whoever names himself to the API has a conversation. */
const NOBODYS = /^agent:[^:]+:(?:cron|hook|subagent|openai|openresponses):/;

export function maintenanceRules(config: GatewayConfig): MaintenanceRules {
  const { session } = config;
  const own = session?.maintenance ?? {};
  const pruneAfter = own.pruneAfter ?? DEFAULTS["session.maintenance.pruneAfter"];
  const maxDiskBytes = own.maxDiskBytes ?? DEFAULTS["session.maintenance.maxDiskBytes"];
  return {
    mode: own.mode ?? DEFAULTS["session.maintenance.mode"],
    pruneAfterMs: spanMs(pruneAfter) ?? Number.POSITIVE_INFINITY,
    maxEntries: own.maxEntries ?? DEFAULTS["session.maintenance.maxEntries"],
    maxDiskBytes: sizeBytes(maxDiskBytes) ?? Number.POSITIVE_INFINITY,
    mainKey: keyRules(config).mainKey,
  };
}

export function maintenancePlan(
  { sessions, usedBytes }: Holdings,
  rules: MaintenanceRules,
  nowMs: number,
): MaintenancePlan {
  const nobodys = sessions.filter(({ key }) => NOBODYS.test(key));
  const isOld = ({ updatedAtMs }: HeldSession) => updatedAtMs < nowMs - rules.pruneAfterMs;
  const old = nobodys.filter(isOld);
  const isListed = (session: HeldSession) => session.isListed;
  let tooMany = sessions.filter(isListed).length - old.filter(isListed).length - rules.maxEntries;
  const surplus = nobodys.filter((session) => !isOld(session) && session.isListed && tooMany-- > 0);
  const prune = [...old, ...surplus];
  const excessBytes = Math.max(0, usedBytes - rules.maxDiskBytes);
  const isMain = (key: string) => key === "global" || key === `agent:${agentOf(key)}:${rules.mainKey}`;
  const isQuiet = ({ key, updatedAtMs }: HeldSession) =>
    !NOBODYS.test(key) && !isMain(key) && updatedAtMs < nowMs - QUIET_MS;
  return {
    prune,
    spare: excessBytes === 0 ? [] : nobodys.filter((session) => !prune.includes(session)),
    quiet: excessBytes === 0 ? [] : sessions.filter(isQuiet),
    excessBytes,
  };
}
