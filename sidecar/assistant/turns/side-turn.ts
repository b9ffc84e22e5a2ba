/** What is asked of a model beside the turns of a conversation: it belongs to the conversation, and to no message in it. */
import { randomUUID } from "node:crypto";
import type { Clock } from "../../../shared/clock.ts";
import type { Logger } from "../../base/log/logger.ts";
import type { SessionRow, SessionStore, StartedTurn } from "../../base/store/session-store.ts";
import type { Purpose, Purse } from "../budget/purse.ts";
import type { SpendGate } from "./mind.ts";

/** What it is for, as it is charged. */
export type SidePurpose = "compaction" | "flush" | "title" | "image";

export interface SideGatePlace {
  store: SessionStore;
  purse: Purse;
  log: Logger;
}

export function sideTurn({ key, sessionId, agentId }: SessionRow, purpose: SidePurpose): StartedTurn {
  return {
    id: randomUUID(),
    runId: "",
    sessionKey: key,
    sessionId,
    agentId,
    origin: "background",
    authority: "owner",
    principal: `gateway:${purpose}`,
    route: undefined,
    options: {},
    attempts: 1,
    startedAtMs: 0,
    conversation: [],
    inputs: [],
    openCalls: [],
    overflow: 0,
  };
}

/** Pays at once: nothing else comes of the call. `turnId` names the turn whose limit counts, if any does. */
export function sideGate(
  { purse, store, log }: SideGatePlace,
  spender: Omit<Purpose, "purpose" | "turnId">,
  purpose: SidePurpose,
  turnId?: string,
): SpendGate {
  return {
    ask: async (model, call) => {
      const permit = await purse.reserve(model, call, { ...spender, turnId, purpose });
      return {
        settle: (usage) => {
          store
            .charge(permit.settle(usage))
            .catch((error: unknown) => log.error({ err: error }, "a charge was lost"));
        },
        release: () => permit.release(),
      };
    },
  };
}

/** Carries out what may take so long, in ms; its signal is aborted then, and when `over` is. */
export async function inTime<T>(
  clock: Clock,
  ms: number,
  { over, run }: { over: AbortSignal; run: (signal: AbortSignal) => Promise<T> },
): Promise<T> {
  const late = new AbortController();
  const timer = clock.after(ms, () => late.abort(new Error("it took too long")));
  try {
    return await run(AbortSignal.any([over, late.signal]));
  } finally {
    timer.dispose();
  }
}
