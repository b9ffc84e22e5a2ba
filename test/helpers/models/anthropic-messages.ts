/** Anthropic's messages. */
import { type AnswerReply, type FakeApi, halves, sse, type Trouble, USAGE } from "./reply.ts";

export const ANTHROPIC_MESSAGES: FakeApi = {
  contentType: "text/event-stream",
  answer: (reply, model) => {
    const blocks = [...thought(reply), ...said(reply.text ?? ""), ...calls(reply)];
    const stop = reply.calls ? "tool_use" : reply.finish === "length" ? "max_tokens" : "end_turn";
    return [
      start(reply, model),
      event({ type: "ping" }),
      ...blocks.flatMap(({ block, deltas }, index) => [
        event({ type: "content_block_start", index, content_block: block }),
        ...deltas.map((delta) => event({ type: "content_block_delta", index, delta })),
        event({ type: "content_block_stop", index }),
      ]),
      end(stop, reply),
      event({ type: "message_stop" }),
    ];
  },
  beginning: (text, model) => [
    start({ kind: "answer" }, model),
    event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
    ...halves(text).map((part) =>
      event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: part } }),
    ),
  ],
  refusal: (model) => [
    start({ kind: "answer" }, model),
    end("refusal", { kind: "answer" }),
    event({ type: "message_stop" }),
  ],
  streamError: (trouble) => [event(errorOf(trouble).body)],
  malformed: 'event: content_block_delta\ndata: {"type":"content_block_delta","delta":\n\n',
  trouble: errorOf,
};

interface Block {
  block: object;
  deltas: object[];
}

function event(data: { type: string } & Record<string, unknown>): string {
  return sse(data, data.type);
}

function start({ usage = USAGE }: AnswerReply, model: string): string {
  const { input = 0, cacheRead = 0, cacheWrite = 0 } = usage ?? {};
  return event({
    type: "message_start",
    message: {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: {
        input_tokens: input,
        cache_creation_input_tokens: cacheWrite,
        cache_read_input_tokens: cacheRead,
        output_tokens: usage === null ? 0 : 1,
      },
    },
  });
}

function end(stop: string, { usage = USAGE, endReportsNoInput = false }: AnswerReply): string {
  const input = endReportsNoInput ? { input_tokens: 0, cache_read_input_tokens: 0 } : {};
  return event({
    type: "message_delta",
    delta: { stop_reason: stop, stop_sequence: null },
    usage: { ...input, output_tokens: usage?.output ?? 0 },
  });
}

function thought({ thinking, signature = "c2lnbmF0dXJl" }: AnswerReply): Block[] {
  if (thinking === undefined) return [];
  return [
    {
      block: { type: "thinking", thinking: "", signature: "" },
      deltas: [
        ...halves(thinking).map((part) => ({ type: "thinking_delta", thinking: part })),
        { type: "signature_delta", signature },
      ],
    },
  ];
}

function said(text: string): Block[] {
  if (text === "") return [];
  const deltas = halves(text).map((part) => ({ type: "text_delta", text: part }));
  return [{ block: { type: "text", text: "" }, deltas }];
}

function calls({ calls = [] }: AnswerReply): Block[] {
  return calls.map((call, index) => {
    const text = typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments);
    return {
      block: { type: "tool_use", id: call.id ?? `toolu_${index}`, name: call.name, input: {} },
      deltas: halves(text).map((partial_json) => ({ type: "input_json_delta", partial_json })),
    };
  });
}

function errorOf(trouble: Trouble): {
  status: number;
  body: { type: string; error: object } & Record<string, unknown>;
} {
  const [status, type, message] = TROUBLES[trouble];
  return { status, body: { type: "error", error: { type, message } } };
}

const TROUBLES: Record<Trouble, [status: number, type: string, message: string]> = {
  auth: [401, "authentication_error", "invalid x-api-key"],
  forbidden: [
    403,
    "permission_error",
    "Your API key does not have permission to use the specified resource.",
  ],
  billing: [400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API."],
  rate: [429, "rate_limit_error", "This request would exceed your account's rate limit."],
  overloaded: [529, "overloaded_error", "Overloaded"],
  server: [500, "api_error", "Internal server error"],
  overflow: [400, "invalid_request_error", "prompt is too long: 210001 tokens > 200000 maximum"],
  format: [400, "invalid_request_error", "messages.1.content.0: unexpected value"],
  thinking: [400, "invalid_request_error", "thinking: this level is not available for the model"],
  missing: [404, "not_found_error", "model: claude-nothing"],
};
