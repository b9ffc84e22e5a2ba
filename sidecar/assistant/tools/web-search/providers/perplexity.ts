/** Perplexity: a model that searches and says what it found. */
import * as z from "zod";
import { askServiceForJson } from "../ask.ts";
import type { SearchAnswer, SearchPlace, SearchRequest } from "../search.ts";

const Answer = z.looseObject({
  choices: z.array(z.looseObject({ message: z.looseObject({ content: z.string() }) })),
  citations: z.array(z.string()).optional(),
  search_results: z.array(z.looseObject({ title: z.string().optional(), url: z.string() })).optional(),
});

const RECENT = { pd: "day", pw: "week", pm: "month", py: "year" } as const;

export async function searchPerplexity(
  place: SearchPlace,
  { key, model }: { key: string; model: string },
  request: SearchRequest,
): Promise<SearchAnswer> {
  const { query, count, freshness } = request;
  const answer = await askServiceForJson(
    place,
    {
      path: "/chat/completions",
      headers: { authorization: `Bearer ${key}` },
      json: {
        model,
        messages: [{ role: "user", content: query }],
        ...(freshness !== undefined && { search_recency_filter: RECENT[freshness] }),
      },
    },
    request,
  );
  const { choices, citations = [], search_results: results } = Answer.parse(answer);
  const found = results ?? citations.map((url) => ({ title: undefined, url }));
  return {
    answer: choices[0]?.message.content ?? "",
    found: found.slice(0, count).map(({ title = "", url }) => ({ title, url, text: "" })),
  };
}
