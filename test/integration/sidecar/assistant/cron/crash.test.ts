/** The gateway's process is killed at every step of a job's start: the moment is started once, whatever was in between. */
import { join } from "node:path";
import { expect } from "@playwright/test";
import { isRecord } from "../../../../../shared/protocol/frame.ts";
import { lookIntoDatabase, problemsIn } from "../../../../../sidecar/base/store/database.ts";
import { Platform } from "../../../../helpers/channel/platform.ts";
import { connectWire, TEST_TOKEN, type WireClient } from "../../../../helpers/gateway/wire-client.ts";
import { createTempHome, type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { freePort } from "../../../../helpers/network/ports.ts";
import { type CliProcess, startNode } from "../../../../helpers/process/cli.ts";
import { repetitions, SOAK } from "../../../../helpers/run/soak.ts";
import { testProgram } from "../../../../helpers/run/test-programs.ts";

const PROGRAM = testProgram("fixtures/channel/gateway");

async function start(home: TempHome, failpoint?: string): Promise<CliProcess> {
  const env = home.env(failpoint === undefined ? {} : { CLAWDBOT_TEST_FAILPOINT: failpoint });
  const program = startNode([PROGRAM], { env, timeoutMs: 60_000 });
  await program.waitFor(/listening since/);
  return program;
}

async function connect(port: number): Promise<WireClient> {
  return (await connectWire(port, { scopes: ["operator.admin"] })).client;
}

async function configure(home: TempHome, platform: Platform): Promise<number> {
  const port = await freePort();
  home.writeConfig({
    gateway: { mode: "local", port, auth: { mode: "token", token: TEST_TOKEN } },
    channels: { fixture: { url: platform.url } },
  });
  return port;
}

const hello = (schedule: object) => ({
  name: "hello",
  schedule,
  payload: { kind: "agentTurn", message: "Say hello", deliver: true, channel: "fixture", to: "dm-ann" },
});

/** What the store holds of jobs, in numbers. */
async function countsIn(home: TempHome): Promise<object> {
  const database = await lookIntoDatabase(join(home.stateDir, "clawdbot.db"));
  const count = (from: string) => database.prepare(`SELECT count(*) AS n FROM ${from}`).get()?.n;
  const counts = {
    problems: problemsIn(database),
    runs: count("cron_runs"),
    done: count("cron_runs WHERE state = 'ok'"),
    turns: count("turns"),
    usage: count("usage"),
  };
  database.close();
  return counts;
}

async function until(what: () => Promise<boolean>): Promise<void> {
  await expect.poll(what, { timeout: 30_000 }).toBe(true);
}

const entriesOf = async (client: WireClient, id: string) => {
  const { payload } = await client.request("cron.runs", { id });
  return isRecord(payload) && Array.isArray(payload.entries) ? payload.entries.filter(isRecord) : [];
};

for (const failpoint of [
  "cron-before-claim",
  "cron-claimed",
  "before-ingress",
  "after-ingress",
  "turn-started",
  "after-answer",
  "cron-before-end",
  "cron-ended",
]) {
  test(`case 42: killed at ${failpoint}, the gateway starts the job once for its moment`, SOAK, async () => {
    for (let round = 0; round < repetitions({ short: 1, full: 20 }); round += 1) {
      const home = createTempHome();
      const platform = await Platform.start();
      const port = await configure(home, platform);
      const first = await start(home, failpoint);
      const answer = await (await connect(port)).request("cron.add", hello({ atMs: Date.now() + 700 }));
      const id = isRecord(answer.payload) ? String(answer.payload.id) : "";
      await first.ended;

      const second = await start(home);
      await platform.until(() => platform.textsIn("dm-ann").length > 0);
      const client = await connect(port);
      await until(async () => (await entriesOf(client, id)).length > 0);
      await second.stop();

      expect(platform.textsIn("dm-ann")).toHaveLength(1);
      expect(await countsIn(home)).toEqual({ problems: [], runs: 1, done: 1, turns: 1, usage: 1 });
      await platform.stop();
      home.dispose();
    }
  });
}

test("case 43: a job that ends the gateway is paused after the second time, and its owner is told", async ({
  home,
}) => {
  const platform = await Platform.start();
  const port = await configure(home, platform);
  let id = "";
  for (const round of [1, 2]) {
    const gateway = await start(home, "turn-started");
    if (round === 1) {
      const answer = await (await connect(port)).request("cron.add", hello({ everyMs: 1_000, anchorMs: 0 }));
      id = isRecord(answer.payload) ? String(answer.payload.id) : "";
    }
    await gateway.ended;
  }
  const third = await start(home);
  const client = await connect(port);
  await until(async () => (await entriesOf(client, id)).length > 0);

  const { payload } = await client.request("cron.list", { includeDisabled: true });
  expect(payload).toMatchObject({ jobs: [{ enabled: false, state: { pausedBy: "interruptions" } }] });
  expect(await entriesOf(client, id)).toMatchObject([{ status: "error" }]);
  await platform.until(() => platform.textsIn("dm-ann").length > 0);
  expect(platform.textsIn("dm-ann")[0]).toContain("the gateway ended twice while it ran");
  await third.stop();
  await platform.stop();
});
