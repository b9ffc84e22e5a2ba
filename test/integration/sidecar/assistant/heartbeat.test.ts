/** Looks around that agents take by themselves: in a gateway whose time the test owns, by a model over real HTTP. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, mergeTests } from "@playwright/test";
import type { GatewayConfig } from "../../../../shared/config/schema.ts";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { fixtureChannel } from "../../../fixtures/channel/channel.ts";
import { CronGateway, configFor } from "../../../helpers/assistant/cron-gateway.ts";
import { directFrom } from "../../../helpers/channel/channel-gateway.ts";
import { Platform } from "../../../helpers/channel/platform.ts";
import type { GatewayOptions } from "../../../helpers/gateway/gateway.ts";
import type { Frame } from "../../../helpers/gateway/wire-client.ts";
import { test as homeTest } from "../../../helpers/home/temp-home.ts";
import { test as providerTest } from "../../../helpers/models/fake-provider.ts";
import { answered, inTrouble } from "../../../helpers/models/reply.ts";
import { FakeClock } from "../../../helpers/time/fake-clock.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Monday, at eight in Berlin. */
const START = Date.UTC(2026, 5, 1, 6);
const TASKS = "# Heartbeat\n\n- Is the oven off?\n";

type Heartbeat = NonNullable<NonNullable<NonNullable<GatewayConfig["agents"]>["defaults"]>["heartbeat"]>;
type Start = Partial<GatewayOptions> & { clock?: FakeClock; heartbeat?: Heartbeat; tasks?: string };

const test = mergeTests(homeTest, providerTest).extend<{
  start: (options?: Start) => Promise<CronGateway>;
  platform: Platform;
}>({
  start: async ({ provider }, use) => {
    const started: CronGateway[] = [];
    await use(async ({ clock = new FakeClock(START), config, heartbeat, tasks = TASKS, ...options } = {}) => {
      const more = { ...config, agents: { defaults: heartbeat === undefined ? {} : { heartbeat } } };
      const gateway = await CronGateway.start({
        config: configFor(provider, more),
        prepare: ({ workspaceDir }) => {
          mkdirSync(workspaceDir, { recursive: true });
          writeFileSync(join(workspaceDir, "HEARTBEAT.md"), tasks);
        },
        ...options,
        clock,
      });
      started.push(gateway);
      return gateway;
    });
    await Promise.all(started.map((gateway) => gateway.stop()));
  },
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the names of fixtures from it
  platform: async ({}, use) => {
    const platform = await Platform.start({ knowsKeys: true });
    await use(platform);
    await platform.stop();
  },
});

let count = 0;

/** What the model answers to somebody who writes. */
async function say({ client }: CronGateway, message: string): Promise<void> {
  count += 1;
  const runId = `say-${count}`;
  await client.request("chat.send", { sessionKey: "main", message, idempotencyKey: runId });
  await client.next(`the answer to ${message}`, ({ event, payload }) => {
    return event === "chat" && isRecord(payload) && payload.runId === runId && payload.state === "final";
  });
}

const isBeat = ({ event }: Frame) => event === "heartbeat";

/** The next look around, as clients are told of it: time goes on until there is one. */
async function beat(gateway: CronGateway, stepMs = MINUTE): Promise<Frame> {
  const told = gateway.client.next("a heartbeat", isBeat);
  let isTold = false;
  void told.then(() => {
    isTold = true;
  });
  while (!isTold) await gateway.pass(stepMs, stepMs);
  const { payload } = await told;
  return isRecord(payload) ? payload : {};
}

const asked = (requests: readonly { body: unknown }[]) => requests.map(({ body }) => JSON.stringify(body));

test("a look is taken half an hour after the first talk, at HEARTBEAT.md and what was said last, and nothing is said where nothing is the matter", async ({
  start,
  provider,
  home,
}) => {
  const clock = new FakeClock(START);
  provider.script(answered("Hello."));
  const gateway = await start({ clock, home });
  for (let turn = 1; turn <= 4; turn += 1) await say(gateway, `This is sentence number ${turn}.`);
  provider.script(answered("HEARTBEAT_OK"));
  await gateway.pass(30 * MINUTE, MINUTE);
  expect(provider.requests).toHaveLength(4);

  expect(await beat(gateway)).toMatchObject({ status: "ok-token", silent: true, indicatorType: "ok" });
  const look = asked(provider.requests)[4] ?? "";
  expect(look).toContain("Is the oven off?");
  expect(look).toContain("sentence number 4");
  expect(look).not.toContain("sentence number 1");
  expect(look).not.toContain("SOUL.md");
  const { messages } = await gateway.ask("chat.history", { sessionKey: "main" });
  expect(JSON.stringify(messages)).not.toContain("HEARTBEAT_OK");
  const last = await gateway.ask("last-heartbeat");
  await gateway.stop();

  const after = await start({ clock, home });
  expect(await after.ask("last-heartbeat")).toEqual(last);
  await after.pass(5 * MINUTE);
  expect(provider.requests).toHaveLength(5);
});

test("what is the matter is said once a day, and the conversation knows of it", async ({
  start,
  provider,
}) => {
  provider.script(answered("Hello."), answered("The oven is still on!"));
  const gateway = await start();
  await say(gateway, "Good morning");
  expect(await beat(gateway)).toMatchObject({ status: "sent", preview: "The oven is still on!" });
  expect(await beat(gateway)).toMatchObject({ status: "skipped", reason: "duplicate" });

  const { messages } = await gateway.ask("chat.history", { sessionKey: "main" });
  expect(JSON.stringify(messages).split("The oven is still on!")).toHaveLength(2);
  provider.script(answered("I see."));
  await say(gateway, "What was that?");
  expect(asked(provider.requests).at(-1)).toContain("Heartbeat: The oven is still on!");
  provider.script(answered("The oven is still on!"));
  gateway.clock.set(gateway.clock.now() + DAY);
  expect(await beat(gateway)).toMatchObject({ status: "sent" });
});

test("nothing is asked of a model where HEARTBEAT.md asks for nothing, and what waits to be told comes all the same", async ({
  start,
  provider,
}) => {
  provider.script(answered("Hello."));
  const gateway = await start({ tasks: "# Heartbeat\n\n<!-- What to look after -->\n- [ ]\n" });
  await say(gateway, "Good morning");
  expect(await beat(gateway)).toMatchObject({ status: "skipped", reason: "empty-heartbeat-file" });
  expect(provider.requests).toHaveLength(1);

  await gateway.ask("wake", { mode: "next-heartbeat", text: "The parcel is there" });
  provider.script(answered("Your parcel has come."));
  expect(await beat(gateway)).toMatchObject({ status: "sent", preview: "Your parcel has come." });
  expect(asked(provider.requests).at(-1)).toContain("The parcel is there");
});

for (const [what, heartbeat] of [
  ["every 0m", { every: "0m" }],
  ["with nothing in it", {}],
] as const)
  test(`a heartbeat ${what} is none`, async ({ start, provider }) => {
    provider.script(answered("Hello."));
    const gateway = await start({ heartbeat });
    await say(gateway, "Good morning");
    await gateway.pass(3 * HOUR, 5 * MINUTE);
    expect(provider.requests).toHaveLength(1);
    expect(await gateway.ask("last-heartbeat")).toEqual({});
    const { heartbeat: shown } = await gateway.ask("status");
    expect(shown).toMatchObject({ agents: [{ agentId: "main", enabled: false }] });
  });

test("three looks that fail in a row are the last ones until somebody writes", async ({
  start,
  provider,
}) => {
  provider.script(answered("Hello."), inTrouble("format"));
  const gateway = await start();
  await say(gateway, "Good morning");
  for (let look = 0; look < 3; look += 1)
    expect(await beat(gateway)).toMatchObject({ status: "failed", indicatorType: "error" });
  const calls = provider.requests.length;
  await gateway.pass(4 * HOUR, 10 * MINUTE);
  expect(provider.requests).toHaveLength(calls);
  const { messages } = await gateway.ask("chat.history", { sessionKey: "main" });
  expect(JSON.stringify(messages)).toContain("is paused until you write");

  provider.script(answered("Hello."), answered("HEARTBEAT_OK"));
  await say(gateway, "Still there?");
  expect(await beat(gateway)).toMatchObject({ status: "ok-token" });
});

test("what somebody switches off stays off after a restart, until he switches it on", async ({
  start,
  provider,
  home,
}) => {
  const clock = new FakeClock(START);
  provider.script(answered("Hello."), answered("HEARTBEAT_OK"));
  const before = await start({ clock, home });
  await say(before, "Good morning");
  expect(await before.ask("set-heartbeats", { enabled: false })).toEqual({ ok: true, enabled: false });
  await before.stop();

  const after = await start({ clock, home });
  await after.pass(2 * HOUR, 5 * MINUTE);
  expect(provider.requests).toHaveLength(1);
  expect((await after.ask("status")).heartbeat).toMatchObject({ agents: [{ enabled: false }] });
  await after.ask("set-heartbeats", { enabled: true });
  expect(await beat(after)).toMatchObject({ status: "ok-token" });
  const refused = await after.client.request("set-heartbeats", { enabled: "yes" });
  expect(refused.error).toMatchObject({
    message: "invalid set-heartbeats params: enabled (boolean) required",
  });
});

test("case 45: nobody has written for three days, then weeks: looks become rare, and end with one notice", async ({
  start,
  provider,
}) => {
  provider.script(answered("Hello."), answered("HEARTBEAT_OK"));
  const gateway = await start();
  await say(gateway, "Good morning");
  expect(await beat(gateway)).toMatchObject({ status: "ok-token" });
  gateway.clock.set(START + 3 * DAY + HOUR);
  expect(await beat(gateway)).toMatchObject({ status: "ok-token" });
  const times = [];
  for (let look = 0; look < 12; look += 1) times.push(Number((await beat(gateway, 10 * MINUTE)).ts));
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(22 * HOUR);

  const calls = provider.requests.length;
  gateway.clock.set(START + 14 * DAY + HOUR);
  expect(await beat(gateway)).toMatchObject({ status: "skipped", reason: "idle" });
  for (let day = 15; day <= 21; day += 1) {
    gateway.clock.set(START + day * DAY);
    await gateway.pass(5 * MINUTE);
  }
  expect(provider.requests).toHaveLength(calls);
  const { messages } = await gateway.ask("chat.history", { sessionKey: "main" });
  expect(JSON.stringify(messages).split("Nobody has written to me for 14 days")).toHaveLength(2);

  provider.script(answered("Welcome back."), answered("HEARTBEAT_OK"));
  await say(gateway, "I am back");
  expect(await beat(gateway)).toMatchObject({ status: "ok-token" });
});

test("an alert goes to the owner, and outside the hours it waits for them unless it is urgent", async ({
  start,
  provider,
  platform,
}) => {
  const descriptor = fixtureChannel();
  provider.script(answered("Hello."));
  const gateway = await start({
    channels: [descriptor],
    config: {
      commands: { ownerAllowFrom: [`${descriptor.id}:ann`] },
      channels: { [descriptor.id]: { url: platform.url } },
    },
    heartbeat: { activeHours: { start: "09:00", end: "22:00" } },
  });
  await platform.deliver(directFrom("ann", "Good morning"));
  await expect.poll(() => platform.textsIn("dm-ann")).toEqual(["Hello."]);
  expect(await beat(gateway, 10 * MINUTE)).toMatchObject({ status: "skipped", reason: "quiet-hours" });

  provider.script(answered("The parcel is there."));
  await gateway.ask("wake", { mode: "now", text: "parcel" });
  expect(await beat(gateway, 1_000)).toMatchObject({ status: "skipped", reason: "quiet-hours" });
  expect(asked(provider.requests).at(-1)).toContain("[[urgent]]");
  provider.script(answered("[[urgent]] Water in the cellar!"));
  await gateway.ask("wake", { mode: "now", text: "water" });
  expect(await beat(gateway, 1_000)).toMatchObject({ status: "sent", to: "dm-ann" });
  await expect.poll(() => platform.textsIn("dm-ann")).toEqual(["Hello.", "Water in the cellar!"]);

  provider.script(answered("The oven is still on!"));
  gateway.clock.moveTo(START + HOUR);
  expect(await beat(gateway)).toMatchObject({ status: "sent", channel: descriptor.id });
  await expect
    .poll(() => platform.textsIn("dm-ann"))
    .toEqual(["Hello.", "Water in the cellar!", "The parcel is there.", "The oven is still on!"]);
});

test("a gateway that is started five times within a minute begins nothing by itself for five minutes", async ({
  start,
  provider,
  home,
}) => {
  const clock = new FakeClock(START);
  provider.script(answered("Hello."), answered("Your parcel has come."));
  const first = await start({ clock, home, heartbeat: { every: "1m" } });
  await say(first, "Good morning");
  await first.stop();
  for (let again = 0; again < 4; again += 1) await (await start({ clock, home })).stop();

  const last = await start({ clock, home, heartbeat: { every: "1m" } });
  await last.ask("wake", { mode: "now", text: "The parcel is there" });
  await last.pass(5 * MINUTE - 5_000, 30_000);
  expect(provider.requests).toHaveLength(1);
  expect(await beat(last, 5_000)).toMatchObject({ status: "sent", preview: "Your parcel has come." });
});

test("a look whose message was never kept, as the gateway ended before, holds up none that follow", async ({
  start,
  provider,
  home,
}) => {
  const clock = new FakeClock(START);
  provider.script(answered("Hello."), answered("HEARTBEAT_OK"));
  const before = await start({ clock, home });
  await say(before, "Good morning");
  const { storeFile } = before.gateway.settings.paths;
  await before.stop();
  const database = new DatabaseSync(storeFile);
  const run = { runId: "never-kept", startedAtMs: START };
  const state = JSON.stringify({ sinceMs: START, lastAtMs: START, run });
  database.prepare("INSERT INTO heartbeats (agent_id, state) VALUES ('main', ?)").run(state);
  database.close();

  const after = await start({ clock, home });
  expect(await beat(after)).toMatchObject({ status: "ok-token" });
  expect(clock.now()).toBeLessThan(START + 40 * MINUTE);
  expect(provider.requests).toHaveLength(2);
});
