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
import { fileIn, isAddress, type SentFile } from "./request-files.ts";
import { askedIn, filesOf, type ListedMessage, unheard } from "./request-messages.ts";

/** Pictures come in it. */
const MAX_BYTES = 20_971_520;
const NO_ANSWER = "No response from Clawdbot.";

const Part = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  image_url: z.union([z.string(), z.looseObject({ url: z.string() })]).optional(),
  file: z.looseObject({ filename: z.string().optional(), file_data: z.string().optional() }).optional(),
});
type Part = z.infer<typeof Part>;

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
  const history = await unheard(store, addressee.sessionKey, asked.history);
  const message: ApiMessage = {
    ...addressee,
    ...asked,
    text: asked.text,
    files: filesOf(asked.files, history),
    history,
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
    const result = await answerOf(place, message, { signal, said: say });
    if (!said) say(NO_ANSWER);
    // The libraries of OpenAI take an answer without it for one that was cut off.
    send({}, finishOf(result));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    send({ content: `Error: ${error.message}` }, "stop");
  } finally {
    stream.end();
  }
};

/** Fails with `ApiError` where a message holds what is not taken: nothing that was sent is passed over in silence. */
function listed({ role, content }: Body["messages"][number], index: number): ListedMessage[] {
  const parts: Part[] = typeof content === "string" ? [{ type: "text", text: content }] : (content ?? []);
  const isUser = role === "user" || role === "tool";
  const files = isUser ? parts.filter(({ type }) => FILES.includes(type)) : [];
  const other = parts.find((part) => !WORDS.includes(part.type) && !files.includes(part));
  if (other !== undefined)
    throw new ApiError(
      400,
      `messages.${index}: parts of the type ${JSON.stringify(other.type.slice(0, 80))} are not taken here; send text, image_url and file`,
    );
  const words = parts.filter(({ type }) => WORDS.includes(type));
  const text = words.map((part) => part.text ?? "").join("\n");
  const sent = files.map((part) => fileIn(sentFile(part, `messages.${index}`)));
  switch (role) {
    case "system":
    case "developer":
      return [{ role: "system", text }];
    case "function":
      return [{ role: "tool", text }];
    case "user":
    case "assistant":
    case "tool":
      return [{ role, text, ...(sent.length > 0 && { files: sent }) }];
    default:
      return [];
  }
}

const WORDS = ["text", "refusal"];
const FILES = ["image_url", "file"];

function sentFile({ type, image_url: image, file }: Part, at: string): SentFile {
  const url = typeof image === "string" ? image : image?.url;
  if (type === "image_url") return { at, isImage: true, url };
  const { file_data: data, filename: name } = file ?? {};
  return { at, isImage: false, name, ...(isAddress(data) ? { url: data } : { base64: data }) };
}

function finishOf({ isCut = false }: Pick<TurnResult, "isCut">): "length" | "stop" {
  return isCut ? "length" : "stop";
}

function completion(
  facts: { id: string; created: number; model: string },
  result: Pick<TurnResult, "text" | "usage" | "isCut">,
) {
  const { text, usage } = result;
  const [prompt, completed] = [
    (usage?.input ?? 0) + (usage?.cacheRead ?? 0) + (usage?.cacheWrite ?? 0),
    usage?.output ?? 0,
  ];
  return {
    ...facts,
    object: "chat.completion",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: text || NO_ANSWER },
        finish_reason: finishOf(result),
      },
    ],
    usage: { prompt_tokens: prompt, completion_tokens: completed, total_tokens: prompt + completed },
  };
}
