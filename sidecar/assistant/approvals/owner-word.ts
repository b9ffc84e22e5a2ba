/** The owner's word for one call of a tool that is no command line: asked for where no answer of before allows it. */
import type { Clock } from "../../../shared/clock.ts";
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { ApprovalStore } from "../../base/store/approval-records.ts";
import type { ToolCall } from "../tools/tool.ts";
import type { ApprovalDesk } from "./desk.ts";
import { approvalWords } from "./words.ts";

export interface OwnerWordPlace {
  desk: ApprovalDesk;
  store: ApprovalStore;
  clock: Clock;
  config: () => GatewayConfig;
}

/** What is to be done. */
export interface Deed {
  /** Names what rules are about, such as `mcp`. */
  kind: string;
  /** What the owner reads. */
  command: string;
  /** What *always* and *for this turn* would allow, by name and in words; neither can be chosen without it. */
  rule?: { name: string; text: string } | undefined;
}

/** Resolves when it may be done, once. Fails with a sentence for the model where it may not. */
export async function ownersWord(
  { desk, store, clock, config }: OwnerWordPlace,
  call: ToolCall,
  { kind, command, rule }: Deed,
): Promise<void> {
  const { id: turnId, runId, sessionKey, agentId } = call.turn;
  const isTainted = call.taintedBy !== undefined;
  const offered = isTainted ? undefined : rule;
  if (offered !== undefined && (await isAllowed(store, call, kind, offered.name, clock.now()))) return;
  const seconds = config().tools?.exec?.approvalTimeoutSec ?? DEFAULTS["tools.exec.approvalTimeoutSec"];
  const rules = offered === undefined ? undefined : [{ name: offered.name }];
  const ruleTexts = offered === undefined ? [] : [offered.text];
  const asked = desk.ask(
    {
      kind,
      payload: {
        command,
        why: isTainted ? "tainted" : "not-allowed",
        binding: command,
        rules,
        ruleTexts,
        turnRules: rules,
      },
      of: { turnId, callId: call.id, runId, sessionKey, agentId },
      timeoutMs: 1_000 * seconds,
      asked: async (row) =>
        await call.tell?.(approvalWords(call.language ?? "en").asked(row.id, command, ruleTexts)),
    },
    call.signal,
  );
  const { setAside = (work) => work } = call;
  const approval = await setAside(asked);
  if (approval.state === "denied") throw new Error("The owner denied this. Do not try it in another form.");
  if (approval.state === "expired")
    throw new Error("Not approved in time: nobody answered, and nothing was done.");
  // Without a record nothing is done.
  if (!(await store.useApproval(approval.id, clock.now())))
    throw new Error("The approval cannot be used any more.");
}

async function isAllowed(
  store: ApprovalStore,
  { turn }: ToolCall,
  kind: string,
  name: string,
  nowMs: number,
): Promise<boolean> {
  const rule = (await store.approvalRules(nowMs)).find(
    (each) => each.kind === kind && each.agentId === turn.agentId && each.rule.name === name,
  );
  if (rule !== undefined) {
    await store.usedApprovalRule(rule.id, name, nowMs);
    return true;
  }
  const ofTurn = (await store.turnApprovals(turn.id)).filter((row) => row.kind === kind);
  return ofTurn.some(
    ({ payload }) =>
      Array.isArray(payload.turnRules) && payload.turnRules.some((each) => each?.name === name),
  );
}
