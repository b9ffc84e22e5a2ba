import { expect, test } from "@playwright/test";
import { ActiveRuns } from "../../../../tray/supervisor/active-runs.ts";

test.describe("ActiveRuns", () => {
  test("forgets the oldest of too many runs that never ended", () => {
    const runs = new ActiveRuns();

    for (let run = 0; run < 150; run += 1) runs.note({ runId: String(run), stream: "assistant", data: {} });

    expect(runs.count).toBe(100);
  });

  test("ignores what is no event of a run", () => {
    const runs = new ActiveRuns();

    expect(runs.note({})).toBe(false);
    expect(runs.note({ runId: 7, stream: "lifecycle", data: { phase: "start" } })).toBe(false);
    expect(runs.count).toBe(0);
  });
});
