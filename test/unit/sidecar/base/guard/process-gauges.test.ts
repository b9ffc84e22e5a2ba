import { expect, test } from "@playwright/test";
import type { Clock } from "../../../../../shared/clock.ts";
import { ProcessGauges } from "../../../../../sidecar/base/guard/process-gauges.ts";

const SAMPLE_MS = 200;

/** A clock whose timer the test fires as late as it likes. */
function stage() {
  let nowMs = 0;
  let fire = () => {};
  const clock: Clock = {
    now: () => nowMs,
    monotonicMs: () => nowMs,
    after: () => ({ dispose: () => {} }),
    every: (_intervalMs, run) => {
      fire = run;
      return { dispose: () => {} };
    },
  };
  const gauges = new ProcessGauges(clock);
  gauges.start();
  return {
    gauges,
    pass: (ms: number) => {
      nowMs += ms;
    },
    beat: (ms: number) => {
      nowMs += ms;
      fire();
    },
  };
}

test.describe("the delay of the event loop", () => {
  test("is the longest since it was asked for last", () => {
    const { gauges, beat } = stage();

    for (const ms of [SAMPLE_MS, SAMPLE_MS + 700, SAMPLE_MS + 20]) beat(ms);

    expect(gauges.loopDelay()).toBe(700);
    beat(SAMPLE_MS);
    expect(gauges.loopDelay()).toBe(0);
  });

  test("is seen from the start on, and by whoever asks before the next sample", () => {
    const { gauges, pass } = stage();

    pass(SAMPLE_MS + 2_000);

    expect(gauges.loopDelay()).toBe(2_000);
  });
});

test("memory is that of the process", () => {
  const { gauges } = stage();

  expect(gauges.rss()).toBeGreaterThan(10_000_000);
  expect(Object.keys(gauges.memory())).toEqual(
    expect.arrayContaining(["rss", "heapUsed", "external", "arrayBuffers"]),
  );
});
