/** Brave Search. */
import * as z from "zod";
import { askServiceForJson } from "../ask.ts";
import type { SearchAnswer, SearchPlace, SearchRequest } from "../search.ts";

const Answer = z.looseObject({
  web: z
    .looseObject({
      results: z.array(
        z.looseObject({ title: z.string(), url: z.string(), description: z.string().optional() }),
      ),
    })
    .optional(),
});

export async function searchBrave(
  place: SearchPlace,
  key: string,
  request: SearchRequest,
): Promise<SearchAnswer> {
  const { query, count, country, freshness } = request;
  const answer = await askServiceForJson(
    place,
    {
      path: "/res/v1/web/search",
      query: { q: query, count: String(count), country, freshness },
      headers: { accept: "application/json", "x-subscription-token": key },
    },
    request,
  );
  const { web } = Answer.parse(answer);
  return {
    found: (web?.results ?? []).map(({ title, url, description = "" }) => ({
      title,
      url,
      text: description,
    })),
  };
}
