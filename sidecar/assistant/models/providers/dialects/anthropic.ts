/** Anthropic's Messages API, and whoever speaks it. */
import { createAnthropic } from "@ai-sdk/anthropic";
import { isRecord } from "../../../../../shared/protocol/frame.ts";
import { THINKING_TOKENS } from "../../thinking.ts";
import type { Dialect, OpenDialect } from "../dialect.ts";

export const openDialect: OpenDialect = (
  { id },
  { baseUrl, apiKey = "none", headers, isToken },
): Dialect => ({
  form: {
    key: "anthropic",
    cacheMark: { anthropic: { cacheControl: { type: "ephemeral" } } },
    imagesInResults: true,
    plainThoughts: false,
  },
  language: (fetch) =>
    createAnthropic({
      baseURL: baseUrl,
      ...(isToken ? { authToken: apiKey } : { apiKey }),
      headers: { ...(isToken ? TOKEN_HEADERS : {}), ...headers },
      fetch,
    })(id),
  options: (level) => {
    if (level === undefined || level === "default") return {};
    if (!thinksByNumber(id)) return { reasoning: level === "off" ? "none" : level };
    if (level === "off") return {};
    const thinking = { type: "enabled", budgetTokens: THINKING_TOKENS[level] };
    return { providerOptions: { anthropic: { thinking } } };
  },
  // The report at the start of the answer; the library's own is the one at its end.
  counted: ({ usage }) => {
    if (!isRecord(usage)) return undefined;
    const count = (value: unknown) => (typeof value === "number" ? value : undefined);
    return {
      input: count(usage.input_tokens),
      output: count(usage.output_tokens),
      cacheRead: count(usage.cache_read_input_tokens),
      cacheWrite: count(usage.cache_creation_input_tokens),
    };
  },
});

/** Without it the API takes no tokens. */
const TOKEN_HEADERS = { "anthropic-beta": "oauth-2025-04-20" };

/** Claude up to 4.5, and every other model behind this API, takes tokens; the later ones take a name. */
function thinksByNumber(id: string): boolean {
  return !id.includes("claude-") || /claude-(3|\d|(opus|sonnet|haiku)-4($|-(0|1|5|20\d{6})($|-)))/.test(id);
}
