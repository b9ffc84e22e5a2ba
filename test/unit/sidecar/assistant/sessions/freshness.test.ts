import { expect, test } from "@playwright/test";
import type { GatewayConfig } from "../../../../../shared/config/schema.ts";
import {
  conversationType,
  isOver,
  lastHour,
  resetRule,
} from "../../../../../sidecar/assistant/sessions/freshness.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const utc = (text: string) => Date.parse(`${text}Z`);
const ruleFor = (
  session: GatewayConfig["session"],
  type: Parameters<typeof resetRule>[1] = "dm",
  channel = "webchat",
) => resetRule({ session }, type, channel);

test.describe("the hour at which a day of conversations ends", () => {
  for (const [day, atUtc] of [
    ["an ordinary winter day", "2026-01-15T03:00"],
    ["an ordinary summer day", "2026-07-15T02:00"],
    ["the day on which clocks go forward", "2026-03-29T02:00"],
    ["the day on which they go back", "2026-10-25T03:00"],
  ] as const) {
    test(`case 25: four o'clock is that of Berlin on ${day}`, () => {
      const boundary = utc(`${atUtc}:00`);
      const rule = { dailyAtHour: 4, idleMs: undefined };
      const at = (nowMs: number) => ({ nowMs, zone: "Europe/Berlin" });

      expect(lastHour(4, "Europe/Berlin", boundary)).toBe(boundary);
      expect(lastHour(4, "Europe/Berlin", boundary + 10 * HOUR_MS)).toBe(boundary);
      expect(lastHour(4, "Europe/Berlin", boundary - 1)).toBeLessThan(boundary - 22 * HOUR_MS);
      expect(isOver(rule, boundary - 1, at(boundary - 1))).toBe(false);
      expect(isOver(rule, boundary - 1, at(boundary))).toBe(true);
      expect(isOver(rule, boundary, at(boundary + 23 * HOUR_MS - 1))).toBe(false);
    });
  }

  for (const [what, hour, zone, now, expected] of [
    [
      "an hour that the day does not have is the next one",
      2,
      "Europe/Berlin",
      "2026-03-29T12:00",
      "2026-03-29T01:00",
    ],
    ["the same half an hour before it", 2, "Europe/Berlin", "2026-03-29T00:59", "2026-03-28T01:00"],
    ["an hour that it has twice is the first", 2, "Europe/Berlin", "2026-10-25T12:00", "2026-10-25T00:00"],
    ["between both of them, too", 2, "Europe/Berlin", "2026-10-25T00:30", "2026-10-25T00:00"],
    ["half an hour is missing", 2, "Australia/Lord_Howe", "2026-10-04T12:00", "2026-10-03T15:30"],
    ["a midnight is missing", 0, "America/Santiago", "2026-09-06T12:00", "2026-09-06T04:00"],
    [
      "west of Greenwich the day is another",
      4,
      "America/Los_Angeles",
      "2026-01-15T11:59",
      "2026-01-14T12:00",
    ],
    ["a zone that is three quarters off", 4, "Asia/Kathmandu", "2026-01-15T12:00", "2026-01-14T22:15"],
    ["without a change all year", 23, "UTC", "2026-03-01T22:59", "2026-02-28T23:00"],
  ] as const) {
    test(what, () => {
      expect(new Date(lastHour(hour, zone, utc(`${now}:00`))).toISOString()).toBe(`${expected}:00.000Z`);
    });
  }
});

test.describe("the rule of a conversation", () => {
  for (const [what, session, expected] of [
    ["nothing ends it where nothing is said", undefined, {}],
    ["`none`, whatever else is said", { reset: { mode: "none", atHour: 4, idleMinutes: 5 } }, {}],
    ["`daily` alone is at four", { reset: { mode: "daily" } }, { dailyAtHour: 4 }],
    ["`idle` alone is an hour", { reset: { mode: "idle" } }, { idleMs: HOUR_MS }],
    [
      "both",
      { reset: { mode: "daily", atHour: 0, idleMinutes: 5 } },
      { dailyAtHour: 0, idleMs: 5 * MINUTE_MS },
    ],
    ["an hour without a mode is one of the day", { reset: { atHour: 6 } }, { dailyAtHour: 6 }],
    ["minutes without a mode are idle ones", { reset: { idleMinutes: 6 } }, { idleMs: 6 * MINUTE_MS }],
    ["an empty rule ends nothing", { reset: {} }, {}],
    ["the older key is idle alone", { idleMinutes: 90 }, { idleMs: 90 * MINUTE_MS }],
    [
      "the older key gives way to the newer",
      { idleMinutes: 90, reset: { mode: "daily" } },
      { dailyAtHour: 4 },
    ],
    [
      "a type comes before what holds for all, and has from there what it does not say",
      { reset: { mode: "daily", atHour: 6 }, resetByType: { dm: { mode: "idle", idleMinutes: 9 } } },
      { idleMs: 9 * MINUTE_MS },
    ],
    [
      "the type is known by its other name",
      { resetByType: { direct: { mode: "daily" } } },
      { dailyAtHour: 4 },
    ],
    ["another type does not", { resetByType: { group: { mode: "daily" } } }, {}],
    [
      "a channel comes first",
      { resetByType: { dm: { mode: "daily" } }, resetByChannel: { webchat: { mode: "none" } } },
      {},
    ],
    ["another channel does not", { resetByChannel: { telegram: { mode: "daily" } } }, {}],
  ] as const) {
    test(what, () => {
      expect(ruleFor(session)).toEqual({ dailyAtHour: undefined, idleMs: undefined, ...expected });
    });
  }

  for (const [key, chatType, type] of [
    ["agent:main:main", "direct", "dm"],
    ["agent:main:telegram:dm:1", undefined, "dm"],
    ["agent:main:telegram:group:1", undefined, "group"],
    ["agent:main:work", "channel", "group"],
    ["agent:main:slack:channel:c1:thread:17.1", "channel", "thread"],
    ["agent:main:telegram:group:1:topic:7", "group", "thread"],
    ["global", "direct", "dm"],
  ] as const) {
    test(`${key} is a ${type}`, () => {
      expect(conversationType(key, chatType)).toBe(type);
    });
  }

  test("the earlier of both ends it, and a clock that was set back ends nothing", () => {
    const rule = { dailyAtHour: 4, idleMs: HOUR_MS };
    const zone = "UTC";
    const last = utc("2026-01-15T03:30:00");

    expect(isOver(rule, last, { nowMs: utc("2026-01-15T03:59:59"), zone })).toBe(false);
    expect(isOver(rule, last, { nowMs: utc("2026-01-15T04:00:00"), zone })).toBe(true);
    expect(isOver(rule, last + HOUR_MS, { nowMs: last + 2 * HOUR_MS, zone })).toBe(true);
    expect(isOver(rule, last, { nowMs: last - 20 * MINUTE_MS, zone })).toBe(false);
  });
});
