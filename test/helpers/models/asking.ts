/** Asks a model the way a turn does, and keeps all that it answers. */
import { systemClock } from "../../../shared/clock.ts";
import { ModelFailure } from "../../../sidecar/assistant/models/failure.ts";
import type { Model, ModelFacts, ModelPart, ModelRequest } from "../../../sidecar/assistant/models/model.ts";
import type { CallPlace, ProviderAccess } from "../../../sidecar/assistant/models/providers/api.ts";
import { openModel } from "../../../sidecar/assistant/models/providers/open-model.ts";
import { type Message, textMessage } from "../../../sidecar/base/store/message.ts";

/** Where each provider's API begins at a fake one. */
export const PROVIDERS = {
  anthropic: { api: "anthropic-messages", base: "/v1", id: "claude-sonnet-4-5" },
  "openai-chat": { provider: "openai", api: "openai-completions", base: "/v1", id: "gpt-5.4" },
  openai: { api: "openai-responses", base: "/v1", id: "gpt-5.4" },
  openrouter: { api: "openai-completions", base: "/api/v1", id: "anthropic/claude-sonnet-4.5" },
  google: { api: "google-generative-ai", base: "/v1beta", id: "gemini-2.5-flash" },
  ollama: { api: "ollama", base: "", id: "qwen3" },
  compatible: { provider: "home", api: "openai-completions", base: "/v1", id: "any" },
} as const;
export type ProviderName = keyof typeof PROVIDERS;
export const PROVIDER_NAMES = Object.keys(PROVIDERS) as ProviderName[];

export const KEY = "sk-test-0123456789abcdef";

export function factsOf(name: ProviderName): ModelFacts {
  const { api, id, ...more } = PROVIDERS[name];
  return {
    provider: "provider" in more ? more.provider : name,
    id,
    name: id,
    api,
    contextWindow: 32_768,
    maxOutputTokens: 8_000,
    reasoning: true,
    input: ["text", "image"],
    prices: { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 },
  };
}

export function accessTo(name: ProviderName, url: string, apiKey: string | undefined = KEY): ProviderAccess {
  return { baseUrl: `${url}${PROVIDERS[name].base}`, apiKey, headers: {} };
}

const LIMITS = { firstByteMs: 60_000, betweenChunksMs: 60_000 };

export function modelAt(
  name: ProviderName,
  url: string,
  { facts, ...place }: Partial<CallPlace> & { facts?: Partial<ModelFacts> } = {},
): Model {
  const around = { clock: systemClock, limits: LIMITS, levels: new Map(), ...place };
  return openModel({ ...factsOf(name), ...facts }, accessTo(name, url), around);
}

export const asks = (text: string): Message => textMessage("user", text, 1);

export function requestOf(more: Partial<ModelRequest> = {}): ModelRequest {
  return {
    system: { stable: "You help.", changing: "It is Monday." },
    conversation: [asks("Hello?")],
    tools: [],
    thinking: "off",
    maxOutputTokens: 1_000,
    signal: new AbortController().signal,
    ...more,
  };
}

export const WEATHER = {
  name: "weather",
  description: "The weather of a place.",
  parameters: { type: "object", properties: { place: { type: "string" } }, required: ["place"] },
};

export interface Heard {
  text: string;
  thinking: string;
  parts: ModelPart[];
  calls: Extract<ModelPart, { type: "toolCall" }>[];
  end: Extract<ModelPart, { type: "end" }> | undefined;
  /** What ended it in place of an end. */
  failure: unknown;
}

export async function hear(
  answer: AsyncIterable<ModelPart>,
  onPart: (part: ModelPart) => void = () => {},
): Promise<Heard> {
  const parts: ModelPart[] = [];
  let failure: unknown;
  try {
    for await (const part of answer) {
      parts.push(part);
      onPart(part);
    }
  } catch (error) {
    failure = error;
  }
  const joined = (type: "text" | "thinking") =>
    parts.map((part) => (part.type === type ? part.delta : "")).join("");
  return {
    text: joined("text"),
    thinking: joined("thinking"),
    parts,
    calls: parts.filter((part) => part.type === "toolCall"),
    end: parts.find((part) => part.type === "end"),
    failure,
  };
}

/** The kind of a failure, for an assertion; anything else as it is. */
export function kindOf({ failure }: Heard): unknown {
  return failure instanceof ModelFailure ? failure.kind : failure;
}

/** The answer as it would be stored, to be asked on from. */
export function answerOf({ parts }: Heard, { api, provider, id }: ModelFacts): Message {
  const content: Message["content"][number][] = [];
  let thinking = "";
  for (const part of parts) {
    if (part.type === "thinking") {
      thinking += part.delta;
      if (part.signature === undefined) continue;
      content.push({ type: "thinking", thinking, thinkingSignature: part.signature });
      thinking = "";
    } else if (part.type === "toolCall") content.push(part.call);
  }
  if (thinking !== "") content.unshift({ type: "thinking", thinking });
  const text = parts.map((part) => (part.type === "text" ? part.delta : "")).join("");
  if (text !== "") content.push({ type: "text", text });
  return { role: "assistant", content, api, provider, model: id, timestamp: 2 };
}
