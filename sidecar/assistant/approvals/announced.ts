/** Questions to the owner as clients see them. */
import type { GatewayEvents } from "../../../shared/protocol/events.ts";
import type { OpenApproval } from "../../../shared/protocol/methods/exec-approvals.ts";
import type { ApprovalRow, ApprovalState } from "../../base/store/approval-records.ts";

/** A state as the wire of this version has it: what is new is said beside it. */
export const WIRE_DECISIONS: Readonly<
  Record<ApprovalState, Pick<GatewayEvents["exec.approval.resolved"], "decision" | "grant">>
> = {
  pending: { decision: "expired" },
  "allowed-once": { decision: "allow-once" },
  "allowed-turn": { decision: "allow-once", grant: "turn" },
  "allowed-always": { decision: "allow-always" },
  denied: { decision: "deny" },
  expired: { decision: "expired" },
};

export function requestedEvent(row: ApprovalRow): OpenApproval {
  const { id, payload, requestedAtMs, expiresAtMs, turnId, runId, kind, burst } = row;
  const request = {
    command: textOf(payload.command) ?? "",
    cwd: textOf(payload.cwd),
    host: textOf(payload.host),
    security: textOf(payload.security),
    ask: textOf(payload.ask),
    agentId: row.agentId ?? textOf(payload.agentId),
    resolvedPath: textOf(payload.resolvedPath),
    sessionKey: row.sessionKey ?? textOf(payload.sessionKey),
  };
  const times = { createdAtMs: requestedAtMs, expiresAtMs };
  if (turnId === undefined) return { id, request, ...times };
  const texts = Array.isArray(payload.ruleTexts) ? payload.ruleTexts.map(String) : [];
  const why = textOf(payload.why);
  return {
    id,
    request,
    ...times,
    kind,
    burst,
    ...(runId === undefined ? {} : { runId }),
    ...(why === null ? {} : { why }),
    ...(Array.isArray(payload.changed) ? { changed: payload.changed.map(String) } : {}),
    always: texts,
    mayTurn: Array.isArray(payload.turnRules) && payload.turnRules.length > 0,
  };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
