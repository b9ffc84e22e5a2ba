/** When an agent looks around. */
import { expect, test } from "@playwright/test";
import { failed, whenDue } from "../../../../../sidecar/assistant/heartbeat/when-due.ts";
import type { HeartbeatState } from "../../../../../sidecar/base/store/heartbeat-store.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Looks of each day, and how often it was said that there are no more. */
function days(most: number, everyMs: number, wroteAtMs = 0) {
  let state: HeartbeatState = { sinceMs: 0 };
  const looks = new Array<number>(most).fill(0);
  let told = 0;
  for (let nowMs = 0; nowMs < most * DAY; nowMs += MINUTE) {
    const due = whenDue(state, { everyMs, lastUserAtMs: wroteAtMs, nowMs });
    if (due === "now") looks[Math.floor(nowMs / DAY)] = (looks[Math.floor(nowMs / DAY)] ?? 0) + 1;
    if (due === "now") state = { ...state, lastAtMs: nowMs };
    if (due === "tell-idle") told += 1;
    if (due === "tell-idle") state = { ...state, idleToldAtMs: nowMs };
  }
  return { looks, told };
}

test("case 45: of 21 days on which nobody writes, three are looked after as ever, those up to the fourteenth twelve times, and the others never", () => {
  const { looks, told } = days(21, 30 * MINUTE);
  expect(looks).toEqual([47, 48, 48, ...Array(11).fill(12), ...Array(7).fill(0)]);
  expect(told).toBe(1);
});

test("who looks more rarely than every two hours anyway goes on as before", () => {
  expect(days(6, 6 * 60 * MINUTE).looks).toEqual([3, 4, 4, 4, 4, 4]);
});

test("three failures in a row are a pause, which whoever writes ends", () => {
  let state: HeartbeatState = { sinceMs: 0, lastAtMs: 0 };
  for (const nowMs of [1, 2]) state = failed(state, nowMs * MINUTE);
  const at = (lastUserAtMs: number) => whenDue(state, { everyMs: MINUTE, lastUserAtMs, nowMs: 9 * MINUTE });
  expect(at(0)).toBe("now");
  state = failed(state, 3 * MINUTE);
  expect(at(0)).toBe("paused");
  expect(at(4 * MINUTE)).toBe("now");
});
