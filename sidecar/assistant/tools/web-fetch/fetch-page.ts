/** Brings a page and makes words of it. Loaded when somebody asks for one. */
import type { WebPlace } from "../../../base/net/safe-fetch.ts";
import { fetched } from "../web/fetched.ts";
import { pageText } from "../web/page-text.ts";
import { readableOf } from "../web/readable/markdown.ts";

export interface PageRequest {
  url: string;
  /** Whether the addresses of links are written. */
  links: boolean;
  mostBytes: number;
  timeoutMs: number;
  maxRedirects: number;
  userAgent: string;
  allowHosts: readonly string[];
  signal: AbortSignal;
}

/** Fails with a sentence. */
export async function fetchPage(
  place: WebPlace,
  { url, links, mostBytes, ...how }: PageRequest,
  mostChars: number,
) {
  const answer = await fetched(place, {
    url,
    maxBytes: mostBytes,
    accept: "text/markdown, text/html, application/xhtml+xml, text/plain;q=0.9, */*;q=0.5",
    ...how,
  });
  const { text, isHtml } = pageText(answer);
  const read = isHtml ? readableOf(text, { baseUrl: answer.url, links }) : { title: "", text: text.trim() };
  return {
    url: answer.url,
    title: read.title,
    text: read.text.slice(0, mostChars),
    isCut: answer.isCut || read.text.length > mostChars,
  };
}
