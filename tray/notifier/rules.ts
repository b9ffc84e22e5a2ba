/**
 * Which notices become notifications, and when: one key per cause, quiet for a while after start and wake, nothing
 * told twice. Pure: what was told is kept in a ledger, which may be stored so that a new tray repeats nothing.
 */
import { NOTIFY_INTERVAL_MS } from "../model/limits.ts";
import type { Intent, Observed } from "../model/tray-model.ts";
import type { Notice } from "../model/view.ts";

/** What is settled already. Plain JSON. */
export interface NoticeLedger {
  readonly settled: { readonly [key: string]: SettledNotice };
  /** The outage that was announced last and whose end is still to be told; null when there is none. */
  readonly announcedOutageMs: number | null;
}

interface SettledNotice {
  readonly occurrence: string;
  /** Epoch milliseconds; null when it was settled without being sent. */
  readonly sentAtMs: number | null;
}

export const EMPTY_LEDGER: NoticeLedger = { settled: {}, announcedOutageMs: null };

export interface Selection {
  readonly ledger: NoticeLedger;
  /** To be shown now, in this order. All are about the one gateway: each takes the place of the one on the screen. */
  readonly send: readonly Notice[];
  /** Ask again after this time: something is held back. Null when nothing is. */
  readonly againInMs: number | null;
}

/**
 * What to send at `nowMs` (epoch milliseconds) of the notices that hold. A notice that must wait is sent later if it
 * still holds then; one of a silenced kind is settled without being sent, so that it does not pop up when the kind is
 * switched on again.
 */
export function selectNotices(
  ledger: NoticeLedger,
  notices: readonly Notice[],
  at: Pick<Observed, "quietUntilMs"> & Pick<Intent, "silenced"> & { readonly nowMs: number },
): Selection {
  let next = forgetSolvedCauses(ledger, notices);
  const send: Notice[] = [];
  let againInMs: number | null = null;
  for (const notice of notices) {
    const before = next.settled[notice.key];
    if (before?.occurrence === notice.occurrence) continue;
    if (at.silenced.includes(notice.kind) || isUnannouncedRecovery(next, notice)) {
      next = settle(next, notice, null);
      continue;
    }
    const sentAtMs = before?.sentAtMs ?? -Infinity;
    // A time to come was written before somebody set the clock back.
    const intervalEndMs = sentAtMs > at.nowMs ? -Infinity : sentAtMs + NOTIFY_INTERVAL_MS;
    const waitMs = Math.max(at.quietUntilMs, intervalEndMs) - at.nowMs;
    if (waitMs > 0) {
      againInMs = Math.min(againInMs ?? waitMs, waitMs);
      continue;
    }
    next = settle(next, notice, at.nowMs);
    send.push(notice);
  }
  return { ledger: next, send, againInMs };
}

/** Once the gateway is well, what blocked it is solved: the same cause counts as new if it comes back. */
function forgetSolvedCauses(ledger: NoticeLedger, notices: readonly Notice[]): NoticeLedger {
  if (!notices.some((notice) => notice.kind === "connected")) return ledger;
  const unsolved = Object.entries(ledger.settled).filter(([key]) => !key.startsWith("blocked:"));
  return { ...ledger, settled: Object.fromEntries(unsolved) };
}

/** Who was not told of the outage need not be told of its end. */
function isUnannouncedRecovery(ledger: NoticeLedger, notice: Notice): boolean {
  return notice.kind === "recovered" && ledger.announcedOutageMs !== notice.outageMs;
}

function settle(ledger: NoticeLedger, notice: Notice, sentAtMs: number | null): NoticeLedger {
  const lastSentAtMs = sentAtMs ?? ledger.settled[notice.key]?.sentAtMs ?? null;
  const settled = {
    ...ledger.settled,
    [notice.key]: { occurrence: notice.occurrence, sentAtMs: lastSentAtMs },
  };
  const announcesOutage = sentAtMs !== null && (notice.kind === "down" || notice.kind === "gave-up");
  return { settled, announcedOutageMs: announcesOutage ? notice.outageMs : ledger.announcedOutageMs };
}
