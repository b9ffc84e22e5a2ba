/** What the transcript says of answers on their way to a chat, and how what did not arrive is sent again. */
import { expect, test } from "@playwright/test";
import { WebSocket } from "ws";
import { connectGateway } from "../../../../shared/client/gateway-connection.ts";
import { systemClock } from "../../../../shared/clock.ts";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { english } from "../../../../shared/remedy.ts";
import { Conversation } from "../../../../sidecar/cli/chat/conversation.ts";
import {
  type ChannelGateway,
  directFrom,
  groupFrom,
  withChannelGateway,
} from "../../../helpers/channel/channel-gateway.ts";
import { type Frame, TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";

const MAIN = "agent:main:main";
const ROOM = "agent:main:fixture:group:room";

async function messagesOf(
  { client }: ChannelGateway,
  method = "chat.history",
  sessionKey = MAIN,
): Promise<Frame[]> {
  const { payload } = await client.request(method, { sessionKey });
  return isRecord(payload) && Array.isArray(payload.messages) ? payload.messages.filter(isRecord) : [];
}

async function lostIn({ client }: ChannelGateway): Promise<Frame[]> {
  const { payload } = await client.request("channels.outbox.failed", {});
  return isRecord(payload) && Array.isArray(payload.parts) ? payload.parts.filter(isRecord) : [];
}

const deliveryIn = (messages: readonly Frame[]) => messages.at(-1)?.delivery;

test.describe("an answer that went to a channel", () => {
  test("tells in the transcript where and when it arrived; what went nowhere tells nothing", async () => {
    await withChannelGateway({}, async (started) => {
      const { platform, client } = started;
      await client.request("chat.send", { sessionKey: MAIN, message: "on the page", idempotencyKey: "1" });
      await expect.poll(async () => (await messagesOf(started)).length).toBe(2);
      const before = Date.now();
      platform.deliver(directFrom("ann", "hello"));

      await expect
        .poll(async () => deliveryIn(await messagesOf(started)))
        .toEqual({ channel: "fixture", state: "sent", at: expect.any(Number) });

      const messages = await messagesOf(started);
      expect(messages.map(({ delivery }) => delivery !== undefined)).toEqual([false, false, false, true]);
      expect(Number((deliveryIn(messages) as Frame).at)).toBeGreaterThanOrEqual(before);
      expect(deliveryIn(await messagesOf(started, "chat.page"))).toEqual(deliveryIn(messages));
    });
  });

  test("tells why it did not, is sent again by its turn, and then has arrived", async () => {
    await withChannelGateway({ limit: 40 }, async (started) => {
      const { platform, client } = started;
      platform.fail("send", { kind: "permanent" }, { kind: "gone" });
      platform.deliver(groupFrom("ann", `clawd: ${"word ".repeat(20)}`));
      const ofRoom = () => messagesOf(started, "chat.history", ROOM);
      await expect
        .poll(async () => deliveryIn(await ofRoom()))
        .toMatchObject({ channel: "fixture", state: "failed", error: "the platform says permanent" });

      await expect.poll(async () => (await lostIn(started)).length).toBe(2);

      const turnId = (await ofRoom()).at(-1)?.turnId;
      const { payload } = await client.request("channels.outbox.resend", { id: turnId });

      expect(payload).toEqual({ id: turnId, sent: true, parts: 2 });
      await expect
        .poll(async () => deliveryIn(await ofRoom()))
        .toMatchObject({ channel: "fixture", state: "sent" });
      expect(platform.textsIn("room").join(" ").match(/word/g)).toHaveLength(20);
      const again = await client.request("channels.outbox.resend", { id: turnId });
      expect(again.payload).toEqual({ id: turnId, sent: false, parts: 0 });
    });
  });

  test("waits in the transcript as long as it is tried", async () => {
    await withChannelGateway({}, async (started) => {
      const { platform } = started;
      platform.fail("send", { kind: "rate", retryAfterMs: 600_000 });
      platform.deliver(directFrom("ann", "hello"));

      await expect
        .poll(async () => deliveryIn(await messagesOf(started)))
        .toMatchObject({ state: "queued", error: "the platform says rate" });
    });
  });

  test("may have arrived where nobody knows, and is not said to be lost", async () => {
    const account = { delivery: { onUnknown: "skip" } };
    await withChannelGateway({ repeats: "none", knowsKeys: false, account }, async (started) => {
      const { platform } = started;
      platform.fail("send", { lost: "answer" });
      platform.deliver(directFrom("ann", "hello"));

      await expect
        .poll(async () => deliveryIn(await messagesOf(started)))
        .toMatchObject({ state: "unknown", error: "nobody knows whether it arrived" });
    });
  });
});

test("case 16: an answer of several messages is one notice, with the command that sends it again", async () => {
  await withChannelGateway({ limit: 60, account: { allowFrom: ["bob"] } }, async (started) => {
    const { platform } = started;
    platform.deliver(directFrom("ann", "I am here"));
    await platform.until(() => platform.textsIn("dm-ann").length > 0);
    const before = platform.textsIn("dm-ann").length;
    platform.fail("send", { kind: "permanent" }, { kind: "permanent" }, { kind: "permanent" });
    platform.deliver(directFrom("bob", "word ".repeat(25)));
    await expect.poll(async () => (await lostIn(started)).length).toBe(3);
    const [{ turnId } = {}] = await lostIn(started);
    platform.deliver(directFrom("ann", "anything new?"));
    await platform.until(() => platform.textsIn("dm-ann").some((text) => text.includes("anything new?")));

    const told = platform.textsIn("dm-ann").slice(before).join(" ");
    expect(told.match(/could not be delivered/g)).toHaveLength(1);
    expect(told.replaceAll(/\s+/g, " ")).toContain(`outbox resend ${String(turnId)}`);
  });
});

test("a chat on the terminal says which answer did not arrive in its channel, once", async () => {
  await withChannelGateway({}, async (started) => {
    const { platform, gateway } = started;
    platform.fail("send", { kind: "permanent" });
    platform.deliver(directFrom("ann", "first"));
    await expect.poll(async () => deliveryIn(await messagesOf(started))).toMatchObject({ state: "failed" });
    const notes: string[] = [];
    const said: string[] = [];
    const chat = new Conversation({
      open: () =>
        connectGateway({
          open: () => new WebSocket(`ws://127.0.0.1:${gateway.port}`),
          client: { id: "cli", mode: "cli", version: "0.0.0", platform: process.platform },
          scopes: ["operator.admin"],
          auth: { token: TEST_TOKEN },
          timeoutMs: 5_000,
        }),
      sessionKeyFor: async () => MAIN,
      isSameSession: (a, b) => a === b,
      clock: systemClock,
      timeoutMs: 5_000,
      view: {
        said: (role, text) => said.push(`${role}: ${text}`),
        answering: () => {},
        answerEnded: () => {},
        thinking: () => {},
        thoughtEnded: () => {},
        note: (text) => notes.push(english(text)),
        failed: (error) => notes.push(String(error)),
        busy: () => {},
        over: (error) => notes.push(String(error)),
      },
    });
    try {
      await chat.start();
      platform.deliver(directFrom("ann", "second"));
      await expect.poll(() => said.filter((line) => line === "user: second").length).toBe(1);
    } finally {
      chat.close();
    }

    expect(notes).toEqual([
      expect.stringMatching(
        /^Not delivered to fixture: “\[local\/echo: .*…?” \(the platform says permanent\)$/,
      ),
    ]);
  });
});
