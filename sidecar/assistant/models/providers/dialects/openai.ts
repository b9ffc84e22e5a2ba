/** OpenAI's own two APIs: chat completions and responses. Nothing is stored there. */
import { createOpenAI } from "@ai-sdk/openai";
import type { AskedLevel } from "../../thinking.ts";
import type { Dialect, OpenDialect } from "../dialect.ts";

export const openChat: OpenDialect = (facts, access) => dialect(facts, access, "chat");
export const openResponses: OpenDialect = (facts, access) => dialect(facts, access, "responses");

function dialect(
  { id, reasoning }: Parameters<OpenDialect>[0],
  { baseUrl, apiKey, headers }: Parameters<OpenDialect>[1],
  api: "chat" | "responses",
): Dialect {
  return {
    form: { key: "openai", imagesInResults: api === "responses", plainThoughts: false },
    language: (fetch) =>
      createOpenAI({ baseURL: baseUrl, apiKey: apiKey ?? "none", headers: { ...headers }, fetch })[api](id),
    options: (level) => ({
      ...(level === undefined || level === "default"
        ? {}
        : { reasoning: level === "off" ? ("none" as const) : level }),
      providerOptions: {
        openai: {
          store: false,
          ...(reasoning ? { forceReasoning: true } : {}),
          ...(api === "responses" && isThinking(level) ? { reasoningSummary: "auto" } : {}),
        },
      },
    }),
  };
}

function isThinking(level: AskedLevel | undefined): boolean {
  return level !== undefined && level !== "off" && level !== "default";
}
