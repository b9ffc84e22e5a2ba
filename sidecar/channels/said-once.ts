/** Parts that somebody has said by name: each name is sent once, and whoever says it waits for what becomes of it. */
import type { Clock } from "../../shared/clock.ts";
import type { OutboxPart, OutboxRow } from "../base/store/outbox-records.ts";
import type { ChannelStore } from "../base/store/session-store.ts";

/** What became of it, as far as is known. */
export type Delivered =
  | { state: "sent"; messageId: string; isFresh: boolean }
  | { state: "failed"; reason: string }
  /** It stays in line; `reason` is why the last attempt failed. */
  | { state: "waiting"; reason: string | undefined };

export interface SaidOncePlace {
  store: () => Promise<Pick<ChannelStore, "sayOnce" | "said">>;
  clock: Clock;
  /** Something is there to be sent. */
  deliver: () => void;
}

/** How long somebody waits for the platform, in ms. */
const PATIENCE_MS = 30_000;

export class SaidOnce {
  #place: SaidOncePlace;
  /** Of those who wait. */
  #lookers = new Set<() => void>();

  constructor(place: SaidOncePlace) {
    this.#place = place;
  }

  async say(name: string, parts: readonly OutboxPart[], signal: AbortSignal): Promise<Delivered> {
    const { store, clock, deliver } = this.#place;
    const kept = await store();
    const isFresh = await kept.sayOnce(name, parts, clock.now());
    if (isFresh) deliver();
    let isOver = signal.aborted;
    let wake = () => {};
    const look = () => wake();
    const end = () => {
      isOver = true;
      wake();
    };
    this.#lookers.add(look);
    signal.addEventListener("abort", end);
    const deadline = clock.after(PATIENCE_MS, end);
    try {
      for (;;) {
        const next = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const known = outcomeOf(await kept.said(name), isFresh);
        if (known.state !== "waiting" || isOver) return known;
        await next;
      }
    } finally {
      this.#lookers.delete(look);
      signal.removeEventListener("abort", end);
      deadline.dispose();
    }
  }

  /** Something became of a part. */
  settled(): void {
    for (const look of this.#lookers) look();
  }
}

function outcomeOf(rows: readonly OutboxRow[], isFresh: boolean): Delivered {
  const lost = rows.find(({ state }) => state === "failed" || state === "expired");
  if (lost !== undefined) return { state: "failed", reason: lost.evidence.error ?? "it could not be sent" };
  const open = rows.find(({ state }) => state !== "sent");
  if (open !== undefined) return { state: "waiting", reason: open.evidence.error };
  return { state: "sent", messageId: rows.at(-1)?.evidence.messageId ?? "", isFresh };
}
