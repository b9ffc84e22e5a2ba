/** What goes out, with a platform that refuses, loses and is away. */
import { expect, test } from "@playwright/test";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import {
  type ChannelGateway,
  type ChannelGatewayOptions,
  directFrom,
  groupFrom,
  withChannelGateway,
} from "../../../helpers/channel/channel-gateway.ts";

const sends = ({ platform }: ChannelGateway) =>
  platform.requests.filter(({ path }) => path === "send").length;

test("case 16: what fails for the moment arrives later, once", async () => {
  await withChannelGateway({}, async (started) => {
    const { platform } = started;
    platform.fail(
      "send",
      { kind: "rate", retryAfterMs: 50 },
      { kind: "rate", retryAfterMs: 50 },
      { kind: "rate", retryAfterMs: 50 },
    );
    platform.deliver(directFrom("ann", "patience"));
    await platform.until(() => platform.sent.length === 1);

    expect(sends(started)).toBe(4);
    expect(platform.textsIn("dm-ann").length).toBe(1);
  });
});

test("case 16: what fails for good is told to the owner in another chat, and can be sent again", async () => {
  await withChannelGateway({ account: { allowFrom: ["bob"] } }, async ({ platform, client }) => {
    platform.deliver(directFrom("ann", "I am here"));
    await platform.until(() => platform.sent.length === 1);
    platform.fail("send", { kind: "permanent" });
    platform.deliver(directFrom("bob", "answer me"));
    await platform.until(() => platform.textsIn("dm-ann").length === 2);

    expect(platform.textsIn("dm-ann")[1]).toContain("could not be delivered: the platform says permanent");
    const { payload } = await client.request("channels.outbox.failed", {});
    const [part] = isRecord(payload) && Array.isArray(payload.parts) ? payload.parts : [];
    expect(part).toMatchObject({ channel: "fixture", to: "dm-bob", state: "failed" });
    await client.request("channels.outbox.resend", { id: part.id });
    await platform.until(() => platform.textsIn("dm-bob").length === 1);
    expect(platform.textsIn("dm-bob")[0]).toContain("answer me");
  });
});

test("a text that the platform does not take in its format is sent plain, one that is too long in pieces", async () => {
  await withChannelGateway({ format: "markdown" }, async ({ platform }) => {
    platform.fail("send", { kind: "format" });
    platform.deliver(directFrom("ann", "**bold**"));
    await platform.until(() => platform.sent.length === 1);
    expect(platform.textsIn("dm-ann")[0]).toMatch(/\nbold$/);

    platform.fail("send", { kind: "too-long" });
    platform.deliver(directFrom("ann", "a b c d e f"));
    await platform.until(() => platform.textsIn("dm-ann").at(-1)?.endsWith("f") === true);
    const pieces = platform.textsIn("dm-ann").slice(1);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join(" ")).toMatch(/^\[local\/echo: .*\] a b c d e f$/);
  });
});

test("a connection that is lost is made again, and what was said meanwhile arrives in order", async () => {
  await withChannelGateway({}, async ({ platform, client }) => {
    platform.deliver(directFrom("ann", "one"));
    await platform.until(() => platform.sent.length === 1);
    platform.fail("hello", { kind: "transient" }, { kind: "transient" });
    platform.dropConnections();
    platform.deliver(directFrom("ann", "two"));
    platform.deliver(directFrom("ann", "three"));
    await platform.until(() => platform.textsIn("dm-ann").at(-1)?.endsWith("three") === true);

    const said = platform
      .textsIn("dm-ann")
      .join("\n")
      .match(/\b(one|two|three)\b/g);
    expect(said).toEqual(["one", "two", "three"]);
    const { payload } = await client.request("channels.status", {});
    expect(payload).toMatchObject({
      channelOrder: ["fixture"],
      channelAccounts: {
        fixture: [{ accountId: "default", configured: true, connected: true, self: { id: "the-bot" } }],
      },
    });
  });
});

test.describe("case 17: an answer whose arrival nobody confirmed", () => {
  for (const [what, options, chat, expected] of [
    ["is sent again under the same id where the platform knows it", {}, "dm-ann", ["hello"]],
    [
      "is looked for where the channel can look",
      { id: "asked", repeats: "lookup", knowsKeys: false },
      "dm-ann",
      ["hello"],
    ],
    [
      "is repeated once and marked in a direct message",
      { id: "unaware", repeats: "none", knowsKeys: false },
      "dm-ann",
      ["hello", "↻ hello"],
    ],
    ["is not repeated in a group", { id: "unaware", repeats: "none", knowsKeys: false }, "room", ["hello"]],
    [
      "is not repeated where that is said",
      { id: "unaware", repeats: "none", knowsKeys: false, account: { delivery: { onUnknown: "skip" } } },
      "dm-ann",
      ["hello"],
    ],
  ] as const) {
    test(what, async () => {
      await withChannelGateway(options as ChannelGatewayOptions, async ({ platform }) => {
        platform.fail("send", { lost: "answer" });
        const message = chat === "room" ? groupFrom("ann", "clawd: hello") : directFrom("ann", "hello");
        platform.deliver(message);
        await platform.until(() =>
          platform.requests.some(({ path }) => path === "typing" || path === "send"),
        );
        // What follows in the same chat is behind it.
        platform.deliver(chat === "room" ? groupFrom("ann", "clawd: next") : directFrom("ann", "next"));
        await platform.until(() => platform.textsIn(chat).some((text) => text.endsWith("next")));

        const texts = platform.textsIn(chat).filter((text) => text.endsWith("hello"));
        expect(texts.map((text) => `${text.startsWith("↻") ? "↻ " : ""}hello`)).toEqual(expected);
      });
    });
  }
});

test("an account with wrong settings is not started and says why; the others are", async () => {
  const account = { accounts: { good: {}, bad: { dmPolicy: "everybody" }, off: { enabled: false } } };
  await withChannelGateway({ account }, async ({ platform, client }) => {
    platform.deliver(directFrom("ann", "hello"), "good");
    await platform.until(() => platform.sent.length === 1);

    const { payload } = await client.request("channels.status", {});
    expect(payload).toMatchObject({
      channelAccounts: {
        fixture: [
          { accountId: "good", connected: true, lastError: null },
          {
            accountId: "bad",
            configured: false,
            running: false,
            lastError: expect.stringContaining("channels.fixture.dmPolicy"),
          },
          { accountId: "off", running: false, enabled: false },
        ],
      },
    });
  });
});
