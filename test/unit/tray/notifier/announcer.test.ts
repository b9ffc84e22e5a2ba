import { expect, test } from "@playwright/test";
import { NOTIFY_INTERVAL_MS, QUIET_MS } from "../../../../tray/model/limits.ts";
import { DEFAULT_INTENT, initialModel, type NotificationKind } from "../../../../tray/model/tray-model.ts";
import type { Notice } from "../../../../tray/model/view.ts";
import { Announcer } from "../../../../tray/notifier/announcer.ts";
import type { Delivery, DesktopNotification } from "../../../../tray/notifier/notification.ts";
import { EMPTY_LEDGER, type NoticeLedger } from "../../../../tray/notifier/rules.ts";
import { FakeClock } from "../../../helpers/time/fake-clock.ts";

class Store {
  ledger: NoticeLedger = EMPTY_LEDGER;

  saveLedger(ledger: NoticeLedger): void {
    this.ledger = ledger;
  }
}

function notice(kind: NotificationKind, occurrence = "1"): Notice {
  return { key: kind, kind, occurrence, outageMs: 1, title: kind, body: `about ${kind}` };
}

function arrange(delivery: Delivery = { delivered: true }) {
  const clock = new FakeClock();
  const model = initialModel(DEFAULT_INTENT, "0.1.0", clock.now());
  const sent: DesktopNotification[] = [];
  const failures: string[] = [];
  const store = new Store();
  const notifier = {
    send: async (notification: DesktopNotification) => {
      sent.push(notification);
      return delivery;
    },
  };
  const announcer = () =>
    new Announcer(notifier, store, clock, ({ key }, reason) => failures.push(`${key}: ${reason}`));
  return { clock, model, sent, failures, store, announcer };
}

test.describe("Announcer", () => {
  test("holds a notice back while all is quiet and tells after how long to ask again", () => {
    const { clock, model, sent, announcer } = arrange();
    const it = announcer();

    expect(it.consider([notice("down")], model)).toBe(QUIET_MS);
    expect(sent).toEqual([]);
    clock.advance(QUIET_MS);

    expect(it.consider([notice("down")], model)).toBeNull();
    expect(sent).toEqual([{ key: "outage", title: "down", body: "about down", urgency: "normal" }]);
  });

  test("lets the end of an outage take the place of its beginning, and a blocked start stand for itself", () => {
    const { clock, model, sent, announcer } = arrange();
    const it = announcer();
    clock.advance(QUIET_MS);

    it.consider([notice("down")], model);
    it.consider([notice("recovered")], model);
    it.consider([notice("blocked")], model);

    expect(sent.map(({ key, urgency }) => [key, urgency])).toEqual([
      ["outage", "normal"],
      ["outage", "low"],
      ["blocked", "critical"],
    ]);
  });

  test("tells nothing again after a restart of the tray", () => {
    const { clock, model, sent, announcer } = arrange();
    clock.advance(QUIET_MS);
    announcer().consider([notice("gave-up")], model);
    clock.advance(NOTIFY_INTERVAL_MS);

    announcer().consider([notice("gave-up")], model);

    expect(sent).toHaveLength(1);
  });

  test("reports what could not be delivered", async () => {
    const { clock, model, failures, announcer } = arrange({ delivered: false, reason: "no daemon" });
    clock.advance(QUIET_MS);

    announcer().consider([notice("down")], model);

    await expect.poll(() => failures).toEqual(["down: no daemon"]);
  });
});
