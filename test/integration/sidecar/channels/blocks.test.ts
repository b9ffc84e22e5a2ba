/** Answers that are sent in blocks while they are being written. */
import { expect } from "@playwright/test";
import type { GatewayConfig } from "../../../../shared/config/schema.ts";
import { directFrom, withChannelGateway } from "../../../helpers/channel/channel-gateway.ts";
import { test } from "../../../helpers/models/fake-provider.ts";
import { answered } from "../../../helpers/models/reply.ts";

type Defaults = NonNullable<NonNullable<GatewayConfig["agents"]>["defaults"]>;

const withModel = (url: string, defaults: Defaults = {}): GatewayConfig => ({
  agents: {
    defaults: {
      model: "anthropic/claude-sonnet-5",
      blockStreamingDefault: "on",
      blockStreamingChunk: { minChars: 20, maxChars: 40 },
      ...defaults,
    },
  },
  models: { providers: { anthropic: { baseUrl: url, apiKey: "sk-ant-secret" } } },
});

const FIRST = "The first sentence is here.";
const SECOND = "The second one is longer.";

test("a block arrives before the answer is whole, the end does not repeat it, and the conversation holds the whole", async ({
  provider,
}) => {
  const { promise: until, resolve } = Promise.withResolvers<void>();
  provider.script({ kind: "held", text: `${FIRST} ${SECOND}`, until, rest: " That is all." });
  await withChannelGateway({ config: withModel(provider.url) }, async ({ platform, client }) => {
    platform.deliver(directFrom("ann", "tell me"));
    await platform.until(() => platform.textsIn("dm-ann").length === 1);
    expect(platform.textsIn("dm-ann")).toEqual([FIRST]);
    resolve();
    await platform.until(() => platform.textsIn("dm-ann").join(" ").endsWith("That is all."));
    await platform.until(() => platform.typing.at(-1)?.isOn === false);

    expect(platform.textsIn("dm-ann")).toEqual([FIRST, `${SECOND} That is all.`]);
    const history = await client.request("chat.history", { sessionKey: "main" });
    const messages = (history.payload as { messages: { role: string; content: { text: string }[] }[] })
      .messages;
    expect(
      messages.filter(({ role }) => role === "assistant").map(({ content }) => content[0]?.text),
    ).toEqual([`${FIRST} ${SECOND} That is all.`]);
  });
});

test("what was said before a tool arrives before its result, also where blocks wait for whole messages", async ({
  provider,
}) => {
  provider.script(
    answered("Let me look.", { calls: [{ name: "session_status", arguments: {} }] }),
    answered("It is all well."),
  );
  const config = withModel(provider.url, { blockStreamingBreak: "message_end" });
  await withChannelGateway({ config }, async ({ platform }) => {
    platform.deliver(directFrom("ann", "how is it?"));
    await platform.until(() => platform.textsIn("dm-ann").length === 2);

    expect(platform.textsIn("dm-ann")).toEqual(["Let me look.", "It is all well."]);
  });
});

test("/stop in the middle sends nothing more, not even a block that only waits for its moment", async ({
  provider,
}) => {
  provider.script(
    { kind: "silence", text: `${FIRST} ${SECOND} And this is a third sentence, ok.` },
    answered("Yes?"),
  );
  const config = withModel(provider.url, { humanDelay: { mode: "custom", minMs: 60_000, maxMs: 60_000 } });
  await withChannelGateway({ config }, async ({ platform, client }) => {
    platform.deliver(directFrom("ann", "tell me"));
    await platform.until(() => platform.textsIn("dm-ann").length === 1);
    platform.deliver(directFrom("ann", "/stop"));
    await platform.until(() => platform.textsIn("dm-ann").length === 2);
    platform.deliver(directFrom("ann", "are you there?"));
    await platform.until(() => platform.textsIn("dm-ann").includes("Yes?"));

    const [first, , ...others] = platform.textsIn("dm-ann");
    expect(first).toBe(FIRST);
    expect(others).toEqual(["Yes?"]);
    expect(JSON.stringify(await client.request("chat.history", { sessionKey: "main" }))).toContain(FIRST);
  });
});

test("a channel says for itself whether it sends blocks", async ({ provider }) => {
  const text = `${FIRST} ${SECOND}`;
  provider.script(answered(text));
  const off = { config: withModel(provider.url), account: { blockStreaming: false } };
  const on = {
    config: withModel(provider.url, { blockStreamingDefault: "off" }),
    account: { blockStreaming: true },
  };
  await withChannelGateway(off, async ({ platform }) => {
    platform.deliver(directFrom("ann", "tell me"));
    await platform.until(() => platform.textsIn("dm-ann").length === 1);
    expect(platform.textsIn("dm-ann")).toEqual([text]);
  });
  await withChannelGateway(on, async ({ platform }) => {
    platform.deliver(directFrom("ann", "tell me"));
    await platform.until(() => platform.textsIn("dm-ann").length === 2);
    expect(platform.textsIn("dm-ann")).toEqual([FIRST, SECOND]);
  });
});
