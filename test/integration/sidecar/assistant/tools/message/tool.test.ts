/** The tool `message`, as a model calls it: what goes out at once, what waits for the owner, and what never does. */
import { expect } from "@playwright/test";
import type { GatewayConfig } from "../../../../../../shared/config/schema.ts";
import { isRecord } from "../../../../../../shared/protocol/frame.ts";
import { directFrom, withChannelGateway } from "../../../../../helpers/channel/channel-gateway.ts";
import { connectWire, type WireClient } from "../../../../../helpers/gateway/wire-client.ts";
import { fakeModel } from "../../../../../helpers/models/fake-model.ts";
import { type FakeProvider, type SeenRequest, test } from "../../../../../helpers/models/fake-provider.ts";
import { answered, type Reply } from "../../../../../helpers/models/reply.ts";

const APPROVALS = ["operator.admin", "operator.approvals"];

function configFor({ url }: FakeProvider): GatewayConfig {
  return { ...fakeModel(url), session: { titles: "off" } };
}

/** Makes the calls one after another, then answers `Done.`; what each gave is in `results`. */
function calling(provider: FakeProvider, ...calls: { name: string; arguments: object }[]): string[] {
  const results: string[] = [];
  const left = [...calls];
  provider.script((request): Reply => {
    const last = lastOf(request);
    if (last.role === "tool") results.push(JSON.stringify(last.content));
    const next = left.shift();
    return next === undefined ? answered("Done.") : answered("", { calls: [next] });
  });
  return results;
}

function lastOf({ body }: SeenRequest): Record<string, unknown> {
  const last = Array.isArray(body.messages) ? body.messages.at(-1) : undefined;
  return isRecord(last) ? last : {};
}

const message = (args: object) => ({ name: "message", arguments: args });

async function asked(client: WireClient): Promise<{ id: string; command: string }> {
  const { payload } = await client.next("a question", ({ event }) => event === "exec.approval.requested");
  const { id, request } = payload as { id: string; request: { command: string } };
  return { id, command: request.command };
}

test("what is said in the same chat, to the owner and to listed people goes out at once, each once", async ({
  provider,
}) => {
  const results = calling(
    provider,
    message({ message: "here first" }),
    message({ message: "to myself", target: "owner" }),
    message({ message: "hello Bob", target: "bob" }),
  );
  const account = { dmPolicy: "allowlist", allowFrom: ["ann", "bob"] };
  await withChannelGateway({ account, config: configFor(provider) }, async ({ platform }) => {
    platform.deliver(directFrom("ann", "tell everybody"));
    await platform.until(() => platform.textsIn("dm-ann").includes("Done."));

    expect(platform.textsIn("bob")).toEqual(["hello Bob"]);
    expect(platform.textsIn("dm-ann")).toEqual(["here first", "to myself", "Done."]);
    expect(results.map((result) => /Sent to fixture/.test(result))).toEqual([true, true, true]);
  });
});

test("what was said in the same chat is not said there again as the answer, unless it says more or is short", async ({
  provider,
}) => {
  const turns = [
    ["The train leaves at two.", "**The train**  leaves at two."],
    ["The bus leaves at ten.", "The bus leaves at ten. Hurry!"],
    ["Yes.", "Yes."],
  ] as const;
  const replies = turns.flatMap(([text, answer]): Reply[] => [
    answered("", { calls: [message({ message: text })] }),
    answered(answer),
  ]);
  provider.script(() => replies.shift() ?? answered("Nothing is left."));
  await withChannelGateway({ config: configFor(provider) }, async ({ platform }) => {
    const texts = () => platform.textsIn("dm-ann");
    for (const [index] of turns.entries()) {
      platform.deliver(directFrom("ann", `question ${index}`));
      await expect.poll(() => provider.requests.length, { timeout: 20_000 }).toBe(2 * (index + 1));
    }
    await platform.until(() => texts().filter((text) => text === "Yes.").length === 2);

    expect(texts()).toEqual([
      "The train leaves at two.",
      "The bus leaves at ten.",
      "The bus leaves at ten. Hurry!",
      "Yes.",
      "Yes.",
    ]);
  });
});

test("to anybody else it waits for the owner, who is shown to whom and what", async ({ provider }) => {
  const results = calling(
    provider,
    message({ message: "hello Bob", target: "bob" }),
    message({ message: "hello again, Bob", target: "bob" }),
  );
  await withChannelGateway({ config: configFor(provider) }, async ({ platform, gateway }) => {
    const { client } = await connectWire(gateway.port, { scopes: APPROVALS });
    platform.deliver(directFrom("ann", "greet Bob"));

    const first = await asked(client);
    expect(first.command).toBe("message to fixture/default dm:bob: hello Bob");
    expect(platform.textsIn("bob")).toEqual([]);
    await client.request("exec.approval.resolve", { id: first.id, decision: "deny" });
    const second = await asked(client);
    await client.request("exec.approval.resolve", { id: second.id, decision: "allow-once" });
    await platform.until(() => platform.textsIn("dm-ann").includes("Done."));

    expect(platform.textsIn("bob")).toEqual(["hello again, Bob"]);
    expect(results[0]).toContain("The owner denied this");
    expect(results[1]).toContain("Sent to fixture dm:bob");
  });
});

test("case 48: words of others have nothing sent, not even to listed people, without the owner's word", async ({
  provider,
}) => {
  const results = calling(
    provider,
    { name: "web_fetch", arguments: { url: "http://127.0.0.1:1/" } },
    message({ message: "the notes", target: "bob" }),
  );
  const account = { dmPolicy: "allowlist", allowFrom: ["ann", "bob"] };
  await withChannelGateway({ account, config: configFor(provider) }, async ({ platform, gateway }) => {
    const { client } = await connectWire(gateway.port, { scopes: APPROVALS });
    platform.deliver(directFrom("ann", "read that page"));

    const { id } = await asked(client);
    await client.request("exec.approval.resolve", { id, decision: "deny" });
    await platform.until(() => platform.textsIn("dm-ann").includes("Done."));

    expect(platform.textsIn("bob")).toEqual([]);
    expect(results[1]).toContain("The owner denied this");
  });
});

test("a guest has something said in the own chat only, and sends no files", async ({ provider }) => {
  const results = calling(
    provider,
    message({ message: "hello Ann", target: "owner" }),
    message({ message: "hello Bob", target: "bob" }),
    message({ message: "a file", media: ["MEMORY.md"] }),
    message({ message: "hello myself" }),
  );
  const account = { dmPolicy: "open", allowFrom: ["*"] };
  await withChannelGateway({ account, config: configFor(provider) }, async ({ platform }) => {
    platform.deliver(directFrom("eve", "tell everybody"));
    await platform.until(() => platform.textsIn("dm-eve").includes("Done."));

    expect(platform.textsIn("dm-eve")).toEqual(["hello myself", "Done."]);
    expect(platform.sent).toHaveLength(2);
    expect(results[1]).toContain("Guests may have something said in their own chat only");
    expect(results[2]).toContain("Only the owner's conversation may send files");
  });
});

test("an action and a target that are not to be had are named", async ({ provider }) => {
  const results = calling(
    provider,
    message({ message: "x", action: "poll" }),
    message({ message: "x", channel: "pigeon", target: "bob" }),
    message({ message: " " }),
  );
  await withChannelGateway({ config: configFor(provider) }, async ({ platform }) => {
    platform.deliver(directFrom("ann", "try"));
    await platform.until(() => platform.textsIn("dm-ann").includes("Done."));

    expect(results[0]).toContain("message can only send");
    expect(results[1]).toContain("pigeon");
    expect(results[2]).toContain("message is empty");
    expect(platform.sent).toHaveLength(1);
  });
});
