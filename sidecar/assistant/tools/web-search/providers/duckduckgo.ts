/** DuckDuckGo, which asks for no key: its page for browsers without scripts. */
import { elementsIn, type PageElement, pageOf } from "../../web/readable/tree.ts";
import { askService } from "../ask.ts";
import type { Found, SearchAnswer, SearchPlace, SearchRequest } from "../search.ts";

const RANGES = { pd: "d", pw: "w", pm: "m", py: "y" } as const;

export async function searchDuckduckgo(
  place: SearchPlace,
  { userAgent, ...request }: SearchRequest & { userAgent: string },
): Promise<SearchAnswer> {
  const { query, count, freshness } = request;
  const page = await askService(
    place,
    {
      path: "/html/",
      query: { q: query, df: freshness && RANGES[freshness] },
      headers: { accept: "text/html", "user-agent": userAgent },
    },
    request,
  );
  const found = foundIn(page);
  if (found.length === 0 && /anomaly|challenge/i.test(page))
    throw new Error(
      "DuckDuckGo takes the search for one of a machine and gives no results; another provider of searches helps.",
    );
  return { found: found.slice(0, count) };
}

/** Each result has its link, and what it says behind that. */
function foundIn(page: string): Found[] {
  const found: Found[] = [];
  for (const element of elementsIn(pageOf(page).root)) {
    const classes = (element.attributes.class ?? "").split(/\s+/);
    if (classes.includes("result__a")) {
      const url = targetOf(element.attributes.href ?? "");
      if (url !== undefined) found.push({ title: textOf(element), url, text: "" });
    }
    const last = found.at(-1);
    if (classes.includes("result__snippet") && last?.text === "") last.text = textOf(element);
  }
  return found;
}

function textOf(element: PageElement): string {
  const parts = element.children.map((child) => (typeof child === "string" ? child : textOf(child)));
  return parts.join("").replace(/\s+/g, " ").trim();
}

/** Links go by way of a page that counts them; those of advertisements lead to no result. */
function targetOf(href: string): string | undefined {
  const url = URL.parse(href, "https://duckduckgo.com");
  const target = url?.searchParams.get("uddg") ?? url?.href;
  const parsed = target === undefined ? null : URL.parse(target);
  return parsed === null || /(?:^|\.)duckduckgo\.com$/.test(parsed.hostname) ? undefined : parsed.href;
}
