/** Google's generateContent. */
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { THINKING_TOKENS } from "../../thinking.ts";
import type { Dialect, OpenDialect } from "../dialect.ts";

export const openDialect: OpenDialect = ({ id }, { baseUrl, apiKey, headers }): Dialect => ({
  form: { key: "google", imagesInResults: false, plainThoughts: false },
  language: (fetch) =>
    createGoogleGenerativeAI({ baseURL: baseUrl, apiKey: apiKey ?? "none", headers: { ...headers }, fetch })(
      id,
    ),
  options: (level) => {
    if (level === undefined || level === "default") return {};
    if (level === "off") return { reasoning: "none" };
    // Up to 2.5 they take tokens.
    const thinkingBudget = /gemini-2\.5/.test(id) ? { thinkingBudget: THINKING_TOKENS[level] } : {};
    const thinkingConfig = { includeThoughts: true, ...thinkingBudget };
    return { reasoning: level, providerOptions: { google: { thinkingConfig } } };
  },
});
