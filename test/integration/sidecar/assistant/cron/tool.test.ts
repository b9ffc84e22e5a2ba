/** The tool `cron`, as a model calls it. */
import { expect, mergeTests } from "@playwright/test";
import { isRecord } from "../../../../../shared/protocol/frame.ts";
import { CronGateway, configFor } from "../../../../helpers/assistant/cron-gateway.ts";
import { directFrom, withChannelGateway } from "../../../../helpers/channel/channel-gateway.ts";
import { test as homeTest } from "../../../../helpers/home/temp-home.ts";
import {
  type FakeProvider,
  test as providerTest,
  type SeenRequest,
} from "../../../../helpers/models/fake-provider.ts";
import { type AnswerReply, answered } from "../../../../helpers/models/reply.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

const test = mergeTests(homeTest, providerTest);
const MINUTE = 60_000;
const START = Date.UTC(2026, 5, 1, 6);

const calling = (args: object): AnswerReply => answered("", { calls: [{ name: "cron", arguments: args }] });

async function using(provider: FakeProvider, use: (gateway: CronGateway) => Promise<void>): Promise<void> {
  const gateway = await CronGateway.start({ config: configFor(provider), clock: new FakeClock(START) });
  try {
    await use(gateway);
  } finally {
    await gateway.stop();
  }
}

let count = 0;

/** Says something in the main conversation, and waits for the answer. */
async function say({ client }: CronGateway, message: string): Promise<void> {
  count += 1;
  const runId = `said-${count}`;
  await client.request("chat.send", { sessionKey: "main", message, idempotencyKey: runId });
  await client.next("its end", ({ event, payload }) => {
    return event === "chat" && isRecord(payload) && payload.runId === runId && payload.state === "final";
  });
}

/** What the model was told that its calls gave. */
function resultsIn({ body }: SeenRequest): string[] {
  const messages = Array.isArray(body.messages) ? body.messages.filter(isRecord) : [];
  return messages.filter(({ role }) => role === "tool").map(({ content }) => JSON.stringify(content));
}

test("case 40: in the default workspace, who asks to be reminded in a minute is, once, to the second, outside of all hours", async ({
  provider,
}) => {
  await using(provider, async (gateway) => {
    provider.script(
      calling({
        action: "add",
        job: { name: "cake", schedule: { at: "1m" }, payload: { text: "Take the cake out" } },
      }),
      answered("I will."),
      answered("The cake!"),
    );
    await say(gateway, "remind me in 1 minute to take the cake out");
    expect(resultsIn(provider.requests[1] as SeenRequest)[0]).toMatch(
      /08:01 \+02:00 \(Europe\/Berlin\), in 1 min/,
    );

    await gateway.pass(MINUTE - 1, MINUTE);
    expect(provider.requests).toHaveLength(2);
    gateway.clock.advance(1);
    const { payload } = await gateway.client.next(
      "the reminder",
      ({ event, payload: told }) =>
        event === "chat" &&
        isRecord(told) &&
        JSON.stringify(told).includes("The cake!") &&
        told.state === "final",
    );
    expect(payload).toMatchObject({ sessionKey: "agent:main:main" });
    await gateway.pass(10 * MINUTE);
    expect(provider.requests).toHaveLength(3);
  });
});

test("case 40: a reminder that is asked for in a chat is said in that chat, and is not silent whatever the model says", async ({
  provider,
}) => {
  await withChannelGateway({ config: configFor(provider) }, async ({ platform }) => {
    provider.script(
      calling({
        action: "add",
        job: { name: "cake", schedule: { atMs: Date.now() + 1_500 }, payload: { text: "Take the cake out" } },
      }),
      answered("I will."),
      answered("NO_REPLY"),
    );
    platform.deliver(directFrom("ann", "remind me"));
    await platform.until(() => platform.textsIn("dm-ann").length === 2);
    expect(platform.textsIn("dm-ann")).toEqual(["I will.", "Take the cake out"]);
  });
});

test("a job whose answer goes to the last chat has that chat from when it is made", async ({ provider }) => {
  await withChannelGateway({ config: configFor(provider) }, async ({ platform, client }) => {
    provider.script(
      calling({
        action: "add",
        job: {
          name: "news",
          schedule: { expr: "0 7 * * *" },
          payload: { message: "What is new?", deliver: true },
        },
      }),
      answered("I will."),
      answered("Nothing much."),
    );
    platform.deliver(directFrom("ann", "tell me the news every morning"));
    await platform.until(() => platform.textsIn("dm-ann").length === 1);
    const { payload } = await client.request("cron.list");
    const jobs = isRecord(payload) && Array.isArray(payload.jobs) ? payload.jobs.filter(isRecord) : [];
    expect(jobs).toMatchObject([{ payload: { channel: "fixture", to: "dm-ann", deliver: true } }]);

    await client.request("cron.run", { id: jobs[0]?.id, mode: "force" });
    await platform.until(() => platform.textsIn("dm-ann").length === 2);
    expect(platform.textsIn("dm-ann")[1]).toBe("Nothing much.");
  });
});

test("the answer to a task that was asked for on the page is told in the main conversation", async ({
  provider,
}) => {
  await using(provider, async (gateway) => {
    const job = { name: "news", schedule: { at: "1h" }, payload: { message: "What is new?", deliver: true } };
    provider.script(calling({ action: "add", job }), answered("I will."), answered("Nothing much."));
    await say(gateway, "tell me the news in an hour");
    await gateway.settled();
    gateway.clock.advance(60 * MINUTE);
    const { payload } = await gateway.client.next(
      "the answer",
      ({ event, payload: told }) =>
        event === "chat" &&
        isRecord(told) &&
        told.sessionKey === "agent:main:main" &&
        told.state === "final" &&
        JSON.stringify(told).includes("Nothing much."),
    );
    expect(payload).toMatchObject({ state: "final" });
  });
});

test("case 44: within a job its list comes at once, and only the job itself can be changed", async ({
  provider,
}) => {
  await using(provider, async (gateway) => {
    const other = await gateway.add({
      name: "other",
      schedule: { everyMs: 60 * MINUTE },
      payload: { message: "Look" },
    });
    const id = await gateway.add({
      name: "own",
      schedule: { expr: "0 9 * * *" },
      payload: { message: "Look" },
    });
    provider.script(
      calling({ action: "list" }),
      calling({ action: "add", job: { name: "more", schedule: { at: "1h" }, payload: { text: "x" } } }),
      calling({ action: "remove", jobId: other }),
      calling({ action: "update", jobId: id, patch: { description: "looked" } }),
      answered("Done."),
    );
    expect(await gateway.ask("cron.run", { id, mode: "force" })).toEqual({ ok: true, ran: true });

    const [listed = "", added = "", removed = "", updated = ""] = resultsIn(
      provider.requests.at(-1) as SeenRequest,
    );
    expect(listed).toContain(other);
    for (const refused of [added, removed]) expect(refused).toContain("only that job can be changed");
    expect(updated).toContain("looked");
    expect((await gateway.ask("cron.list")).jobs).toHaveLength(2);
  });
});

test("jobs are seen, changed, run and taken away, and what cannot be is told so that the model can mend it", async ({
  provider,
}) => {
  await using(provider, async (gateway) => {
    const id = await gateway.add({
      name: "own",
      schedule: { everyMs: 60 * MINUTE },
      payload: { message: "Look" },
      enabled: false,
    });
    const calls = [
      { action: "status" },
      { action: "list", includeDisabled: true },
      { action: "add", job: { name: "x", schedule: { at: "soon" }, payload: { text: "x" } } },
      {
        action: "add",
        job: { name: "x", schedule: { expr: "0 9 * * *", tz: "Mars/Base" }, payload: { text: "x" } },
      },
      { action: "update", jobId: "nothing", patch: { enabled: true } },
      { action: "add", name: "flat", schedule: { at: "tomorrow 9:00" }, payload: { text: "x" } },
      { action: "runs", jobId: id },
      { action: "remove", jobId: id },
      { action: "dance" },
    ];
    provider.script(...calls.map(calling), answered("Done."));
    await say(gateway, "look after my jobs");

    const results = resultsIn(provider.requests.at(-1) as SeenRequest);
    const expected = [
      /enabled/,
      new RegExp(id),
      /write 20m, tomorrow 9:00/,
      /no time zone/,
      /unknown cron job id/,
      /Tue 2026-06-02 09:00 \+02:00/,
      /\[\]/,
      /removed.*true/,
      /action must be one of/,
    ];
    for (const [index, pattern] of expected.entries()) expect(results[index]).toMatch(pattern);
    expect((await gateway.ask("cron.list")).jobs).toHaveLength(1);
  });
});

test("the last messages go with a reminder where the model wants that", async ({ provider }) => {
  await using(provider, async (gateway) => {
    provider.script(
      answered("Noted: a marble cake."),
      calling({
        action: "add",
        contextMessages: 3,
        job: { name: "cake", schedule: { at: "1m" }, payload: { text: "Take it out" } },
      }),
      answered("I will."),
      answered("The cake!"),
    );
    await say(gateway, "I bake a marble cake");
    await say(gateway, "remind me in a minute");
    await gateway.settled();
    gateway.clock.advance(MINUTE);
    await provider.asked(4);
    expect(JSON.stringify(provider.requests[3]?.body)).toContain(
      "What was said before:\\n- user: I bake a marble cake",
    );
  });
});

test("an event is told at the next turn, or begins one that says nothing where there is nothing to say", async ({
  provider,
}) => {
  await using(provider, async (gateway) => {
    provider.script(answered("HEARTBEAT_OK"), answered("Hello."), answered("The backup failed!"));
    await gateway.ask("wake", { mode: "now", text: "the door was opened" });
    await gateway.settled();
    gateway.clock.advance(250);
    expect((await gateway.client.event("heartbeat")).payload).toMatchObject({ status: "ok-token" });
    expect(JSON.stringify(provider.requests[0]?.body)).toContain("the door was opened");

    await gateway.ask("system-event", { text: "the light went out" });
    expect((await gateway.ask("status")).queuedSystemEvents).toEqual(["the light went out"]);
    await say(gateway, "hello");
    expect(JSON.stringify(provider.requests[1]?.body)).toContain("the light went out");
    expect((await gateway.ask("status")).queuedSystemEvents).toEqual([]);

    // No sooner than half a minute after the last one.
    await gateway.ask("wake", { mode: "now", text: "backup: exit code 1" });
    await gateway.settled();
    await gateway.pass(29_000, 1_000);
    expect(provider.requests).toHaveLength(2);
    await gateway.pass(2_000, 1_000);
    expect((await gateway.client.event("heartbeat")).payload).toMatchObject({
      status: "sent",
      preview: "The backup failed!",
    });
    expect(await gateway.ask("last-heartbeat")).toMatchObject({ status: "sent" });
  });
});
