import { join } from "node:path";
import { expect } from "@playwright/test";
import type { CronJob } from "../../../../../../../sidecar/base/store/cron-store.ts";
import { openDatabase } from "../../../../../../../sidecar/base/store/database.ts";
import { SqliteCronStore } from "../../../../../../../sidecar/base/store/sqlite/cron.ts";
import { jobs } from "../../../../../../../sidecar/setup/doctor/checks/state/jobs.ts";
import { findingsOf } from "../../../../../../helpers/home/check-context.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";
import { reads } from "../../../../../../helpers/run/reads.ts";

const JOB: CronJob = {
  id: "one",
  name: "news",
  isEnabled: true,
  schedule: { kind: "every", everyMs: 60_000 },
  sessionTarget: "isolated",
  wakeMode: "now",
  payload: { kind: "agentTurn", message: "What is new?" },
  principal: "webchat:owner",
  authority: "owner",
  state: {},
  scheduledAtMs: 0,
  createdAtMs: 0,
  updatedAtMs: 0,
};

async function keep(home: TempHome, ...kept: CronJob[]): Promise<void> {
  const database = await openDatabase(join(home.stateDir, "clawdbot.db"));
  const store = new SqliteCronStore(database);
  for (const job of kept) await store.add(job);
  database.close();
}

test.describe("the check of jobs", () => {
  test("finds nothing where there are none, and where they do what they should", async ({ home }) => {
    expect(await findingsOf(jobs, home)).toEqual([]);
    await keep(
      home,
      JOB,
      { ...JOB, id: "two", isEnabled: false },
      { ...JOB, id: "three", state: { failures: 1 } },
    );
    expect(await findingsOf(jobs, home)).toEqual([]);
  });

  test("finds one that was paused, and one that fails", async ({ home }) => {
    const state = { failures: 5, lastError: "no model" };
    await keep(
      home,
      { ...JOB, isEnabled: false, state: { ...state, pausedBy: "failures" } },
      { ...JOB, id: "two", state: { ...state, failures: 3 } },
    );
    expect(await findingsOf(jobs, home)).toMatchObject([
      {
        code: "job-paused",
        level: "warning",
        subject: "one",
        message: "the job news was paused: no model",
        remedy: reads(/cron enable one/),
      },
      { code: "job-fails", level: "hint", message: "the job news failed 3 times in a row: no model" },
    ]);
  });

  test("finds that nobody starts them", async ({ home }) => {
    await keep(home, JOB);
    home.writeConfig({ cron: { enabled: false } });
    expect(await findingsOf(jobs, home)).toMatchObject([{ code: "jobs-off", level: "warning" }]);
  });
});
