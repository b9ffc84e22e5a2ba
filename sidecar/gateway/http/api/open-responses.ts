/** `POST /v1/responses`: an agent, asked as programs ask OpenAI's Responses API. */
import { randomUUID } from "node:crypto";
import type { TokenUsage } from "../../../base/store/message.ts";
import type { PendingCall, TurnResult } from "../../../base/store/session-store.ts";
import { sendJson } from "../responses.ts";
import { addresseeOf } from "./addressee.ts";
import { type ApiMessage, answerOf } from "./api-run.ts";
import { ApiError } from "./errors.ts";
import { EventStream } from "./event-stream.ts";
import { messagesIn, OpenResponsesBody, toolsIn } from "./open-responses-body.ts";
import type { ApiHandler } from "./place.ts";
import { checkedBody, readJsonBody } from "./request-body.ts";
import { askedIn, filesOf, unheard } from "./request-messages.ts";

const MAX_BYTES = 20_971_520;
const NO_ANSWER = "No response from Clawdbot.";

export const answerOpenResponses: ApiHandler = async (place, { request, response, signal }) => {
  const body = checkedBody(OpenResponsesBody, await readJsonBody({ request, response }, MAX_BYTES));
  const { tools, instructions: ofTools } = toolsIn(body);
  const asked = askedIn(messagesIn(body));
  if (asked.text === undefined) throw new ApiError(400, "Missing user message in `input`.");
  const user = body.user?.trim() ? body.user : undefined;
  const addressee = addresseeOf(place.config(), {
    request,
    model: body.model,
    user,
    family: "openresponses",
  });
  const store = await place.assistant.store();
  const history = await unheard(store, addressee.sessionKey, asked.history);
  const message: ApiMessage = {
    ...addressee,
    ...asked,
    text: asked.text,
    files: filesOf(asked.files, history),
    history,
    instructions: [asked.instructions, ofTools].filter((text) => text !== "").join("\n\n"),
    maxOutputTokens: body.max_output_tokens ?? undefined,
    tools,
  };
  const answer = new Answer(body.model, Math.floor(place.clock.now() / 1_000));
  if (body.stream !== true) {
    try {
      sendJson(response, 200, answer.ended(await answerOf(place, message, { signal })));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 500) throw error;
      response.setHeader("X-Should-Retry", "false");
      sendJson(response, 500, answer.failed(error.message));
    }
    return;
  }
  const stream = new EventStream(response, place.clock);
  const send = (type: string, data: object) => stream.send({ type, ...data }, type);
  send("response.created", { response: answer.begun() });
  send("response.in_progress", { response: answer.begun() });
  const at = { output_index: 0 };
  const part = { item_id: answer.itemId, ...at, content_index: 0 };
  send("response.output_item.added", { ...at, item: answer.item("", "in_progress") });
  send("response.content_part.added", { ...part, part: textPart("") });
  let said = "";
  const say = (delta: string) => {
    said += delta;
    send("response.output_text.delta", { ...part, delta });
  };
  try {
    const result = await answerOf(place, message, { signal, said: say });
    const calls = result.pendingCalls ?? [];
    if (said === "" && calls.length === 0) say(NO_ANSWER);
    send("response.output_text.done", { ...part, text: said });
    send("response.content_part.done", { ...part, part: textPart(said) });
    send("response.output_item.done", { ...at, item: answer.item(said, "completed") });
    for (const [index, call] of calls.entries()) {
      const item = answer.call(call);
      send("response.output_item.added", { output_index: index + 1, item: { ...item, arguments: "" } });
      send("response.function_call_arguments.done", {
        item_id: item.id,
        output_index: index + 1,
        arguments: item.arguments,
      });
      send("response.output_item.done", { output_index: index + 1, item });
    }
    send(result.isCut === true ? "response.incomplete" : "response.completed", {
      response: answer.ended({ ...result, text: said }),
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    send("response.failed", { response: answer.failed(error.message) });
  } finally {
    stream.end();
  }
};

/** The answer in each of its states. */
class Answer {
  readonly itemId = `msg_${randomUUID()}`;
  #facts: object;
  #callIds = new Map<string, string>();

  constructor(model: string, createdAt: number) {
    this.#facts = { id: `resp_${randomUUID()}`, object: "response", created_at: createdAt, model };
  }

  begun(): object {
    return { ...this.#facts, status: "in_progress", output: [], usage: usageOf(undefined) };
  }

  /** With calls of the program's own tools it is incomplete, as their results are to come; so is one that the model's limit ended. */
  ended({
    text,
    usage,
    pendingCalls = [],
    isCut = false,
  }: Pick<TurnResult, "text" | "usage" | "pendingCalls" | "isCut">): object {
    const calls = pendingCalls.map((call) => this.call(call));
    const said = calls.length > 0 && text === "" ? [] : [this.item(text || NO_ANSWER, "completed")];
    const status = calls.length > 0 || isCut ? "incomplete" : "completed";
    const why = isCut && { incomplete_details: { reason: "max_output_tokens" } };
    return { ...this.#facts, status, ...why, output: [...said, ...calls], usage: usageOf(usage) };
  }

  /** The same call has the same id, however often it is told. */
  call({ id, name, arguments: args }: PendingCall) {
    const known = this.#callIds.get(id) ?? `call_${randomUUID()}`;
    this.#callIds.set(id, known);
    return { type: "function_call", id: known, call_id: id, name, arguments: JSON.stringify(args) };
  }

  failed(message: string): object {
    const error = { code: "api_error", message };
    return { ...this.#facts, status: "failed", output: [], usage: usageOf(undefined), error };
  }

  item(text: string, status: "in_progress" | "completed"): object {
    return { type: "message", id: this.itemId, role: "assistant", content: [textPart(text)], status };
  }
}

function textPart(text: string): object {
  return { type: "output_text", text, annotations: [] };
}

function usageOf(usage: TokenUsage | undefined): object {
  const input = (usage?.input ?? 0) + (usage?.cacheRead ?? 0) + (usage?.cacheWrite ?? 0);
  const output = usage?.output ?? 0;
  return { input_tokens: input, output_tokens: output, total_tokens: input + output };
}
