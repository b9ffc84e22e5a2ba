/** The way out of the sandbox: who has it, what a conversation chose, and how long that holds. */
import { agentEntry } from "../../../shared/config/agents.ts";
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { SessionFields, SessionPatch, Turn } from "../../base/store/session-store.ts";

/** `ask` and `on`: commands run outside as they would without a sandbox; `full`: without being asked about. */
export type ElevatedLevel = "off" | "on" | "ask" | "full";

/** Nobody remembers for longer that nothing is asked. */
const FULL_MS = 3_600_000;

/** What has to let somebody out; all of them have to. */
export type Gate = "owner" | "enabled" | "allowFrom" | "agent.enabled" | "agent.allowFrom";

/** The gates that are closed to whoever speaks; none where commands of his may leave the sandbox. */
export function closedGates(
  config: GatewayConfig,
  { agentId, authority, principal }: Pick<Turn, "agentId" | "authority" | "principal">,
): Gate[] {
  const common = config.tools?.elevated;
  const own = agentEntry(config, agentId)?.tools?.elevated;
  const isEnabled = common?.enabled ?? DEFAULTS["tools.elevated.enabled"];
  const gates: [Gate, boolean][] = [
    ["owner", authority === "owner"],
    ["enabled", isEnabled],
    ["allowFrom", isOn(common?.allowFrom, principal)],
    ["agent.enabled", own?.enabled !== false],
    ["agent.allowFrom", own?.allowFrom === undefined || isOn(own.allowFrom, principal)],
  ];
  return gates.flatMap(([gate, isOpen]) => (isOpen ? [] : [gate]));
}

/** The gate as its key in the configuration. */
export function gateName(gate: Gate, agentId: string): string {
  if (gate === "owner") return "commands.ownerAllowFrom";
  const [, ofAgent] = /^agent\.(.*)$/.exec(gate) ?? [];
  return ofAgent === undefined
    ? `tools.elevated.${gate}`
    : `agents.list[${agentId}].tools.elevated.${ofAgent}`;
}

/** The level that holds now: `full` ends by itself, and what was set without an end has ended. */
export function elevatedLevel(
  { elevatedLevel: level, elevatedUntilMs: untilMs }: SessionFields,
  nowMs: number,
): { level: ElevatedLevel; untilMs?: number } {
  if (level === "full")
    return typeof untilMs === "number" && untilMs > nowMs && untilMs <= nowMs + FULL_MS
      ? { level, untilMs }
      : { level: "off" };
  return { level: level === "on" || level === "ask" ? level : "off" };
}

/** A change of the level with the end that belongs to it; other changes stay as they are. */
export function withElevatedEnd(change: SessionPatch, nowMs: number): SessionPatch {
  if (!("elevatedLevel" in change)) return change;
  return { ...change, elevatedUntilMs: change.elevatedLevel === "full" ? nowMs + FULL_MS : null };
}

function isOn(
  allowFrom: Readonly<Record<string, readonly string[]>> | undefined,
  principal: string,
): boolean {
  const separator = principal.indexOf(":");
  const channel = principal.slice(0, separator).toLowerCase();
  const id = principal.slice(separator + 1).toLowerCase();
  const entries = Object.entries(allowFrom ?? {}).find(
    ([name]) => name.trim().toLowerCase() === channel,
  )?.[1];
  return (entries ?? []).some((entry) => {
    const listed = entry.trim().toLowerCase().replace(`${channel}:`, "");
    return listed === "*" || listed === id;
  });
}
