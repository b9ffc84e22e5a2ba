/** Ollama's own API: one JSON object a line. */
import { type AnswerReply, type FakeApi, halves, type Trouble, USAGE } from "./reply.ts";

export const OLLAMA: FakeApi = {
  contentType: "application/x-ndjson",
  answer: (reply, model) => [
    ...halves(reply.thinking ?? "").map((thinking) => line(model, { content: "", thinking })),
    ...halves(reply.text ?? "").map((content) => line(model, { content })),
    ...(reply.calls === undefined ? [] : [line(model, { content: "", tool_calls: reply.calls.map(called) })]),
    end(reply, model),
  ],
  beginning: (text, model) => halves(text).map((content) => line(model, { content })),
  // It has none.
  refusal: (model) => [end({ kind: "answer", usage: null }, model)],
  streamError: () => ['{"error":"an error was encountered while running the model"}\n'],
  malformed: '{"model":"x","message":\n',
  trouble: (trouble) => {
    const [status, error] = TROUBLES[trouble];
    return { status, body: { error } };
  },
};

function line(model: string, message: object): string {
  const told = {
    model,
    created_at: "2026-01-01T00:00:00Z",
    message: { role: "assistant", ...message },
    done: false,
  };
  return `${JSON.stringify(told)}\n`;
}

function called({ name, arguments: args }: { name: string; arguments: unknown }) {
  return { function: { name, arguments: args } };
}

function end({ usage = USAGE, finish = "stop" }: AnswerReply, model: string): string {
  const counts = usage === null ? {} : { prompt_eval_count: usage.input, eval_count: usage.output };
  const message = { role: "assistant", content: "" };
  const told = {
    model,
    created_at: "2026-01-01T00:00:00Z",
    message,
    done: true,
    done_reason: finish,
    ...counts,
  };
  return `${JSON.stringify(told)}\n`;
}

/** It knows no accounts; in front of it there may be a proxy that does. */
const TROUBLES: Record<Trouble, [status: number, error: string]> = {
  auth: [401, "unauthorized"],
  forbidden: [403, "forbidden"],
  billing: [402, "this model requires a subscription"],
  rate: [429, "too many concurrent requests"],
  overloaded: [503, "server busy, please try again.  maximum pending requests exceeded"],
  server: [500, "llama runner process has terminated"],
  overflow: [400, "the input length exceeds the context length"],
  format: [400, "invalid message content type: <nil>"],
  thinking: [400, '"llama3" does not support thinking'],
  missing: [404, "model 'nothing' not found"],
};
