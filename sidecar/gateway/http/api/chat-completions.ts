/** `POST /v1/chat/completions`: an agent, asked as programs ask a model of OpenAI. */
import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { TurnResult } from "../../../base/store/session-store.ts";
import { sendJson } from "../responses.ts";
import { addresseeOf } from "./addressee.ts";
import { type ApiMessage, answerOf } from "./api-run.ts";
import { ApiError } from "./errors.ts";
import { EventStream } from "./event-stream.ts";
import type { ApiHandler } from "./place.ts";
import { checkedBody, readJsonBody } from "./request-body.ts";
import { askedIn, type ListedMessage, unheard } from "./request-messages.ts";

const MAX_BYTES = 1_048_576;
const NO_ANSWER = "No response from Clawdbot.";

const Part = z.looseObject({ type: z.string(), text: z.string().optional() });

/** What else programs send, such as a temperature, is not for an agent, and left aside. */
const Body = z.looseObject({
  model: z.string().max(200).default("clawdbot"),
  messages: z
    .array(z.looseObject({ role: z.string(), content: z.union([z.string(), z.array(Part)]).nullish() }))
    .default([]),
  stream: z.boolean().nullish(),
  user: z.string().max(10_000).nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
});
type Body = z.infer<typeof Body>;

export const answerChatCompletions: ApiHandler = async (place, { request, response, signal }) => {
  const body = checkedBody(Body, await readJsonBody({ request, response }, MAX_BYTES));
  const asked = askedIn(body.messages.flatMap(listed));
  if (asked.text === undefined) throw new ApiError(400, "Missing user message in `messages`.");
  const user = body.user?.trim() ? body.user : undefined;
  const addressee = addresseeOf(place.config(), { request, model: body.model, user, family: "openai" });
  const store = await place.assistant.store();
  const message: ApiMessage = {
    ...addressee,
    ...asked,
    text: asked.text,
    history: await unheard(store, addressee.sessionKey, asked.history),
    maxOutputTokens: body.max_completion_tokens ?? body.max_tokens ?? undefined,
  };
  const facts = {
    id: `chatcmpl_${randomUUID()}`,
    created: Math.floor(place.clock.now() / 1_000),
    model: body.model,
  };
  if (body.stream !== true) {
    const result = await answerOf(place, message, { signal });
    return sendJson(response, 200, completion(facts, result));
  }
  const stream = new EventStream(response, place.clock);
  const send = (delta: object, finish?: string | null) =>
    stream.send({
      ...facts,
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, ...(finish === undefined ? {} : { finish_reason: finish }) }],
    });
  send({ role: "assistant" });
  let said = false;
  const say = (content: string) => {
    said = true;
    send({ content }, null);
  };
  try {
    await answerOf(place, message, { signal, said: say });
    if (!said) say(NO_ANSWER);
    // The libraries of OpenAI take an answer without it for one that was cut off.
    send({}, "stop");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    send({ content: `Error: ${error.message}` }, "stop");
  } finally {
    stream.end();
  }
};

/** Fails with `ApiError` where a message holds what is no text: nothing that was sent is passed over in silence. */
function listed({ role, content }: Body["messages"][number], index: number): ListedMessage[] {
  const parts = typeof content === "string" ? [{ type: "text", text: content }] : (content ?? []);
  const other = parts.find(({ type }) => type !== "text" && type !== "refusal");
  if (other !== undefined)
    throw new ApiError(
      400,
      `messages.${index}: parts of the type ${JSON.stringify(other.type.slice(0, 80))} are not taken yet; send text alone`,
    );
  const text = parts.map((part) => part.text ?? "").join("\n");
  switch (role) {
    case "system":
    case "developer":
      return [{ role: "system", text }];
    case "function":
      return [{ role: "tool", text }];
    case "user":
    case "assistant":
    case "tool":
      return [{ role, text }];
    default:
      return [];
  }
}

function completion(
  facts: { id: string; created: number; model: string },
  { text, usage }: Pick<TurnResult, "text" | "usage">,
) {
  const [prompt, completed] = [
    (usage?.input ?? 0) + (usage?.cacheRead ?? 0) + (usage?.cacheWrite ?? 0),
    usage?.output ?? 0,
  ];
  return {
    ...facts,
    object: "chat.completion",
    choices: [
      { index: 0, message: { role: "assistant", content: text || NO_ANSWER }, finish_reason: "stop" },
    ],
    usage: { prompt_tokens: prompt, completion_tokens: completed, total_tokens: prompt + completed },
  };
}
