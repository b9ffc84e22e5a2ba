import { expect, test } from "@playwright/test";
import { expressionProblem, lastSlot, nextSlot } from "../../../../../sidecar/assistant/cron/next-slot.ts";
import type { CronSchedule } from "../../../../../sidecar/base/store/cron-store.ts";

const RULES = { zone: "Europe/Berlin", id: "a job", anchoredAtMs: Date.UTC(2026, 0, 1, 8, 7), isExact: true };

function slots(schedule: CronSchedule, after: string, count: number, rules = RULES): string[] {
  const found: string[] = [];
  let at: number | undefined = Date.parse(after);
  while (found.length < count) {
    at = nextSlot(schedule, rules, at);
    if (at === undefined) return found;
    found.push(new Date(at).toISOString().slice(5, 16));
  }
  return found;
}

const daily = (expr: string, tz: string): CronSchedule => ({ kind: "cron", expr, tz });

test.describe("an expression for one time of the day", () => {
  for (const [zone, expr, after, expected] of [
    ["Europe/Berlin", "30 2 * * *", "2026-03-28T12:00Z", ["03-29T01:00", "03-30T00:30"]],
    ["America/New_York", "30 2 * * *", "2026-03-07T12:00Z", ["03-08T07:00", "03-09T06:30"]],
    ["Australia/Lord_Howe", "15 2 * * *", "2026-10-02T22:40Z", ["10-03T15:30", "10-04T15:15"]],
  ] as const) {
    test(`comes at the next minute there is where the clock of ${zone} jumps over it`, () => {
      expect(slots(daily(expr, zone), after, 2)).toEqual(expected);
    });
  }

  for (const [zone, expr, after, expected] of [
    ["Europe/Berlin", "30 2 * * *", "2026-10-24T12:00Z", ["10-25T00:30", "10-26T01:30"]],
    ["America/New_York", "30 1 * * *", "2026-10-31T12:00Z", ["11-01T05:30", "11-02T06:30"]],
    ["Australia/Lord_Howe", "45 1 * * *", "2026-04-03T22:40Z", ["04-04T14:45", "04-05T15:15"]],
  ] as const) {
    test(`comes once where the clock of ${zone} shows it twice`, () => {
      expect(slots(daily(expr, zone), after, 2)).toEqual(expected);
    });
  }

  test("several of them in the hour that is left out come once, behind it", () => {
    expect(slots(daily("15,45 2 * * *", "Europe/Berlin"), "2026-03-28T12:00Z", 2)).toEqual([
      "03-29T01:00",
      "03-30T00:15",
    ]);
  });

  test("several of them in the hour that comes twice come once each", () => {
    expect(slots(daily("0,30 2 * * *", "Europe/Berlin"), "2026-10-24T22:00Z", 3)).toEqual([
      "10-25T00:00",
      "10-25T00:30",
      "10-26T01:00",
    ]);
  });

  test("looked for within the second of the two hours, comes the next day", () => {
    expect(slots(daily("30 2 * * *", "Europe/Berlin"), "2026-10-25T01:10Z", 1)).toEqual(["10-26T01:30"]);
  });
});

test.describe("an expression for every hour", () => {
  test("goes on through the hour that comes twice", () => {
    expect(slots(daily("*/30 * * * *", "Europe/Berlin"), "2026-10-24T23:20Z", 6)).toEqual([
      "10-24T23:30",
      "10-25T00:00",
      "10-25T00:30",
      "10-25T01:00",
      "10-25T01:30",
      "10-25T02:00",
    ]);
  });

  test("has nothing to make up for where an hour is left out", () => {
    expect(slots(daily("15 * * * *", "America/New_York"), "2026-03-08T06:00Z", 3)).toEqual([
      "03-08T06:15",
      "03-08T07:15",
      "03-08T08:15",
    ]);
  });

  test("keeps its distance over half an hour that is put back", () => {
    expect(slots(daily("*/15 * * * *", "Australia/Lord_Howe"), "2026-04-04T14:20Z", 5)).toEqual([
      "04-04T14:30",
      "04-04T14:45",
      "04-04T15:00",
      "04-04T15:15",
      "04-04T15:30",
    ]);
  });
});

test("a leap day comes every four years", () => {
  const leap = daily("0 0 29 2 *", "UTC");
  const first = nextSlot(leap, RULES, Date.UTC(2026, 0, 1)) ?? 0;
  expect(new Date(first).toISOString()).toBe("2028-02-29T00:00:00.000Z");
  expect(new Date(nextSlot(leap, RULES, first) ?? 0).getUTCFullYear()).toBe(2032);
});

test("without a zone an expression is one of the owner's", () => {
  expect(slots({ kind: "cron", expr: "0 9 * * *" }, "2026-07-01T00:00Z", 1)).toEqual(["07-01T07:00"]);
});

test.describe("a period", () => {
  const HOUR: CronSchedule = { kind: "every", everyMs: 3_600_000 };

  test("is counted from its anchor, before it and after it, and does not drift", () => {
    const anchored: CronSchedule = { ...HOUR, anchorMs: Date.UTC(2026, 5, 1, 0, 20) };
    expect(slots(anchored, "2026-05-31T22:19:59.999Z", 3)).toEqual([
      "05-31T22:20",
      "05-31T23:20",
      "06-01T00:20",
    ]);
    expect(slots(anchored, "2026-06-01T00:20:00Z", 1)).toEqual(["06-01T01:20"]);
  });

  test("is counted from when the job was made where somebody notices", () => {
    expect(slots(HOUR, "2026-01-01T08:07Z", 2)).toEqual(["01-01T09:07", "01-01T10:07"]);
  });

  test("has a place of its own in the hour where nobody does, the same one every time", () => {
    const places = ["one", "two", "three"].map((id) =>
      slots(HOUR, "2026-01-01T00:00Z", 2, { ...RULES, id, isExact: false }),
    );
    expect(new Set(places.map(([first]) => first)).size).toBe(3);
    for (const [first = "", second = ""] of places) expect(second.slice(9)).toBe(first.slice(9));
    expect(slots(HOUR, "2026-01-01T00:00Z", 2, { ...RULES, id: "one", isExact: false })).toEqual(places[0]);
  });
});

test("what comes once does not come again", () => {
  const once: CronSchedule = { kind: "at", atMs: 1_000 };
  expect([nextSlot(once, RULES, 999), nextSlot(once, RULES, 1_000)]).toEqual([1_000, undefined]);
});

test("of what was missed in a year the last one is found", () => {
  const sinceMs = Date.UTC(2025, 5, 1, 7);
  const untilMs = Date.UTC(2026, 5, 1, 7, 3);
  const last = (schedule: CronSchedule) =>
    new Date(lastSlot(schedule, RULES, { sinceMs, untilMs })).toISOString().slice(0, 16);

  expect(last(daily("0 9 * * *", "Europe/Berlin"))).toBe("2026-06-01T07:00");
  expect(last(daily("* * * * *", "Europe/Berlin"))).toBe("2026-06-01T07:03");
  expect(last(daily("0 9 2 6 *", "Europe/Berlin"))).toBe("2025-06-02T07:00");
  expect(last({ kind: "every", everyMs: 600_000, anchorMs: 0 })).toBe("2026-06-01T07:00");
  expect(last({ kind: "at", atMs: sinceMs })).toBe("2025-06-01T07:00");
});

test("an expression that is none, or never comes, is told from one that does", () => {
  expect(expressionProblem("0 9 * * 1-5", 0)).toBeUndefined();
  expect(expressionProblem("0 0 31 2 *", 0)).toBe("it never comes");
  expect(expressionProblem("soon", 0)).toMatch(/five, six/);
});
