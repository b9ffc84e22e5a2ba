/** OpenAI's responses. Every event is numbered and stands under its name. */
import { openAiTrouble } from "./openai-chat.ts";
import { type AnswerReply, type FakeApi, halves, sse, USAGE } from "./reply.ts";

export const OPENAI_RESPONSES: FakeApi = {
  contentType: "text/event-stream",
  answer: (reply, model) => {
    const output = [...thought(reply), ...message(reply.text ?? ""), ...calls(reply)];
    const isLong = reply.finish === "length";
    const end = isLong ? "response.incomplete" : "response.completed";
    const response = {
      ...head(model),
      status: isLong ? "incomplete" : "completed",
      incomplete_details: isLong ? { reason: "max_output_tokens" } : null,
      output: output.map(({ item }) => item),
      usage: usageOf(reply),
    };
    return numbered([
      { type: "response.created", response: head(model) },
      ...output.flatMap(({ item, added, events }, index) => [
        { type: "response.output_item.added", output_index: index, item: { ...item, ...added } },
        ...events.map((event) => ({ output_index: index, item_id: item.id, ...event })),
        { type: "response.output_item.done", output_index: index, item },
      ]),
      { type: end, response },
    ]);
  },
  beginning: (text, model) => {
    const [first] = message(text);
    return numbered([
      { type: "response.created", response: head(model) },
      { type: "response.output_item.added", output_index: 0, item: { ...first?.item, ...first?.added } },
      ...(first?.events ?? [])
        .filter(({ type }) => /added$|delta$/.test(type))
        .map((event) => ({ output_index: 0, item_id: "msg_1", ...event })),
    ]);
  },
  refusal: (model) => {
    const refusal = "I cannot help with that.";
    const item = {
      id: "msg_1",
      type: "message",
      role: "assistant",
      status: "completed",
      content: [{ type: "refusal", refusal }],
    };
    const place = { output_index: 0, item_id: "msg_1", content_index: 0 };
    return numbered([
      { type: "response.created", response: head(model) },
      { type: "response.output_item.added", output_index: 0, item: { ...item, content: [] } },
      { type: "response.content_part.added", ...place, part: { type: "refusal", refusal: "" } },
      { type: "response.refusal.delta", ...place, delta: refusal },
      { type: "response.refusal.done", ...place, refusal },
      { type: "response.output_item.done", output_index: 0, item },
      {
        type: "response.completed",
        response: { ...head(model), status: "completed", output: [item], usage: usageOf({ kind: "answer" }) },
      },
    ]);
  },
  streamError: (trouble) =>
    numbered([
      {
        type: "error",
        code: trouble === "rate" ? "rate_limit_exceeded" : "server_error",
        message: "An error occurred while processing your request.",
        param: null,
      },
    ]),
  malformed: 'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","delta":\n\n',
  trouble: openAiTrouble,
};

interface Output {
  item: { id: string } & Record<string, unknown>;
  /** How it stands at its beginning. */
  added: object;
  events: Event[];
}

type Event = { type: string } & Record<string, unknown>;

function numbered(events: Event[]): string[] {
  return events.map((event, index) => sse({ sequence_number: index, ...event }, event.type));
}

function head(model: string) {
  return {
    id: "resp_1",
    object: "response",
    created_at: 1_760_000_000,
    status: "in_progress",
    error: null,
    incomplete_details: null,
    model,
    output: [],
    parallel_tool_calls: true,
    tool_choice: "auto",
    tools: [],
    usage: null,
  };
}

function thought({ thinking, signature = "encrypted" }: AnswerReply): Output[] {
  if (thinking === undefined) return [];
  const place = { summary_index: 0 };
  return [
    {
      item: {
        id: "rs_1",
        type: "reasoning",
        summary: [{ type: "summary_text", text: thinking }],
        encrypted_content: signature,
      },
      added: { summary: [], encrypted_content: "" },
      events: [
        { type: "response.reasoning_summary_part.added", ...place, part: { type: "summary_text", text: "" } },
        ...halves(thinking).map((delta) => ({
          type: "response.reasoning_summary_text.delta",
          ...place,
          delta,
        })),
        { type: "response.reasoning_summary_text.done", ...place, text: thinking },
        {
          type: "response.reasoning_summary_part.done",
          ...place,
          part: { type: "summary_text", text: thinking },
        },
      ],
    },
  ];
}

function message(text: string): Output[] {
  if (text === "") return [];
  const part = { type: "output_text", text, annotations: [], logprobs: [] };
  const place = { content_index: 0 };
  return [
    {
      item: { id: "msg_1", type: "message", role: "assistant", status: "completed", content: [part] },
      added: { status: "in_progress", content: [] },
      events: [
        { type: "response.content_part.added", ...place, part: { ...part, text: "" } },
        ...halves(text).map((delta) => ({
          type: "response.output_text.delta",
          ...place,
          delta,
          logprobs: [],
        })),
        { type: "response.output_text.done", ...place, text, logprobs: [] },
        { type: "response.content_part.done", ...place, part },
      ],
    },
  ];
}

function calls({ calls = [] }: AnswerReply): Output[] {
  return calls.map((call, index) => {
    const text = typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments);
    return {
      item: {
        id: `fc_${index}`,
        type: "function_call",
        status: "completed",
        call_id: call.id ?? `call_${index}`,
        name: call.name,
        arguments: text,
      },
      added: { status: "in_progress", arguments: "" },
      events: [
        ...halves(text).map((delta) => ({ type: "response.function_call_arguments.delta", delta })),
        { type: "response.function_call_arguments.done", arguments: text, name: call.name },
      ],
    };
  });
}

function usageOf({ usage = USAGE }: AnswerReply) {
  if (usage === null) return null;
  const { input, output, cacheRead = 0, cacheWrite = 0 } = usage;
  const all = input + cacheRead + cacheWrite;
  return {
    input_tokens: all,
    input_tokens_details: { cached_tokens: cacheRead },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: all + output,
  };
}
