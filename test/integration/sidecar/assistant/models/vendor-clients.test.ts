import Anthropic from "@anthropic-ai/sdk";
import { expect } from "@playwright/test";
import OpenAI from "openai";
import { type FakeProvider, test } from "../../../../helpers/models/fake-provider.ts";
import { answered, inTrouble, type Reply } from "../../../../helpers/models/reply.ts";

/** What the vendors' own clients make of the fakes: what they understand, ours may rely on. */

const REPLY = answered("Good morning", {
  thinking: "Let me see.",
  calls: [{ id: "call_a", name: "weather", arguments: { place: "Köln" } }],
  usage: { input: 100, output: 20, cacheRead: 1_000 },
});

const openAi = ({ url }: FakeProvider, base = "/v1") =>
  new OpenAI({ apiKey: "sk-test", baseURL: `${url}${base}`, maxRetries: 0 });
const anthropic = ({ url }: FakeProvider) =>
  new Anthropic({ apiKey: "sk-test", baseURL: url, maxRetries: 0, logLevel: "off" });

const CHAT = { model: "gpt-5.4", messages: [{ role: "user" as const, content: "Hello" }] };
const MESSAGE = { model: "claude-sonnet-5", max_tokens: 100, messages: CHAT.messages };

for (const base of ["/v1", "/api/v1"]) {
  test(`the client of OpenAI reads chat completions at ${base}`, async ({ provider }) => {
    provider.script(REPLY);

    const stream = openAi(provider, base).chat.completions.stream({
      ...CHAT,
      stream_options: { include_usage: true },
    });
    const whole = await stream.finalChatCompletion();

    const [choice] = whole.choices;
    expect(choice?.message.content).toBe("Good morning");
    expect(choice?.message.tool_calls?.[0]).toMatchObject({
      id: "call_a",
      function: { name: "weather", arguments: '{"place":"Köln"}' },
    });
    expect(whole.usage).toMatchObject({ prompt_tokens: 1_100, completion_tokens: 20 });
    expect(whole.usage?.prompt_tokens_details?.cached_tokens).toBe(1_000);
  });
}

test("the client of OpenAI reads responses", async ({ provider }) => {
  provider.script(REPLY);

  const whole = await openAi(provider).responses.stream({ model: "gpt-5.4", input: "Hello" }).finalResponse();

  expect(whole.output.map(({ type }) => type)).toEqual(["reasoning", "message", "function_call"]);
  expect(whole.output_text).toBe("Good morning");
  expect(whole.usage).toMatchObject({ input_tokens: 1_100, output_tokens: 20 });
});

test("the client of OpenAI reads a refusal of both APIs", async ({ provider }) => {
  provider.script({ kind: "refusal" });

  const chat = await openAi(provider).chat.completions.stream(CHAT).finalChatCompletion();
  const response = await openAi(provider)
    .responses.stream({ model: "gpt-5.4", input: "Hello" })
    .finalResponse();

  expect(chat.choices[0]?.message.refusal).toContain("cannot");
  expect(JSON.stringify(response.output)).toContain("cannot");
});

test("the client of Anthropic reads messages", async ({ provider }) => {
  provider.script(REPLY);

  const whole = await anthropic(provider).messages.stream(MESSAGE).finalMessage();

  expect(whole.content).toMatchObject([
    { type: "thinking", thinking: "Let me see.", signature: "c2lnbmF0dXJl" },
    { type: "text", text: "Good morning" },
    { type: "tool_use", name: "weather", input: { place: "Köln" } },
  ]);
  expect(whole.stop_reason).toBe("tool_use");
  expect(whole.usage).toMatchObject({ input_tokens: 100, cache_read_input_tokens: 1_000, output_tokens: 20 });
});

test("the client of Anthropic reads a refusal", async ({ provider }) => {
  provider.script({ kind: "refusal" });

  const whole = await anthropic(provider).messages.stream(MESSAGE).finalMessage();

  expect(whole.stop_reason).toBe("refusal");
});

const TROUBLES: [reply: Reply, openAiError: unknown, anthropicError: unknown, status: number][] = [
  [inTrouble("auth"), OpenAI.AuthenticationError, Anthropic.AuthenticationError, 401],
  [inTrouble("rate", { "retry-after": "7" }), OpenAI.RateLimitError, Anthropic.RateLimitError, 429],
  [inTrouble("overflow"), OpenAI.BadRequestError, Anthropic.BadRequestError, 400],
  [inTrouble("server"), OpenAI.InternalServerError, Anthropic.InternalServerError, 500],
  [inTrouble("missing"), OpenAI.NotFoundError, Anthropic.NotFoundError, 404],
];

for (const [reply, openAiError, anthropicError, status] of TROUBLES) {
  test(`both clients know ${status} as what it is`, async ({ provider }) => {
    provider.script(reply);

    const failures = await Promise.all([
      openAi(provider)
        .chat.completions.stream(CHAT)
        .done()
        .catch((error: unknown) => error),
      openAi(provider)
        .responses.create({ model: "gpt-5.4", input: "x" })
        .catch((error: unknown) => error),
      anthropic(provider)
        .messages.stream(MESSAGE)
        .done()
        .catch((error: unknown) => error),
    ]);

    expect(failures.map((failure) => (failure as { status?: unknown }).status)).toEqual([
      status,
      status,
      status,
    ]);
    expect(failures.map((failure) => (failure as Error).constructor)).toEqual([
      openAiError,
      openAiError,
      anthropicError,
    ]);
  });
}

for (const reply of [
  { kind: "cut", text: "Once upon" },
  { kind: "malformed", text: "Once upon" },
] as const) {
  test(`both clients fail at a stream that is ${reply.kind}`, async ({ provider }) => {
    provider.script(reply);

    const failures = await Promise.all([
      openAi(provider)
        .chat.completions.stream(CHAT)
        .done()
        .catch((error: unknown) => error),
      anthropic(provider)
        .messages.stream(MESSAGE)
        .done()
        .catch((error: unknown) => error),
    ]);

    expect(failures.map((failure) => failure instanceof Error)).toEqual([true, true]);
  });
}

test("both clients can leave a stream in which nothing comes", async ({ provider }) => {
  provider.script({ kind: "silence", text: "Once upon" });

  const chat = openAi(provider).chat.completions.stream(CHAT);
  const message = anthropic(provider).messages.stream(MESSAGE);
  const failures = Promise.allSettled([chat.done(), message.done()]);
  await provider.asked(2);
  chat.abort();
  message.abort();

  expect((await failures).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await Promise.all(provider.requests.map(({ closed }) => closed));
});
