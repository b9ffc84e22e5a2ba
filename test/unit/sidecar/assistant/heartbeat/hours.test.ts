/** Hours in which agents look around, and tasks that they look after. */
import { expect, test } from "@playwright/test";
import { GatewayConfig } from "../../../../../shared/config/schema.ts";
import { opensAt } from "../../../../../sidecar/assistant/heartbeat/hours.ts";
import { beatingAgents, heartbeatSettings } from "../../../../../sidecar/assistant/heartbeat/settings.ts";
import { hasTasks } from "../../../../../sidecar/assistant/heartbeat/tasks.ts";

const config = { agents: { defaults: { userTimezone: "Europe/Berlin" } } };
const hours = (start: string, end: string, timezone?: string) => ({
  activeHours: { start, end, ...(timezone === undefined ? {} : { timezone }) },
});

for (const [at, what, activeHours, opens] of [
  ["2026-06-01T06:59Z", "before them", hours("09:00", "22:00"), "2026-06-01T07:00Z"],
  ["2026-06-01T07:00Z", "at their first minute", hours("09:00", "22:00"), undefined],
  ["2026-06-01T20:00Z", "at their end", hours("09:00", "22:00"), "2026-06-02T07:00Z"],
  ["2026-06-01T21:59Z", "until midnight", hours("09:00", "24:00"), undefined],
  ["2026-06-01T23:30Z", "in the middle of the night", hours("22:00", "06:00"), undefined],
  ["2026-06-01T10:00Z", "at noon, of a night", hours("22:00", "06:00"), "2026-06-01T20:00Z"],
  ["2026-06-01T23:30Z", "with a start alone", { activeHours: { start: "09:00" } }, "2026-06-02T07:00Z"],
  ["2026-06-01T00:30Z", "in another zone", hours("09:00", "22:00", "Asia/Tokyo"), undefined],
  ["2026-03-28T22:30Z", "before the clocks are put on", hours("09:00", "22:00"), "2026-03-29T07:00Z"],
] as const)
  test(`${what}: at ${at} they begin ${opens === undefined ? "not again, as they last" : `at ${opens}`}`, () => {
    expect(opensAt(activeHours, config, Date.parse(at))).toBe(
      opens === undefined ? undefined : Date.parse(opens),
    );
  });

test("hours that begin when they end are refused, with the place, the value and what to do instead", () => {
  const heartbeat = { activeHours: { start: "8:00", end: "08:00" } };
  const read = GatewayConfig.safeParse({ agents: { defaults: { heartbeat } } });
  expect(read.error?.issues).toMatchObject([
    {
      path: ["agents", "defaults", "heartbeat", "activeHours", "end"],
      message: expect.stringContaining("take activeHours out"),
    },
  ]);
});

test("where an agent has a heartbeat of its own, the others have none", () => {
  const list = [{ id: "main" }, { id: "guard", heartbeat: { model: "home/small" } }];
  const both = { agents: { list, defaults: { heartbeat: { every: "15m" } } } };
  expect(beatingAgents(both)).toEqual(["guard"]);
  expect(heartbeatSettings(both, "guard")).toMatchObject({ every: "15m", model: "home/small" });
  expect(beatingAgents({ agents: { list: [{ id: "main" }, { id: "guard" }] } })).toEqual(["main", "guard"]);
});

for (const [text, asks] of [
  ["", false],
  ["# Heartbeat\n\n<!-- one line each -->\n", false],
  ["## Daily\n\n- [ ]\n-\n* \n---\n", false],
  ["<!-- never closed\n- a task", false],
  ["# Heartbeat\n- look at the mail", true],
  ["- [ ] water the plants", true],
  ["#hashtags are no headings", true],
] as const)
  test(`${JSON.stringify(text)} ${asks ? "asks for something" : "asks for nothing"}`, () => {
    expect(hasTasks(text)).toBe(asks);
  });
