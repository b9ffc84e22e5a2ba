import { expect } from "@playwright/test";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { openDatabase } from "../../../sidecar/base/store/database.ts";
import { type Block, type Message, textMessage } from "../../../sidecar/base/store/message.ts";
import { SqliteStore } from "../../../sidecar/base/store/sqlite-store.ts";
import type { TestGateway } from "../../helpers/gateway/gateway.ts";
import { codeOf, test as withGateways } from "../../helpers/gateway/running.ts";
import { connectWire, type Frame, type WireClient } from "../../helpers/gateway/wire-client.ts";

const KEY = "agent:main:main";

interface Stage {
  server: TestGateway;
  client: WireClient;
  /** Of the entries, oldest first. */
  ids: string[];
}

/** A gateway that finds a conversation of those messages. */
const test = withGateways.extend<{ arrange: (messages: readonly Message[]) => Promise<Stage> }>({
  arrange: async ({ start }, use) => {
    await use(async (messages) => {
      const server = await start();
      const store = new SqliteStore(await openDatabase(server.settings.paths.storeFile));
      await store.patch(KEY, "main", {}, 1);
      const ids: string[] = [];
      for (const [index, message] of messages.entries()) {
        const id = await store.append(KEY, message, index + 1);
        if (id !== undefined) ids.push(id);
      }
      await store.close();
      const { client } = await connectWire(server.port, { scopes: ["operator.read"] });
      return { server, client, ids };
    });
  },
});

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    textMessage(index % 2 === 0 ? "user" : "assistant", `#${index}`, index + 1),
  );

const blocks = (...content: Block[]): Message => ({ role: "assistant", content, timestamp: 1 });

async function page(client: WireClient, params: object = {}): Promise<Frame> {
  const { ok, payload, error } = await client.request("chat.page", { sessionKey: KEY, ...params });
  expect(error).toBeUndefined();
  return ok === true && isRecord(payload) ? payload : {};
}

const messagesOf = ({ messages }: Frame) => (Array.isArray(messages) ? messages.filter(isRecord) : []);
const idsOf = (answer: Frame) => messagesOf(answer).map(({ id }) => id);

test.describe("chat.page", () => {
  test("is the newest messages by id, with what is before them", async ({ arrange }) => {
    const { client, ids } = await arrange(numbered(9));

    const newest = await page(client, { limit: 4 });

    expect(idsOf(newest)).toEqual(ids.slice(5));
    expect(newest).toMatchObject({ sessionKey: KEY, hasBefore: true, hasAfter: false, head: ids[8] });
    expect(messagesOf(newest)[0]).toEqual({
      id: ids[5],
      state: "ok",
      role: "assistant",
      content: [{ type: "text", text: "#5" }],
      timestamp: 6,
    });
  });

  test("goes back and forth from an entry, and around one", async ({ arrange }) => {
    const { client, ids } = await arrange(numbered(9));
    const [, second = "", , , fifth = "", , , eighth = ""] = ids;

    const before = await page(client, { before: fifth, limit: 3 });
    const first = await page(client, { before: second, limit: 3 });
    const after = await page(client, { after: fifth, limit: 3 });
    const last = await page(client, { after: eighth });
    const around = await page(client, { around: fifth, limit: 4 });

    expect([idsOf(before), before.hasBefore, before.hasAfter]).toEqual([ids.slice(1, 4), true, true]);
    expect([idsOf(first), first.hasBefore, first.hasAfter]).toEqual([ids.slice(0, 1), false, true]);
    expect([idsOf(after), after.hasBefore, after.hasAfter]).toEqual([ids.slice(5, 8), true, true]);
    expect([idsOf(last), last.hasBefore, last.hasAfter]).toEqual([ids.slice(8), true, false]);
    expect([idsOf(around), around.hasBefore, around.hasAfter]).toEqual([ids.slice(3, 7), true, true]);
  });

  test("is empty beyond both ends, and says what is on the other side", async ({ arrange }) => {
    const { client, ids } = await arrange(numbered(3));

    const before = await page(client, { before: ids[0] });
    const after = await page(client, { after: ids[2] });

    expect([idsOf(before), before.hasBefore, before.hasAfter]).toEqual([[], false, true]);
    expect([idsOf(after), after.hasBefore, after.hasAfter]).toEqual([[], true, false]);
  });

  test("of a session that nobody knows is empty, and of an entry that nobody knows a refusal", async ({
    arrange,
  }) => {
    const { client } = await arrange(numbered(1));

    const unknown = await client.request("chat.page", { sessionKey: "nobody" });
    const refusal = await client.request("chat.page", { sessionKey: KEY, before: "ffffffff" });
    const two = await client.request("chat.page", { sessionKey: KEY, before: "a", after: "b" });

    expect(unknown.payload).toEqual({
      sessionKey: "nobody",
      messages: [],
      hasBefore: false,
      hasAfter: false,
      head: null,
    });
    expect(refusal.error).toMatchObject({
      message: 'there is no entry "ffffffff" in the session "agent:main:main"',
      details: { code: "NOT_FOUND" },
    });
    expect(codeOf(two)).toBe("PARAMS_INVALID");
  });

  test("cuts long parts, which chat.part reads on to the last character", async ({ arrange }) => {
    const text = "Grüße 🦞 ".repeat(1_000);
    const call = { path: "x".repeat(4_000) };
    const image = "iVBORw0KGgo=".repeat(400);
    const { client, ids } = await arrange([
      blocks(
        { type: "thinking", thinking: text, thinkingSignature: "s" },
        { type: "text", text },
        { type: "text", text: "short" },
        { type: "toolCall", id: "call-1", name: "read", arguments: call },
        { type: "image", data: image, mimeType: "image/png" },
      ),
    ]);

    const [message] = messagesOf(await page(client, { maxChars: 100 }));
    const content = Array.isArray(message?.content) ? message.content.filter(isRecord) : [];

    expect(content).toEqual([
      { type: "thinking", thinking: text.slice(0, 100), truncated: true, bytes: Buffer.byteLength(text) },
      { type: "text", text: text.slice(0, 100), truncated: true, bytes: Buffer.byteLength(text) },
      { type: "text", text: "short" },
      {
        type: "toolCall",
        id: "call-1",
        name: "read",
        arguments: {},
        text: JSON.stringify(call).slice(0, 100),
        truncated: true,
        bytes: 4_011,
      },
      { type: "image", data: "", mimeType: "image/png", truncated: true, bytes: 4_800 },
    ]);
    const [id = ""] = ids;
    const whole = await Promise.all([0, 1, 2, 3, 4].map((part) => readOn(client, { id, part, limit: 997 })));
    expect(whole).toEqual([text, text, "short", JSON.stringify(call), image]);
    // Half a character is never told, also where less than a whole one is asked for.
    expect(await readOn(client, { id, part: 1, limit: 1 }, 20)).toBe(text.slice(0, 22));
    expect(codeOf(await client.request("chat.part", { sessionKey: KEY, id, part: 5 }))).toBe("NOT_FOUND");
    expect(codeOf(await client.request("chat.part", { sessionKey: KEY, id: "nobody", part: 0 }))).toBe(
      "NOT_FOUND",
    );
  });

  test("holds a mebibyte at most, of what is nearest to the entry that was named", async ({ arrange }) => {
    const long = "x".repeat(30_000);
    const { client, ids } = await arrange(
      numbered(100).map((each) => ({ ...each, content: [{ type: "text", text: long }] })),
    );

    const newest = await page(client, { limit: 100 });
    const around = await page(client, { around: ids[50], limit: 100 });
    const after = await page(client, { after: ids[0], limit: 100 });

    for (const each of [newest, around, after]) {
      expect(JSON.stringify(each).length).toBeLessThan(1_100_000);
      expect(messagesOf(each)).toHaveLength(34);
    }
    expect(newest).toMatchObject({ hasBefore: true, hasAfter: false });
    expect(idsOf(newest).at(-1)).toBe(ids[99]);
    expect(around).toMatchObject({ hasBefore: true, hasAfter: true });
    expect(idsOf(around)).toContain(ids[50]);
    expect(after).toMatchObject({ hasBefore: true, hasAfter: true });
    expect(idsOf(after)[0]).toBe(ids[1]);
  });
});

test.describe("chat.history", () => {
  test("names entry, turn and state of every message", async ({ start }) => {
    const server = await start();
    const { client } = await connectWire(server.port);
    await client.request("chat.send", { sessionKey: KEY, message: "hi", idempotencyKey: "run-1" });
    await client.next(
      "the end",
      ({ event, payload }) => event === "chat" && isRecord(payload) && payload.state === "final",
    );

    const { payload } = await client.request("chat.history", { sessionKey: KEY });

    const [question, answer] = messagesOf(isRecord(payload) ? payload : {});
    expect(question).toMatchObject({ role: "user", id: expect.stringMatching(/^[0-9a-f]{8}$/), state: "ok" });
    expect(question).not.toHaveProperty("parts");
    expect(answer).toMatchObject({ role: "assistant", turnId: question?.turnId, state: "ok" });
    expect(idsOf(await page(client))).toEqual([question?.id, answer?.id]);
  });
});

/** Reads a part from its beginning to its end, at most `most` times. */
async function readOn(
  client: WireClient,
  params: { id: string; part: number; limit: number },
  most = Number.POSITIVE_INFINITY,
): Promise<string> {
  let text = "";
  for (let offset: unknown = 0, times = 0; offset !== null && times < most; times += 1) {
    const { payload } = await client.request("chat.part", { sessionKey: KEY, ...params, offset });
    const piece = isRecord(payload) ? payload : {};
    text += String(piece.text);
    offset = piece.next;
  }
  return text;
}
