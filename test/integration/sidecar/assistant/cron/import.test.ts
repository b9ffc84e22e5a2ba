/** Jobs that the original kept are taken over once, with the log of their runs, and their files stay as they are. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, mergeTests } from "@playwright/test";
import { CronGateway, configFor } from "../../../../helpers/assistant/cron-gateway.ts";
import { test as homeTest, type TempHome } from "../../../../helpers/home/temp-home.ts";
import { treeChecksum } from "../../../../helpers/home/tree-checksum.ts";
import { test as providerTest } from "../../../../helpers/models/fake-provider.ts";
import { answered } from "../../../../helpers/models/reply.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

const test = mergeTests(homeTest, providerTest);
const HOUR = 3_600_000;
const START = Date.UTC(2026, 5, 1, 6);

const job = (id: string, schedule: object, more: object = {}) => ({
  id,
  name: id,
  enabled: true,
  createdAtMs: START - 48 * HOUR,
  updatedAtMs: START - 48 * HOUR,
  schedule,
  sessionTarget: "main",
  wakeMode: "next-heartbeat",
  payload: { kind: "systemEvent", text: `it is time for ${id}` },
  state: {},
  ...more,
});

function keep(home: TempHome): string {
  const folder = join(home.stateDir, "cron");
  mkdirSync(join(folder, "runs"), { recursive: true });
  const jobs = [
    job(
      "nightly",
      { kind: "cron", expr: "0 3 * * *", tz: "UTC" },
      { state: { lastRunAtMs: 1, lastStatus: "ok" } },
    ),
    job("soon", { kind: "at", atMs: START + HOUR }),
    job("missed", { kind: "at", atMs: START - 2 * HOUR }),
    job("old", { kind: "at", atMs: START - 40 * HOUR }),
    job("off", { kind: "every", everyMs: HOUR }, { enabled: false }),
    job("broken", { kind: "cron", expr: "whenever" }),
    job(
      "task",
      { kind: "every", everyMs: HOUR, anchorMs: 0 },
      {
        sessionTarget: "isolated",
        payload: { kind: "agentTurn", message: "Look", deliver: true, channel: "last" },
        isolation: { postToMainPrefix: "Cron" },
      },
    ),
    "nonsense",
  ];
  writeFileSync(join(folder, "jobs.json"), JSON.stringify({ version: 1, jobs }));
  const line = {
    ts: START - HOUR,
    jobId: "nightly",
    action: "finished",
    status: "ok",
    summary: "all well",
    runAtMs: START - HOUR,
  };
  writeFileSync(join(folder, "runs", "nightly.jsonl"), `${JSON.stringify(line)}\n{"ts":17`);
  return folder;
}

test("jobs of the original come along at the first start, and once", async ({ home, provider }) => {
  provider.script(answered("Done."));
  const folder = keep(home);
  const before = treeChecksum(folder);
  const clock = new FakeClock(START);
  const first = await CronGateway.start({ config: configFor(provider), clock, home });
  await first.told("finished", "missed");
  const { jobs } = await first.ask("cron.list", { includeDisabled: true });
  const states = Object.fromEntries(
    (jobs as { id: string; enabled: boolean; state: { nextRunAtMs?: number } }[]).map(
      ({ id, enabled, state }) => [id, enabled ? state.nextRunAtMs : "off"],
    ),
  );
  expect(states).toEqual({
    nightly: Date.UTC(2026, 5, 2, 3),
    soon: START + HOUR,
    // It came at once, and is over.
    missed: "off",
    old: "off",
    off: "off",
    task: START + HOUR,
  });
  expect(await first.runs("nightly")).toMatchObject([{ status: "ok", summary: "all well" }]);
  await first.ask("cron.remove", { id: "nightly" });
  await first.stop();

  const second = await CronGateway.start({ config: configFor(provider), clock, home });
  const { jobs: left } = await second.ask("cron.list", { includeDisabled: true });
  await second.stop();
  expect(JSON.stringify(left)).not.toContain('"nightly"');
  expect(treeChecksum(folder)).toEqual(before);
});
