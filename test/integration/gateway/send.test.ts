/** `send` through a channel, once for each key, and what a channel of this release cannot do. */
import { expect, test } from "@playwright/test";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { directFrom, withChannelGateway } from "../../helpers/channel/channel-gateway.ts";

const to = (chat: string, message: string, idempotencyKey: string, more: object = {}) => ({
  channel: "fixture",
  to: chat,
  message,
  idempotencyKey,
  ...more,
});

test("a message is sent once, however often and by how many at once it is asked for", async () => {
  await withChannelGateway({}, async ({ platform, client }) => {
    const send = () => client.request("send", to("dm-bob", "hello", "k1"));

    const [first, second] = await Promise.all([send(), send()]);
    const third = await send();

    const [sent] = platform.sent;
    expect(platform.textsIn("dm-bob")).toEqual(["hello"]);
    expect(first.payload).toEqual({ runId: "k1", messageId: sent?.id, channel: "fixture", chatId: "dm-bob" });
    expect([second.payload, third.payload]).toEqual([first.payload, first.payload]);
  });
});

test("a long one comes in pieces, in a group where that is said", async () => {
  await withChannelGateway({ limit: 50 }, async ({ platform, client }) => {
    const { ok } = await client.request("send", to("group:room", "word ".repeat(30).trim(), "k"));

    expect(ok).toBe(true);
    expect(platform.textsIn("room").length).toBeGreaterThan(2);
    expect(platform.textsIn("room").join(" ")).toBe("word ".repeat(30).trim());
  });
});

test("it stands in the conversation of the chat, once", async () => {
  await withChannelGateway({}, async ({ platform, client }) => {
    platform.deliver(directFrom("ann", "good morning"));
    await platform.until(() => platform.textsIn("dm-ann").length === 1);

    for (const key of ["a", "a"]) await client.request("send", to("dm-ann", "the parcel is here", key));

    const { payload } = await client.request("chat.history", { sessionKey: "main" });
    const messages = isRecord(payload) && Array.isArray(payload.messages) ? payload.messages : [];
    const texts = messages.map(({ content }) => JSON.stringify(content));
    expect(texts.filter((text) => text.includes("the parcel is here"))).toHaveLength(1);
  });
});

test("what the platform refuses is an error, also for whoever asks again", async () => {
  await withChannelGateway({}, async ({ platform, client }) => {
    platform.fail("send", { kind: "gone" });

    const first = await client.request("send", to("dm-bob", "hello", "k"));
    const again = await client.request("send", to("dm-bob", "hello", "k"));

    expect(first).toMatchObject({
      ok: false,
      error: { code: "UNAVAILABLE", details: { code: "NOT_DELIVERED" } },
    });
    expect(again.error).toEqual(first.error);
    expect(platform.sent).toEqual([]);
  });
});

test("a passing failure is waited out", async () => {
  await withChannelGateway({}, async ({ platform, client }) => {
    platform.fail("send", { kind: "transient" });

    const { ok } = await client.request("send", to("dm-bob", "hello", "k"));

    expect(ok).toBe(true);
    expect(platform.textsIn("dm-bob")).toEqual(["hello"]);
  });
});

test("files that no answer may send, and accounts that are not there, are refused", async () => {
  await withChannelGateway({}, async ({ platform, client }) => {
    const refused = async (more: object) =>
      (await client.request("send", to("dm-bob", "hello", JSON.stringify(more), more))).error;

    expect(await refused({ mediaUrl: "/etc/passwd" })).toMatchObject({
      code: "INVALID_REQUEST",
      message: '"/etc/passwd" is no file that may be sent',
    });
    expect(await refused({ accountId: "other" })).toMatchObject({
      message: 'fixture has no account "other"; it has "default"',
    });
    expect(platform.sent).toEqual([]);
  });
});

test("no channel of this release has polls or is logged out of", async () => {
  await withChannelGateway({}, async ({ client }) => {
    const error = async (method: string, params: object) => (await client.request(method, params)).error;
    const poll = { to: "x", question: "which?", options: ["a", "b"], idempotencyKey: "p" };

    expect(await error("poll", { ...poll, channel: "fixture" })).toMatchObject({
      message: "unsupported poll channel: fixture",
    });
    expect(await error("channels.logout", { channel: "fixture" })).toMatchObject({
      message: "channel fixture does not support logout",
    });
    expect(await error("channels.logout", { channel: "nope" })).toMatchObject({
      message: "invalid channels.logout channel",
    });
  });
});
