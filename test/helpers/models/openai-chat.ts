/** Chat completions: OpenAI's, those of who copies it, and OpenRouter's, which says some things in its own way. */
import { type AnswerReply, type FakeApi, halves, sse, type Trouble, USAGE } from "./reply.ts";

export function openAiChat(of: "openai" | "openrouter"): FakeApi {
  return {
    contentType: "text/event-stream",
    answer: (reply, model) => [
      ...thoughts(reply, model, of),
      ...halves(reply.text ?? "").map((content) => chunk(model, { content })),
      ...calls(reply, model),
      chunk(model, {}, reply.calls ? "tool_calls" : (reply.finish ?? "stop")),
      ...counted(reply, model),
      DONE,
    ],
    beginning: (text, model) => halves(text).map((content) => chunk(model, { content })),
    refusal: (model) => [
      ...(of === "openai" ? [chunk(model, { refusal: "I cannot help with that." })] : []),
      chunk(model, {}, of === "openai" ? "stop" : "content_filter"),
      DONE,
    ],
    streamError: (trouble) => [sse(troubleOf(trouble, of).body)],
    malformed: 'data: {"choices":[{"delta":\n\n',
    trouble: (trouble) => troubleOf(trouble, of),
  };
}

const DONE = "data: [DONE]\n\n";

function chunk(model: string, delta: object, finish: string | null = null): string {
  return sse({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1_760_000_000,
    model,
    choices: [{ index: 0, delta: { role: "assistant", ...delta }, finish_reason: finish }],
  });
}

function thoughts({ thinking, signature }: AnswerReply, model: string, of: string): string[] {
  if (thinking === undefined) return [];
  if (of === "openai") return halves(thinking).map((text) => chunk(model, { reasoning_content: text }));
  const details = (detail: object) => ({
    reasoning_details: [{ type: "reasoning.text", index: 0, format: "anthropic-claude-v1", ...detail }],
  });
  return [
    ...halves(thinking).map((text) => chunk(model, { reasoning: text, ...details({ text }) })),
    ...(signature === undefined ? [] : [chunk(model, details({ signature }))]),
  ];
}

function calls({ calls = [] }: AnswerReply, model: string): string[] {
  return calls.flatMap((call, index) => {
    const text = typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments);
    const [first = "", ...rest] = halves(text);
    const head = { index, id: call.id ?? `call_${index}`, type: "function" };
    return [
      chunk(model, { tool_calls: [{ ...head, function: { name: call.name, arguments: first } }] }),
      ...rest.map((more) => chunk(model, { tool_calls: [{ index, function: { arguments: more } }] })),
    ];
  });
}

function counted({ usage = USAGE }: AnswerReply, model: string): string[] {
  if (usage === null) return [];
  const { input, output, cacheRead = 0, cacheWrite = 0, cost } = usage;
  const prompt = input + cacheRead + cacheWrite;
  return [
    sse({
      id: "chatcmpl-1",
      object: "chat.completion.chunk",
      created: 1_760_000_000,
      model,
      choices: [],
      usage: {
        prompt_tokens: prompt,
        completion_tokens: output,
        total_tokens: prompt + output,
        prompt_tokens_details: { cached_tokens: cacheRead },
        ...(cost === undefined ? {} : { cost }),
      },
    }),
  ];
}

function troubleOf(trouble: Trouble, of: "openai" | "openrouter"): { status: number; body: unknown } {
  if (of === "openrouter") {
    const [code, message] = OPENROUTER[trouble];
    return { status: code, body: { error: { code, message } } };
  }
  const [status, code, message, param = null] = OPENAI[trouble];
  const type = status === 429 ? code : status >= 500 ? "server_error" : "invalid_request_error";
  return { status, body: { error: { message, type, param, code } } };
}

const OPENAI: Record<Trouble, [status: number, code: string | null, message: string, param?: string]> = {
  auth: [401, "invalid_api_key", "Incorrect API key provided: sk-wrong**********************cret."],
  forbidden: [403, "unsupported_country_region_territory", "Country, region, or territory not supported"],
  billing: [429, "insufficient_quota", "You exceeded your current quota, please check your plan."],
  rate: [429, "rate_limit_exceeded", "Rate limit reached for requests"],
  overloaded: [503, null, "The engine is currently overloaded, please try again later"],
  server: [500, null, "The server had an error while processing your request."],
  overflow: [400, "context_length_exceeded", "Your input exceeds the context window of this model."],
  format: [400, "invalid_value", "Invalid value for 'messages[1].content'.", "messages[1].content"],
  thinking: [400, "unsupported_value", "Unsupported value: 'high' is not supported.", "reasoning_effort"],
  missing: [404, "model_not_found", "The model does not exist or you do not have access to it."],
};

/** Its code is the status; what is more stands in the sentence. */
const OPENROUTER: Record<Trouble, [status: number, message: string]> = {
  auth: [401, "No auth credentials found"],
  forbidden: [403, "Key limit exceeded"],
  billing: [402, "Insufficient credits. Add more using https://openrouter.ai/settings/credits"],
  rate: [429, "Rate limit exceeded: free-models-per-min"],
  overloaded: [503, "No instances available"],
  server: [502, "Provider returned error"],
  overflow: [
    400,
    "This endpoint's maximum context length is 8192 tokens. However, you requested about 9000 tokens.",
  ],
  format: [400, "messages.1: Invalid input"],
  thinking: [400, "reasoning_effort: this model does not support thinking"],
  missing: [404, "No endpoints found for x/y."],
};

/** The responses API says the same under the same codes, only of its own parameters. */
export function openAiTrouble(trouble: Trouble): { status: number; body: unknown } {
  const { status, body } = troubleOf(trouble, "openai");
  if (trouble !== "thinking") return { status, body };
  const [, code, message] = OPENAI.thinking;
  return {
    status,
    body: { error: { message, type: "invalid_request_error", param: "reasoning.effort", code } },
  };
}
