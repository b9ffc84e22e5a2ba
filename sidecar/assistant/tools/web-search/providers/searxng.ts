/** SearXNG, which somebody runs for themselves. */
import * as z from "zod";
import { askServiceForJson } from "../ask.ts";
import type { SearchAnswer, SearchPlace, SearchRequest } from "../search.ts";

const Answer = z.looseObject({
  results: z.array(z.looseObject({ title: z.string(), url: z.string(), content: z.string().nullish() })),
});

const RANGES = { pd: "day", pw: "week", pm: "month", py: "year" } as const;

export async function searchSearxng(place: SearchPlace, request: SearchRequest): Promise<SearchAnswer> {
  const { query, count, freshness } = request;
  const answer = await askServiceForJson(
    place,
    {
      path: "/search",
      query: { q: query, format: "json", time_range: freshness && RANGES[freshness] },
      headers: { accept: "application/json" },
    },
    request,
  );
  const { results } = Answer.parse(answer);
  return {
    found: results.slice(0, count).map(({ title, url, content }) => ({ title, url, text: content ?? "" })),
  };
}
