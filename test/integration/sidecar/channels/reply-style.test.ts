/** How answers of a conversation are dressed for its chat, and whether they are sent. */
import { expect } from "@playwright/test";
import {
  type ChannelGateway,
  type ChannelGatewayOptions,
  directFrom,
  groupFrom,
  withChannelGateway,
} from "../../../helpers/channel/channel-gateway.ts";
import { test } from "../../../helpers/models/fake-provider.ts";
import { answered } from "../../../helpers/models/reply.ts";

/** What the chat of Ann shows next. */
async function next({ platform }: ChannelGateway, text: string, count = 1): Promise<string[]> {
  const before = platform.textsIn("dm-ann").length;
  platform.deliver(directFrom("ann", text));
  await platform.until(() => platform.textsIn("dm-ann").length === before + count);
  return platform.textsIn("dm-ann").slice(before);
}

const withModel = (url: string, more: ChannelGatewayOptions["config"] = {}) => ({
  agents: { defaults: { model: "anthropic/claude-sonnet-5" }, list: [{ id: "main", name: "Ada" }] },
  models: { providers: { anthropic: { baseUrl: url, apiKey: "sk-ant-secret" } } },
  ...more,
});

test("/usage puts what an answer took below it, and takes it away again", async ({ provider }) => {
  const usage = { input: 1_200, output: 34 };
  provider.script(answered("one", { usage }), answered("two", { usage }), answered("three", { usage }));
  await withChannelGateway({ config: withModel(provider.url) }, async (started) => {
    await next(started, "/usage tokens");
    expect(await next(started, "hello")).toEqual(["one\n\nTokens: 1,200 in, 34 out"]);
    await next(started, "/usage full");
    expect(await next(started, "Sag mir bitte, was das ist")).toEqual([
      "two\n\nTokens: 1.200 hinein, 34 heraus · 0,00 $ · anthropic/claude-sonnet-5",
    ]);
    await next(started, "/usage off");
    expect(await next(started, "hello")).toEqual(["three"]);
  });
});

test("/reasoning shows what was thought before the answer, as a message of its own", async ({ provider }) => {
  provider.script(answered("42", { thinking: "Let me count." }), answered("43", { thinking: "Once more." }));
  await withChannelGateway({ config: withModel(provider.url) }, async (started) => {
    await next(started, "/reasoning on");
    expect(await next(started, "how many?", 2)).toEqual(["💭 Let me count.", "42"]);
    await next(started, "/reasoning off");
    expect(await next(started, "and now?")).toEqual(["43"]);
  });
});

test("what was thought before each tool stands before the answer", async ({ provider }) => {
  provider.script(
    answered("", { thinking: "I look first.", calls: [{ name: "session_status", arguments: {} }] }),
    answered("Done", { thinking: "Now I know." }),
  );
  await withChannelGateway({ config: withModel(provider.url) }, async (started) => {
    await next(started, "/reasoning on");
    expect(await next(started, "how is it?", 2)).toEqual(["💭 I look first.\n\nNow I know.", "Done"]);
  });
});

test("/reasoning stream shows a thought while it is thought, of a long one its end, and takes it away for the answer", async ({
  provider,
}) => {
  const thinking = `${"First I count all of them. ".repeat(12)}Then I add them up.`;
  await withChannelGateway({ config: withModel(provider.url) }, async (started) => {
    const { platform } = started;
    await next(started, "/reasoning stream");
    const { promise: until, resolve } = Promise.withResolvers<void>();
    provider.script({ kind: "thinking", thinking, until, text: "They are 42" });
    platform.deliver(directFrom("ann", "how many?"));
    const draft = await platform.until(() =>
      platform.sent.find(({ text }) => text.endsWith("Then I add them up.")),
    );
    expect(platform.textsIn("dm-ann").join("\n")).not.toContain("42");
    resolve();
    const answer = await platform.until(() => platform.sent.find(({ text }) => text === "They are 42"));

    expect(draft).toMatchObject({ isRemoved: true });
    expect(answer).toMatchObject({ edits: [], isRemoved: false });
    expect(draft.text.length).toBeLessThanOrEqual(200);
  });
});

test("in a group only the owner has thoughts shown, and a chat between two people changes nothing there", async ({
  provider,
}) => {
  const thinking = "This is nobody's business.";
  provider.script(
    answered("one", { thinking }),
    answered("two", { thinking }),
    answered("three", { thinking }),
  );
  const account = {
    groupPolicy: "open",
    groupAllowFrom: ["bob"],
    groups: { "*": { requireMention: false } },
  };
  await withChannelGateway({ account, config: withModel(provider.url) }, async (started) => {
    const { platform } = started;
    const inRoom = async (sender: string, text: string, count: number) => {
      platform.deliver(groupFrom(sender, text));
      await platform.until(() => platform.textsIn("room").length === count);
      return platform.textsIn("room");
    };
    await next(started, "/reasoning on");
    platform.deliver(groupFrom("bob", "/reasoning on"));
    expect(await inRoom("bob", "hello", 1)).toEqual(["one"]);
    await inRoom("ann", "/reasoning on", 2);
    expect(await inRoom("bob", "hello again", 4)).toEqual([
      "one",
      expect.stringContaining("on, from now on in this conversation"),
      `💭 ${thinking}`,
      "two",
    ]);
  });
});

test("messages.responsePrefix stands before answers, with what is known filled in", async ({ provider }) => {
  provider.script(answered("hi"), answered("again"));
  const messages = { responsePrefix: "[{identity.name} {model} {nothing}]" };
  await withChannelGateway({ config: withModel(provider.url, { messages }) }, async (started) => {
    expect(await next(started, "hello")).toEqual(["[Ada claude-sonnet-5 {nothing}] hi"]);
  });
  await withChannelGateway(
    { config: withModel(provider.url, { messages: { responsePrefix: "auto" } }) },
    async (started) => expect(await next(started, "hello")).toEqual(["[Ada] again"]),
  );
});

test("/send off answers nothing in the chat, and takes no messages of clients, until /send on", async () => {
  await withChannelGateway({ account: { streaming: { mode: "partial" } } }, async (started) => {
    const { platform, client } = started;
    await next(started, "/send off");
    platform.deliver(directFrom("ann", "is anybody there?"));
    const params = { sessionKey: "main", message: "hello", idempotencyKey: "k1" };
    await expect
      .poll(async () => JSON.stringify(await client.request("chat.history", { sessionKey: "main" })))
      .toContain("is anybody there?");
    expect(await client.request("chat.send", params)).toMatchObject({ ok: false });

    // Not even for the time in which it was written, and nobody typed.
    const seen = platform.sent.flatMap(({ text, edits }) => [text, ...edits]);
    expect(seen.filter((text) => text.includes("is anybody there?"))).toEqual([]);
    expect(platform.typing).toEqual([]);
    expect((await next(started, "/send on"))[0]).toContain("on");
    platform.deliver(directFrom("ann", "and now?"));
    await expect.poll(() => platform.textsIn("dm-ann").join("\n")).toContain("and now?");
    expect(platform.textsIn("dm-ann").join("\n")).not.toContain("is anybody there?");
  });
});

test("session.sendPolicy keeps the answers of some chats back, and no command", async () => {
  const session = {
    sendPolicy: { rules: [{ match: { chatType: "group" as const }, action: "deny" as const }] },
  };
  await withChannelGateway(
    { config: { session }, account: { groupPolicy: "open", groups: { "*": { requireMention: false } } } },
    async (started) => {
      const { platform, client } = started;
      platform.deliver(groupFrom("ann", "to nobody"));
      await expect
        .poll(async () => JSON.stringify(await client.request("sessions.list", {})))
        .toContain("group:room");
      expect((await next(started, "hello"))[0]).toContain("hello");
      platform.deliver(groupFrom("ann", "/whoami"));
      await platform.until(() => platform.textsIn("room").length > 0);
      expect(platform.textsIn("room").join("\n")).not.toContain("to nobody");
    },
  );
});
