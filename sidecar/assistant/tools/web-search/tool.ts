/** `web_search`: pages of the web that are about something. */
import { DEFAULTS } from "../../../../shared/config/defaults.ts";
import { loadPart } from "../../../../shared/node/part.ts";
import { countArgument, textArgument } from "../arguments.ts";
import { type Tool, type ToolPlace, textResult } from "../tool.ts";
import { TimedCache } from "../web/timed-cache.ts";
import { FRESHNESS, type SearchAnswer } from "./search.ts";

const MOST_RESULTS = 10;
const MOST_QUERY_CHARS = 400;
const MOST_TEXT_CHARS = 500;
const MINUTE_MS = 60_000;

export function webSearch({ clock, config, env }: Pick<ToolPlace, "clock" | "config" | "env">): Tool {
  const cache = new TimedCache<SearchAnswer>(clock);
  const settings = () => config().tools?.web?.search ?? {};
  return {
    name: "web_search",
    group: "web",
    description: "Search the web; web_fetch reads what is found.",
    parameters: {
      type: "object",
      properties: {
        query: { type: "string" },
        count: { type: "integer", minimum: 1, maximum: MOST_RESULTS },
        country: { type: "string", description: "Two letters, such as DE" },
        freshness: { type: "string", enum: FRESHNESS, description: "Of the last day, week, month or year" },
      },
      required: ["query"],
      additionalProperties: false,
    },
    hasSideEffect: false,
    readsForeign: true,
    isFor: () => settings().enabled ?? DEFAULTS["tools.web.search.enabled"],
    async run(args, { signal }) {
      const query = textArgument(args, "query").trim().slice(0, MOST_QUERY_CHARS);
      if (query === "") throw new Error("query is empty.");
      const {
        maxResults = DEFAULTS["tools.web.search.maxResults"],
        timeoutSeconds = DEFAULTS["tools.web.search.timeoutSeconds"],
        cacheTtlMinutes = DEFAULTS["tools.web.search.cacheTtlMinutes"],
      } = settings();
      const count = Math.min(countArgument(args, "count") ?? maxResults, MOST_RESULTS);
      const country = /^[a-z]{2}$/i.test(String(args.country))
        ? String(args.country).toUpperCase()
        : undefined;
      const freshness = FRESHNESS.find((known) => known === args.freshness);
      const key = JSON.stringify([query, count, country, freshness, settings()]);
      const answer = await cache.get(key, cacheTtlMinutes * MINUTE_MS, async () => {
        const { carryOutSearch } = await loadPart(() => import("./carry-out.ts"));
        return await carryOutSearch(
          { clock, timeoutMs: timeoutSeconds * 1_000 },
          { config: config(), env },
          { query, count, country, freshness, signal },
        );
      });
      return textResult(shown(answer));
    },
  };
}

function shown({ answer, found }: SearchAnswer): string {
  const results = found.map(({ title, url, text }, index) =>
    [
      `${index + 1}. ${plain(title) || url}`,
      plain(title) === "" ? "" : url,
      plain(text).slice(0, MOST_TEXT_CHARS),
    ]
      .filter((line) => line !== "")
      .join("\n   "),
  );
  const parts = [...(answer === undefined || answer === "" ? [] : [answer]), ...results];
  return parts.length === 0 ? "(nothing was found)" : parts.join("\n\n");
}

/** Services mark the words that were searched for. */
function plain(text: string): string {
  return text
    .replace(/<\/?(?:strong|b|em)>/gi, "")
    .replace(/\s+/g, " ")
    .trim();
}
