/** Programs that bring instructions and tools of their own: OpenAI's client asks our gateway, which asks a provider. */
import { expect, test } from "@playwright/test";
import OpenAI from "openai";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { startGateway } from "../../helpers/gateway/gateway.ts";
import { connectWire, TEST_TOKEN } from "../../helpers/gateway/wire-client.ts";
import { fakeModel } from "../../helpers/models/fake-model.ts";
import { FakeProvider, type SeenRequest } from "../../helpers/models/fake-provider.ts";
import { answered, type Reply } from "../../helpers/models/reply.ts";

const LOOK = {
  type: "function" as const,
  name: "look_outside",
  description: "Says what the weather is.",
  parameters: { type: "object", properties: { where: { type: "string" } }, required: ["where"] },
  strict: false,
};
const CALL = { name: "look_outside", arguments: { where: "Ulm" } };

interface Place {
  client: OpenAI;
  port: number;
  asked: readonly SeenRequest[];
}

async function withProvider(reply: (request: SeenRequest) => Reply, use: (place: Place) => Promise<void>) {
  const provider = await FakeProvider.start();
  const asked: SeenRequest[] = [];
  provider.script((request) => {
    asked.push(request);
    return reply(request);
  });
  const endpoints = { chatCompletions: { enabled: true }, responses: { enabled: true } };
  const server = await startGateway({
    config: { gateway: { http: { endpoints } }, ...fakeModel(provider.url) },
  });
  try {
    const baseURL = `http://127.0.0.1:${server.port}/v1`;
    await use({ client: new OpenAI({ apiKey: TEST_TOKEN, baseURL }), port: server.port, asked });
  } finally {
    await server.stop();
    await provider.stop();
  }
}

const toolsOf = ({ body }: SeenRequest) =>
  (Array.isArray(body.tools) ? body.tools : []).map((tool) => tool.function.name);
const systemOf = ({ body }: SeenRequest) =>
  JSON.stringify(Array.isArray(body.messages) ? body.messages[0] : "");

const wantsToLook = ({ body }: SeenRequest) =>
  JSON.stringify(body.messages).includes("It rains")
    ? answered("Take an umbrella.")
    : answered("", { calls: [CALL] });

test("a call of the program's tool ends the response, and its result goes on", async () => {
  await withProvider(wantsToLook, async ({ client, asked }) => {
    const input = [{ role: "user" as const, content: "What shall I wear?" }];
    const first = await client.responses.create({ model: "clawdbot", input, tools: [LOOK], user: "ada" });
    const [call] = first.output;

    expect(first.status).toBe("incomplete");
    expect(first.output).toHaveLength(1);
    expect(call).toMatchObject({ type: "function_call", name: "look_outside", arguments: '{"where":"Ulm"}' });
    expect(asked).toHaveLength(1);
    expect(toolsOf(asked[0] as SeenRequest)).toContain("look_outside");

    const callId = call?.type === "function_call" ? call.call_id : "";
    const second = await client.responses.create({
      model: "clawdbot",
      input: [{ type: "function_call_output", call_id: callId, output: "It rains" }],
      tools: [LOOK],
      user: "ada",
    });

    expect(second.status).toBe("completed");
    expect(second.output_text).toBe("Take an umbrella.");
  });
});

test("the same comes as a stream", async () => {
  await withProvider(wantsToLook, async ({ client }) => {
    const stream = await client.responses.create({
      model: "clawdbot",
      input: "What shall I wear?",
      tools: [LOOK],
      stream: true,
    });
    const events = [];
    for await (const event of stream) events.push(event);

    const done = events.find(
      (event) => event.type === "response.output_item.done" && event.item.type === "function_call",
    );
    const last = events.at(-1);
    expect(done).toMatchObject({ item: { name: "look_outside", arguments: '{"where":"Ulm"}' } });
    expect(last).toMatchObject({
      type: "response.completed",
      response: { status: "incomplete", output: [done !== undefined && "item" in done ? done.item : {}] },
    });
  });
});

test("a choice of none offers no tool, one tool that alone, and one that is not there is refused", async () => {
  await withProvider(
    () => answered("As you like."),
    async ({ client, asked }) => {
      const ask = (more: object) =>
        client.responses.create({
          model: "clawdbot",
          input: "hi",
          tools: [LOOK, { ...LOOK, name: "feel" }],
          ...more,
        });

      await ask({ tool_choice: "none" });
      await ask({ tool_choice: { type: "function", name: "feel" } });
      const refused = ask({ tool_choice: { type: "function", name: "smell" } });
      await expect(refused).rejects.toMatchObject({ status: 400 });
      await expect(ask({ tools: [LOOK, LOOK] })).rejects.toMatchObject({ status: 400 });

      expect(
        asked.map(toolsOf).map((names) => names.filter((name) => [LOOK.name, "feel"].includes(name))),
      ).toEqual([[], ["feel"]]);
      expect(systemOf(asked[1] as SeenRequest)).toContain("Call one of these tools before you answer: feel.");
    },
  );
});

test("instructions, system messages and extraSystemPrompt reach the model, each in its own way", async () => {
  await withProvider(
    () => answered("Yes."),
    async ({ client, port, asked }) => {
      await client.responses.create({ model: "clawdbot", input: "hi", instructions: "Speak like a SAILOR." });
      await client.chat.completions.create({
        model: "clawdbot",
        messages: [
          { role: "system", content: "Speak like a BAKER." },
          { role: "user", content: "hi" },
        ],
      });
      const { client: owner } = await connectWire(port, { scopes: ["operator.admin"] });
      await owner.request("agent", {
        message: "hi",
        agentId: "main",
        extraSystemPrompt: "Speak like a JUDGE.",
        idempotencyKey: "e",
      });
      await owner.request("agent.wait", { runId: "e" });
      const { client: other } = await connectWire(port, { scopes: ["operator.write"] });
      await other.request("agent", {
        message: "hi",
        agentId: "main",
        extraSystemPrompt: "Speak like a THIEF.",
        idempotencyKey: "t",
      });
      const { payload } = await other.request("agent.wait", { runId: "t" });

      expect(isRecord(payload) && payload.status).toBe("ok");
      const told = asked.map((request) => /SAILOR|BAKER|JUDGE|THIEF/.exec(systemOf(request))?.[0]);
      expect(told).toEqual(["SAILOR", "BAKER", "JUDGE", undefined]);
    },
  );
});
