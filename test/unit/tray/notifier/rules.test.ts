import { expect, test } from "@playwright/test";
import { NOTIFY_INTERVAL_MS, QUIET_MS } from "../../../../tray/model/limits.ts";
import type { NotificationKind } from "../../../../tray/model/tray-model.ts";
import type { Notice } from "../../../../tray/model/view.ts";
import { EMPTY_LEDGER, type NoticeLedger, selectNotices } from "../../../../tray/notifier/rules.ts";

const OUTAGE = 500;

function notice(kind: NotificationKind, fields: Partial<Notice> = {}): Notice {
  const outageMs = kind === "blocked" || kind === "connected" ? null : OUTAGE;
  return { key: kind, kind, occurrence: "1", outageMs, title: kind, body: "", ...fields };
}

const CONNECTED = notice("connected");
const at = (nowMs: number, silenced: readonly NotificationKind[] = [], quietUntilMs = 0) => ({
  nowMs,
  silenced,
  quietUntilMs,
});

/** Shows the notices of several moments one after another; returns the kinds that were sent at each. */
function tell(moments: readonly (readonly [number, readonly Notice[]])[]) {
  let ledger: NoticeLedger = EMPTY_LEDGER;
  return moments.map(([nowMs, notices]) => {
    const selection = selectNotices(ledger, notices, at(nowMs, ["connected"]));
    ledger = JSON.parse(JSON.stringify(selection.ledger));
    return selection.send.map(({ kind }) => kind);
  });
}

test.describe("selectNotices", () => {
  test("sends a notice once while it holds", () => {
    expect(
      tell([
        [1_000, [notice("down")]],
        [2_000, [notice("down", { body: "another text" })]],
        [90_000, [notice("down")]],
      ]),
    ).toEqual([["down"], [], []]);
  });

  test("sends at most one per key in the interval, and the held-back one afterwards if it still holds", () => {
    const first = selectNotices(EMPTY_LEDGER, [notice("down")], at(1_000));

    const second = notice("down", { occurrence: "2" });
    const held = selectNotices(first.ledger, [second], at(11_000));
    expect(held).toMatchObject({ send: [], againInMs: NOTIFY_INTERVAL_MS - 10_000 });

    const later = selectNotices(held.ledger, [second], at(1_000 + NOTIFY_INTERVAL_MS));
    expect(later).toMatchObject({ send: [second], againInMs: null });
  });

  test("F10: does not wait for a time to come that was noted before the clock was set back", () => {
    const sent = selectNotices(EMPTY_LEDGER, [notice("down")], at(300_000_000));

    const next = selectNotices(sent.ledger, [notice("down", { occurrence: "2" })], at(1_000));

    expect(next.send).toHaveLength(1);
    expect(next.againInMs).toBeNull();
  });

  test("holds everything back while it is quiet and says when to ask again", () => {
    const blocked = notice("blocked", { key: "blocked:port-in-use" });

    const quiet = selectNotices(EMPTY_LEDGER, [blocked], at(0, [], QUIET_MS));
    expect(quiet).toEqual({ ledger: EMPTY_LEDGER, send: [], againInMs: QUIET_MS });

    expect(selectNotices(quiet.ledger, [blocked], at(QUIET_MS, [], QUIET_MS)).send).toEqual([blocked]);
  });

  test("settles a silenced kind, so that it does not pop up when it is switched on", () => {
    const silenced = selectNotices(EMPTY_LEDGER, [notice("down")], at(1_000, ["down"]));
    expect(silenced.send).toEqual([]);

    expect(selectNotices(silenced.ledger, [notice("down")], at(2_000)).send).toEqual([]);
  });

  test("tells the end of an outage once, and only when the outage was told", () => {
    const recovered = notice("recovered");
    expect(
      tell([
        [1_000, [notice("down")]],
        [2_000, [CONNECTED, recovered]],
        [3_000, [CONNECTED, recovered]],
      ]),
    ).toEqual([["down"], ["recovered"], []]);
    expect(tell([[2_000, [CONNECTED, recovered]]])).toEqual([[]]);
    expect(
      tell([
        [1_000, [notice("gave-up")]],
        [2_000, [CONNECTED, recovered]],
      ]),
    ).toEqual([["gave-up"], ["recovered"]]);
  });

  test("says little in a crash loop: down, running again, gave up", () => {
    const outage = (number: number) => ({ occurrence: String(number), outageMs: number });
    const moments = [0, 1, 2, 3].flatMap((crash) => {
      const nowMs = 100_000 + crash * 3_000;
      return [
        [nowMs, [notice("down", outage(crash))]],
        [nowMs + 1_000, [CONNECTED, notice("recovered", outage(crash))]],
      ] as const;
    });

    const sent = tell([...moments, [112_000, [notice("gave-up", outage(4))]]]).flat();

    expect(sent).toEqual(["down", "recovered", "gave-up"]);
  });

  test("tells a blocking cause once, and again when it comes back after the gateway was well", () => {
    const blocked = notice("blocked", { key: "blocked:port-in-use", occurrence: "nginx" });
    const other = { ...blocked, occurrence: "apache" };
    expect(
      tell([
        [0, [blocked]],
        [10_000, []],
        [11_000, [blocked]],
        [12_000, [other]],
        [30_000, [other]],
        [31_000, [CONNECTED]],
        [40_000, [other]],
      ]),
    ).toEqual([["blocked"], [], [], [], ["blocked"], [], ["blocked"]]);
  });

  test("repeats nothing for a new tray that reads the ledger", () => {
    const blocked = notice("blocked", { key: "blocked:config-invalid", occurrence: "line 3" });
    const before = selectNotices(EMPTY_LEDGER, [blocked], at(1_000));

    const stored: NoticeLedger = JSON.parse(JSON.stringify(before.ledger));
    const after = selectNotices(stored, [blocked], at(500_000, [], 0));

    expect(after.send).toEqual([]);
  });
});
