/** Sends the notices of the view to the desktop as the rules and the user's toggles say, and remembers what was told. */
import type { Clock } from "../../shared/clock.ts";
import type { NotificationKind, TrayModel } from "../model/tray-model.ts";
import type { Notice } from "../model/view.ts";
import type { Delivery, DesktopNotification } from "./notification.ts";
import { type NoticeLedger, selectNotices } from "./rules.ts";

/** Shows one notification. */
export interface Notifier {
  send(notification: DesktopNotification): Promise<Delivery>;
}

/** Keeps the ledger beyond the life of this tray. */
export interface LedgerStore {
  readonly ledger: NoticeLedger;
  saveLedger(ledger: NoticeLedger): void;
}

const URGENCY: { readonly [Kind in NotificationKind]: DesktopNotification["urgency"] } = {
  down: "normal",
  "gave-up": "critical",
  blocked: "critical",
  memory: "normal",
  pairing: "normal",
  approval: "normal",
  recovered: "low",
  updated: "low",
  connected: "low",
};

/** An outage is one story: its end takes the place of its beginning. */
const OUTAGE: readonly NotificationKind[] = ["down", "gave-up", "recovered"];

export class Announcer {
  readonly #notifier: Notifier;
  readonly #store: LedgerStore;
  readonly #clock: Clock;
  readonly #onFailure: (notice: Notice, reason: string) => void;
  #ledger: NoticeLedger;

  constructor(
    notifier: Notifier,
    store: LedgerStore,
    clock: Clock,
    onFailure: (notice: Notice, reason: string) => void,
  ) {
    this.#notifier = notifier;
    this.#store = store;
    this.#clock = clock;
    this.#onFailure = onFailure;
    this.#ledger = store.ledger;
  }

  /** Tells what is to be told now. Returns the ms after which to ask again because something is held back, else null. */
  consider(notices: readonly Notice[], { intent, facts }: TrayModel): number | null {
    const { ledger, send, againInMs } = selectNotices(this.#ledger, notices, {
      nowMs: this.#clock.now(),
      quietUntilMs: facts.quietUntilMs,
      silenced: intent.silenced,
    });
    this.#ledger = ledger;
    for (const notice of send) void this.#send(notice);
    if (send.length > 0) this.#store.saveLedger(ledger);
    return againInMs;
  }

  async #send(notice: Notice): Promise<void> {
    const { key, kind, title, body, actions } = notice;
    const delivery = await this.#notifier.send({
      key: OUTAGE.includes(kind) ? "outage" : key,
      title,
      body,
      urgency: URGENCY[kind],
      ...(actions === undefined ? {} : { actions }),
    });
    if (!delivery.delivered) this.#onFailure(notice, delivery.reason);
  }
}
