import { expect } from "@playwright/test";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { test } from "../../helpers/gateway/running.ts";
import { connectWire, type Frame } from "../../helpers/gateway/wire-client.ts";

const payloadOf = ({ payload }: Frame) => (isRecord(payload) ? payload : {});
const NOTHING = {
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
  totalTokens: 0,
  totalCost: 0,
  missingCostEntries: 0,
};

test("usage.cost sums up the days, and takes a number as text", async ({ start }) => {
  const { client } = await connectWire((await start()).port);

  expect(payloadOf(await client.request("usage.cost", {}))).toMatchObject({
    days: 30,
    daily: [],
    totals: NOTHING,
  });
  const idempotencyKey = crypto.randomUUID();
  await client.request("agent", { message: "hello", agentId: "main", idempotencyKey });
  await client.request("agent.wait", { runId: idempotencyKey });

  const used = payloadOf(await client.request("usage.cost", { days: "7" }));
  expect(used).toMatchObject({ days: 7, daily: [{ date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) }] });
  expect(isRecord(used.totals) && Number(used.totals.output) > 0).toBe(true);
  const refused = await client.request("usage.cost", { days: "many" });
  expect(refused).toMatchObject({
    ok: false,
    error: { message: "invalid usage.cost params: days must be a number" },
  });
});

test("budget.get tells what is spent, budget.add adds to today alone and takes no nonsense", async ({
  start,
}) => {
  const { client } = await connectWire((await start()).port);

  expect(payloadOf(await client.request("budget.get", {}))).toMatchObject({
    todayUsd: 0,
    perDayUsd: 10,
    allowedUsd: 0,
    waiting: 0,
  });
  expect(payloadOf(await client.request("budget.add", { usd: 5 }))).toMatchObject({ allowedUsd: 5 });
  expect(payloadOf(await client.request("budget.add", { usd: 0.5 }))).toMatchObject({ allowedUsd: 5.5 });
  for (const usd of [0, -1, 1e9]) {
    expect(await client.request("budget.add", { usd })).toMatchObject({ ok: false });
  }
});

test("sessions.compact keeps what is short, and names the summary of what is long", async ({ start }) => {
  const { client } = await connectWire((await start()).port);
  expect(payloadOf(await client.request("sessions.compact", { key: "nobody" }))).toMatchObject({
    compacted: false,
    reason: "no sessionId",
  });
  for (let count = 0; count < 4; count += 1) {
    const idempotencyKey = crypto.randomUUID();
    await client.request("agent", { message: `message ${count}`, agentId: "main", idempotencyKey });
    await client.request("agent.wait", { runId: idempotencyKey });
  }

  expect(payloadOf(await client.request("sessions.compact", { key: "main" }))).toMatchObject({
    compacted: false,
    kept: 8,
  });
  expect(payloadOf(await client.request("sessions.compact", { key: "main", maxLines: 3 }))).toMatchObject({
    compacted: true,
    archived: expect.stringMatching(/^[0-9a-f]{8}$/),
    kept: 2,
  });
  const { messages } = payloadOf(await client.request("chat.history", { sessionKey: "main" }));
  expect(Array.isArray(messages) && messages.length).toBe(9);
});
