/** Chat completions as everybody but OpenAI speaks them. */
import { createOpenAICompatible, type MetadataExtractor } from "@ai-sdk/openai-compatible";
import { isRecord } from "../../../../../shared/protocol/frame.ts";
import type { ProviderAccess } from "../api.ts";
import type { Dialect, OpenDialect } from "../dialect.ts";

/** The library's name for what is given to it in each message. */
const KEY = "openaiCompatible";

export const openDialect: OpenDialect = ({ id }, access): Dialect => ({
  form: { key: KEY, imagesInResults: false, plainThoughts: true },
  language: (fetch) => provider(access, fetch)(id),
  options: (level) =>
    level === undefined || level === "default" || level === "off" ? {} : { reasoning: level },
});

/**
 * OpenRouter: what it tells and wants beside that. Thoughts come back to it as `reasoning_details`, its own data, without which models
 * of Anthropic and Google refuse to go on after a call.
 */
export const openRouter: OpenDialect = ({ id }, access): Dialect => ({
  form: { key: KEY, imagesInResults: false, plainThoughts: false },
  language: (fetch) => provider(access, fetch, DETAILS)(id),
  options: (level) => ({
    providerOptions: {
      [KEY]: {
        usage: { include: true },
        ...(level === undefined || level === "default" ? {} : { reasoning: reasoningOf(level) }),
        ...(id.startsWith("anthropic/") ? { cache_control: { type: "ephemeral" } } : {}),
      },
    },
  }),
  counted: ({ cost }) => (typeof cost === "number" ? { cost } : undefined),
});

function reasoningOf(level: string) {
  return level === "off" ? { enabled: false } : { effort: level };
}

function provider(
  { baseUrl, apiKey, headers }: ProviderAccess,
  fetch: typeof globalThis.fetch,
  metadataExtractor?: MetadataExtractor,
) {
  return createOpenAICompatible({
    name: KEY,
    baseURL: baseUrl,
    ...(apiKey === undefined ? {} : { apiKey }),
    headers: { ...headers },
    includeUsage: true,
    fetch,
    ...(metadataExtractor === undefined ? {} : { metadataExtractor }),
  });
}

const DETAILS: MetadataExtractor = {
  extractMetadata: async () => undefined,
  createStreamExtractor: () => {
    const details: Record<string, unknown>[] = [];
    let cost: number | undefined;
    return {
      processChunk: (chunk) => {
        if (!isRecord(chunk)) return;
        if (isRecord(chunk.usage) && typeof chunk.usage.cost === "number") cost = chunk.usage.cost;
        const [choice] = Array.isArray(chunk.choices) ? chunk.choices : [];
        const delta = isRecord(choice) ? choice.delta : undefined;
        const more = isRecord(delta) ? delta.reasoning_details : undefined;
        for (const detail of Array.isArray(more) ? more.filter(isRecord) : []) addDetail(details, detail);
      },
      buildMetadata: () => ({
        [KEY]: {
          ...(cost === undefined ? {} : { cost }),
          // It was parsed from JSON.
          ...(details.length === 0 ? {} : { reasoning_details: JSON.parse(JSON.stringify(details)) }),
        },
      }),
    };
  },
};

/** Pieces of one thought have one type and index; their texts are one text. */
function addDetail(details: Record<string, unknown>[], detail: Record<string, unknown>): void {
  const last = details.at(-1);
  const isMore =
    last !== undefined &&
    last.type === detail.type &&
    (last.index ?? 0) === (detail.index ?? 0) &&
    detail.id === last.id;
  if (!isMore) {
    details.push({ ...detail });
    return;
  }
  for (const [name, value] of Object.entries(detail)) {
    if (value === null || value === undefined) continue;
    const before = last[name];
    const isText = TEXTS.includes(name) && typeof before === "string" && typeof value === "string";
    last[name] = isText ? before + value : value;
  }
}

const TEXTS = ["text", "summary", "data"];
