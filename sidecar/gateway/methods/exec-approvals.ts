/** Handlers of `exec.approvals.*` and `exec.approval.*`. */
import type { Clock } from "../../../shared/clock.ts";
import { RequestError } from "../../../shared/errors.ts";
import { type ApprovalRule, execApprovalsMethods } from "../../../shared/protocol/methods/exec-approvals.ts";
import { withoutUndefined } from "../../../shared/without-undefined.ts";
import { requestedEvent, WIRE_DECISIONS } from "../../assistant/approvals/announced.ts";
import type { Answer } from "../../assistant/approvals/desk.ts";
import type { Assistant } from "../../assistant/assistant.ts";
import { type ExecRule, spelledRule } from "../../assistant/tools/exec/rules.ts";
import type { ApprovalRule as StoredRule } from "../../base/store/approval-records.ts";
import { implement, type Method } from "../rpc/implement.ts";

/** What the handlers stand on. */
export interface ExecApprovalsPlace {
  assistant: Assistant;
  clock: Clock;
}

const ANSWERS: readonly string[] = ["allow-once", "allow-turn", "allow-always", "deny"] satisfies Answer[];
const DEFAULT_TIMEOUT_MS = 120_000;

export function execApprovalsHandlers({ assistant }: ExecApprovalsPlace): Method[] {
  return implement(execApprovalsMethods, {
    "exec.approvals.get": async () => (await assistant.hands()).file.ensured(),

    "exec.approvals.set": async ({ file, baseHash }) =>
      (await assistant.hands()).file.replace(file, baseHash),

    "exec.approval.request": async ({ id, timeoutMs = DEFAULT_TIMEOUT_MS, ...payload }, { signal }) => {
      const { desk } = await assistant.hands();
      const row = await desk.ask({ id, kind: "exec", payload, timeoutMs }, signal).catch((error: unknown) => {
        // Whoever asked is gone, which is no failure of ours.
        throw signal.aborted ? new RequestError("APPROVAL_UNKNOWN", "unknown approval id") : error;
      });
      const { decision } = WIRE_DECISIONS[row.state];
      return {
        id: row.id,
        decision: decision === "expired" ? null : decision,
        createdAtMs: row.requestedAtMs,
        expiresAtMs: row.expiresAtMs,
      };
    },

    "exec.approval.resolve": async ({ id, decision, forMs, all }, { identity, client }) => {
      if (!isAnswer(decision)) throw new RequestError("PARAMS_INVALID", "invalid decision");
      const by = client ?? identity.device?.id ?? "client";
      const { desk } = await assistant.hands();
      await desk.decide(id, { answer: decision, by, forMs, isForAll: all === true });
      return { ok: true as const };
    },

    "exec.approval.list": async () => ({
      approvals: (await assistant.waitingApprovals()).map(requestedEvent),
    }),

    "exec.approval.rules": async () => {
      const { desk, file } = await assistant.hands();
      const entries = file.allowed().map(({ id = "", pattern, agentId }) => ({
        id,
        source: "file" as const,
        kind: "exec",
        agentId,
        rule: pattern,
      }));
      return { rules: [...(await desk.rules()).map(shownRule), ...entries] };
    },

    "exec.approval.rules.remove": async ({ id }) => {
      const { store, file } = await assistant.hands();
      if ((await store.removeApprovalRule(id)) || file.remove(id)) return { ok: true as const };
      throw new RequestError("NOT_FOUND", "unknown rule id");
    },
  });
}

function isAnswer(word: string): word is Answer {
  return ANSWERS.includes(word);
}

function shownRule({ rule, ...row }: StoredRule): ApprovalRule {
  const text = row.kind === "exec" ? spelledRule(rule as unknown as ExecRule) : JSON.stringify(rule);
  return withoutUndefined({ ...row, source: "stored" as const, rule: text });
}
