/** When jobs are started: in a gateway whose time the test owns, by a model over real HTTP. */
import { expect, mergeTests } from "@playwright/test";
import { CronGateway, configFor } from "../../../../helpers/assistant/cron-gateway.ts";
import type { GatewayOptions } from "../../../../helpers/gateway/gateway.ts";
import { test as homeTest } from "../../../../helpers/home/temp-home.ts";
import { test as providerTest } from "../../../../helpers/models/fake-provider.ts";
import { answered, inTrouble } from "../../../../helpers/models/reply.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A Monday, at eight in Berlin. */
const START = Date.UTC(2026, 5, 1, 6);

const test = mergeTests(homeTest, providerTest).extend<{
  start: (options?: Partial<GatewayOptions> & { clock?: FakeClock }) => Promise<CronGateway>;
}>({
  start: async ({ provider }, use) => {
    const started: CronGateway[] = [];
    await use(async ({ clock = new FakeClock(START), config, ...options } = {}) => {
      const gateway = await CronGateway.start({ config: configFor(provider, config), ...options, clock });
      started.push(gateway);
      return gateway;
    });
    await Promise.all(started.map((gateway) => gateway.stop()));
  },
});

const remind = (at: string, text = "Take the cake out") => ({
  name: "cake",
  schedule: { at },
  payload: { kind: "systemEvent", text },
});
const task = (schedule: object, more: object = {}) => ({
  name: "report",
  schedule,
  payload: { kind: "agentTurn", message: "Write the report" },
  ...more,
});
const asked = (requests: readonly { body: unknown }[]) => requests.map(({ body }) => JSON.stringify(body));

test("a reminder is said in its minute, in the main conversation, and the job is over", async ({
  start,
  provider,
}) => {
  provider.script(answered("The cake is ready!"));
  const gateway = await start();
  const id = await gateway.add(remind("20m"));

  await gateway.pass(20 * MINUTE - 1);
  expect(provider.requests).toHaveLength(0);
  gateway.clock.advance(1);
  const end = await gateway.told("finished", id);

  expect(end).toMatchObject({
    status: "ok",
    summary: "The cake is ready!",
    runAtMs: START + 100 + 20 * MINUTE,
  });
  expect(asked(provider.requests)[0]).toContain("## Reminder");
  expect(await gateway.job(id)).toMatchObject({ enabled: false, state: { lastStatus: "ok" } });
  await gateway.pass(2 * HOUR);
  expect(provider.requests).toHaveLength(1);
});

test("case 41: a one-shot that fails is tried three times, then switched off, and its owner is told what it was about", async ({
  start,
  provider,
}) => {
  provider.script(inTrouble("format"));
  const gateway = await start();
  const id = await gateway.add(remind("1m"));
  const ends = [];
  for (const waitMs of [MINUTE, MINUTE, 5 * MINUTE]) {
    gateway.clock.advance(waitMs);
    ends.push(await gateway.told("finished", id));
  }
  const note = await gateway.client.next(
    "the note",
    ({ event, payload }) => event === "chat" && JSON.stringify(payload).includes("not tried again"),
  );
  const calls = provider.requests.length;
  await gateway.pass(6 * HOUR, 10 * MINUTE);

  expect(ends.map(({ status }) => status)).toEqual(["error", "error", "error"]);
  expect(JSON.stringify(note.payload)).toContain("Take the cake out");
  expect(await gateway.job(id)).toMatchObject({ enabled: false, state: { pausedBy: "gave-up" } });
  expect(provider.requests).toHaveLength(calls);
  expect(await gateway.runs(id)).toHaveLength(3);
});

test("a job that fails five times in a row is paused with a notice, and can be switched on again", async ({
  start,
  provider,
}) => {
  provider.script(inTrouble("format"));
  const gateway = await start();
  const id = await gateway.add(task({ everyMs: HOUR, anchorMs: 0 }));
  for (let count = 0; count < 5; count += 1) {
    gateway.clock.moveTo(START + (count + 1) * HOUR);
    await gateway.told("finished", id);
  }
  const note = await gateway.client.next(
    "the note",
    ({ event, payload }) => event === "chat" && JSON.stringify(payload).includes("is paused"),
  );
  expect(JSON.stringify(note.payload)).toContain(`clawdbot cron enable ${id}`);
  expect(await gateway.job(id)).toMatchObject({
    enabled: false,
    state: { failures: 5, pausedBy: "failures" },
  });

  provider.script(answered("Done."));
  await gateway.ask("cron.update", { id, patch: { enabled: true } });
  gateway.clock.moveTo(START + 6 * HOUR);
  expect(await gateway.told("finished", id)).toMatchObject({ status: "ok" });
  const { state } = await gateway.job(id);
  expect(state).not.toHaveProperty("failures");
  expect(state).not.toHaveProperty("pausedBy");
});

test("each run of an isolated job has a conversation of its own, and the main one hears of it", async ({
  start,
  provider,
}) => {
  provider.script(answered("First report."), answered("Second report."), answered("You are welcome."));
  const gateway = await start();
  const id = await gateway.add(task({ everyMs: HOUR, anchorMs: 0 }));
  for (const hour of [1, 2]) {
    gateway.clock.moveTo(START + hour * HOUR);
    await gateway.told("finished", id);
  }
  await gateway.client.request("chat.send", { sessionKey: "main", message: "thanks", idempotencyKey: "t1" });
  await provider.asked(3);

  const [, second = "", third = ""] = asked(provider.requests);
  expect(second).not.toContain("First report.");
  expect(second).toContain('job \\"report\\"');
  expect(third).toContain("Cron: First report.");
  expect(third).toContain("Cron: Second report.");
});

test("case 42: eight hours without a gateway are one late run, a minute after the start, and not many", async ({
  start,
  provider,
  home,
}) => {
  provider.script(answered("Done."));
  const clock = new FakeClock(START);
  const before = await start({ clock, home });
  const hourly = await before.add(task({ everyMs: HOUR, anchorMs: 0 }));
  const daily = await before.add(task({ expr: "0 9 * * *" }, { name: "daily" }));
  const once = await before.add(remind("1h"));
  await before.stop();
  clock.advance(8 * HOUR);

  const after = await start({ clock, home });
  await after.pass(MINUTE - 1_000, 10_000);
  expect(provider.requests).toHaveLength(0);
  await after.pass(MINUTE, 1_000);
  await Promise.all([hourly, once].map((id) => after.told("finished", id)));
  await after.settled();

  expect(provider.requests).toHaveLength(2);
  expect((await after.runs(hourly)).map(({ runAtMs }) => Number(runAtMs) > START + 8 * HOUR)).toEqual([true]);
  // Nine o'clock was seven hours ago.
  expect(await after.runs(daily)).toMatchObject([
    { status: "skipped", error: "the gateway was not running then" },
  ]);
  const late = asked(provider.requests).find((body) => body.includes("Take the cake out"));
  expect(late).toContain("and is late");
  expect((await after.job(daily)).state).toMatchObject({ nextRunAtMs: START + 25 * HOUR });
});

test("a reminder that was missed by more than a day is told of as that", async ({
  start,
  provider,
  home,
}) => {
  const clock = new FakeClock(START);
  const before = await start({ clock, home });
  const id = await before.add(remind("1h"));
  await before.ask("cron.run", { id, mode: "force" });
  const calls = provider.requests.length;
  await before.stop();
  clock.advance(26 * HOUR);

  const after = await start({ clock, home });
  await after.pass(5 * MINUTE);

  expect(provider.requests).toHaveLength(calls);
  const { messages } = await after.ask("chat.history", { sessionKey: "main" });
  expect(JSON.stringify(messages)).toContain("more than a day ago");
  expect(await after.job(id)).toMatchObject({ enabled: false });
});

test("what comes again and again is not done twice for one moment, whoever starts", async ({
  start,
  provider,
  home,
}) => {
  provider.script(answered("Done."));
  const clock = new FakeClock(START);
  const before = await start({ clock, home });
  const id = await before.add(task({ everyMs: HOUR, anchorMs: 0 }));
  clock.moveTo(START + HOUR);
  await before.told("finished", id);
  await before.stop();
  clock.advance(5_000);

  const after = await start({ clock, home });
  await after.pass(10 * MINUTE);
  expect(provider.requests).toHaveLength(1);
});

test("a gateway that is started three times in a quarter of an hour has its jobs wait for five minutes", async ({
  start,
  provider,
  home,
}) => {
  provider.script(answered("Done."));
  const clock = new FakeClock(START);
  const first = await start({ clock, home });
  const id = await first.add(task({ everyMs: MINUTE, anchorMs: 0 }, { enabled: false }));
  await first.ask("cron.update", { id, patch: { enabled: true } });
  await first.stop();
  const second = await start({ clock, home });
  await second.stop();

  const third = await start({ clock, home });
  const waitsUntilMs = clock.now() + 5 * MINUTE;
  expect(await third.ask("cron.status")).toMatchObject({ waitsUntilMs });
  expect(await third.ask("cron.list")).toMatchObject({ waitsUntilMs });
  await third.pass(5 * MINUTE - 1_000, 30_000);
  expect(provider.requests).toHaveLength(0);
  await third.pass(MINUTE, 5_000);
  expect(await third.told("finished", id)).toMatchObject({ status: "ok" });
  expect(await third.ask("cron.status")).not.toHaveProperty("waitsUntilMs");
});

test("a machine that slept makes up for what it missed once, and a clock that was put back starts nothing twice", async ({
  start,
  provider,
}) => {
  provider.script(answered("Done."));
  const gateway = await start();
  const id = await gateway.add(task({ everyMs: HOUR, anchorMs: 0 }));
  gateway.clock.set(START + 4 * HOUR + 30 * MINUTE);
  await gateway.pass(2 * MINUTE, 10_000);
  await gateway.told("finished", id);
  expect(provider.requests).toHaveLength(1);

  gateway.clock.set(START + 2 * HOUR + 30 * MINUTE);
  await gateway.pass(2 * MINUTE, 10_000);
  expect(provider.requests).toHaveLength(1);
  expect((await gateway.job(id)).state).toMatchObject({ nextRunAtMs: START + 3 * HOUR });
});

test("no more jobs run at once than the configuration says, and none is forgotten", async ({
  start,
  provider,
}) => {
  const held = Promise.withResolvers<void>();
  provider.script(() => ({ kind: "held", text: "So ", until: held.promise, rest: "it is." }));
  const gateway = await start();
  const ids = [];
  for (let count = 0; count < 4; count += 1)
    ids.push(await gateway.add(task({ everyMs: HOUR, anchorMs: 0 }, { name: `job ${count}` })));
  gateway.clock.moveTo(START + HOUR);
  await provider.asked(2);
  await gateway.settled();
  expect(provider.requests).toHaveLength(2);
  // Nobody has to wait for a job that runs.
  expect((await gateway.ask("cron.list")).jobs).toHaveLength(4);

  held.resolve();
  for (const id of ids) await gateway.told("finished", id);
  expect(provider.requests).toHaveLength(4);
});

test("a month of a daily job at nine in Berlin is a run a day, and goes on being at nine when the clocks are put back", async ({
  start,
  provider,
}) => {
  provider.script(answered("Done."));
  const gateway = await start({ clock: new FakeClock(Date.UTC(2026, 9, 10, 12)) });
  const id = await gateway.add(task({ expr: "0 9 * * *" }));
  const hours = [];
  for (let day = 0; day < 30; day += 1) {
    await gateway.settled();
    const { nextWakeAtMs } = await gateway.ask("cron.status");
    gateway.clock.moveTo(Number(nextWakeAtMs));
    // A connection that the provider closed meanwhile is tried again a second later.
    const nudge = setInterval(() => gateway.clock.advance(1_000), 1_000);
    const { runAtMs } = await gateway.told("finished", id).finally(() => clearInterval(nudge));
    hours.push(new Date(Number(runAtMs)).getUTCHours());
  }
  expect(hours).toEqual([...Array(14).fill(7), ...Array(16).fill(8)]);
});

test("jobs of a gateway whose configuration switches them off wait for somebody to start them", async ({
  start,
  provider,
}) => {
  provider.script(answered("Done."));
  const gateway = await start({ config: { cron: { enabled: false } } });
  const id = await gateway.add(task({ everyMs: MINUTE, anchorMs: 0 }));
  await gateway.pass(3 * MINUTE);
  expect(await gateway.ask("cron.status")).toMatchObject({ enabled: false });
  expect(provider.requests).toHaveLength(0);

  expect(await gateway.ask("cron.run", { id, mode: "force" })).toEqual({ ok: true, ran: true });
  expect(provider.requests).toHaveLength(1);
});

test("case 52: a job stops at the background's share of the day before a chat does, and is not counted as failed", async ({
  start,
  provider,
}) => {
  provider.script(() => answered("Done.", { usage: { input: 20_000, output: 1_000 } }));
  const gateway = await start({
    config: { budget: { perDayUsd: 0.1, perTurnUsd: 0, perDayTokens: 0, perTurnTokens: 0 } },
  });
  const id = await gateway.add(task({ everyMs: HOUR, anchorMs: 0 }));
  const statuses = [];
  for (let hour = 1; hour <= 7; hour += 1) {
    gateway.clock.moveTo(START + hour * HOUR);
    statuses.push((await gateway.told("finished", id)).status);
  }
  expect(statuses).toContain("ok");
  expect(statuses.slice(-5)).toEqual(Array(5).fill("skipped"));
  expect(await gateway.job(id)).toMatchObject({ enabled: true });

  const paid = provider.requests.length;
  await gateway.client.request("chat.send", { sessionKey: "main", message: "hello", idempotencyKey: "h1" });
  await provider.asked(paid + 1);
});
