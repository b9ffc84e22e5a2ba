/** `POST /v1/responses`: an agent, asked as programs ask OpenAI's Responses API. */
import { randomUUID } from "node:crypto";
import type { TokenUsage } from "../../../base/store/message.ts";
import { sendJson } from "../responses.ts";
import { addresseeOf } from "./addressee.ts";
import { type ApiMessage, answerOf } from "./api-run.ts";
import { ApiError } from "./errors.ts";
import { EventStream } from "./event-stream.ts";
import { messagesIn, OpenResponsesBody, refuseTools } from "./open-responses-body.ts";
import type { ApiHandler } from "./place.ts";
import { checkedBody, readJsonBody } from "./request-body.ts";
import { askedIn, unheard } from "./request-messages.ts";

const MAX_BYTES = 20_971_520;
const NO_ANSWER = "No response from Clawdbot.";

export const answerOpenResponses: ApiHandler = async (place, { request, response, signal }) => {
  const body = checkedBody(OpenResponsesBody, await readJsonBody({ request, response }, MAX_BYTES));
  refuseTools(body);
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
  const message: ApiMessage = {
    ...addressee,
    ...asked,
    text: asked.text,
    history: await unheard(store, addressee.sessionKey, asked.history),
    maxOutputTokens: body.max_output_tokens ?? undefined,
  };
  const answer = new Answer(body.model, Math.floor(place.clock.now() / 1_000));
  if (body.stream !== true) {
    try {
      const { text, usage } = await answerOf(place, message, { signal });
      sendJson(response, 200, answer.completed(text, usage));
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
    const { usage } = await answerOf(place, message, { signal, said: say });
    if (said === "") say(NO_ANSWER);
    send("response.output_text.done", { ...part, text: said });
    send("response.content_part.done", { ...part, part: textPart(said) });
    send("response.output_item.done", { ...at, item: answer.item(said, "completed") });
    send("response.completed", { response: answer.completed(said, usage) });
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

  constructor(model: string, createdAt: number) {
    this.#facts = { id: `resp_${randomUUID()}`, object: "response", created_at: createdAt, model };
  }

  begun(): object {
    return { ...this.#facts, status: "in_progress", output: [], usage: usageOf(undefined) };
  }

  completed(text: string, usage: TokenUsage | undefined): object {
    const output = [this.item(text || NO_ANSWER, "completed")];
    return { ...this.#facts, status: "completed", output, usage: usageOf(usage) };
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
