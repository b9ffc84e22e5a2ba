/** One request to a service that searches, at the address that the configuration gives it: it may be on this machine. */
import { safeFetch } from "../../../base/net/safe-fetch.ts";
import type { SearchPlace, SearchRequest } from "./search.ts";

const MOST_BYTES = 2 * 1024 * 1024;

export interface Asked {
  /** Below the service's address. */
  path: string;
  query?: Readonly<Record<string, string | undefined>>;
  headers?: Readonly<Record<string, string>>;
  /** Makes it a `POST` of JSON. */
  json?: unknown;
}

/** Fails with a sentence that names the service by its host, and never its key. */
export async function askService(
  { baseUrl, timeoutMs, ...place }: SearchPlace,
  { path, query = {}, headers = {}, json }: Asked,
  { signal }: Pick<SearchRequest, "signal">,
): Promise<string> {
  const url = new URL(`${baseUrl.replace(/\/+$/, "")}${path}`);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, value);
  const isPost = json !== undefined;
  const answer = await safeFetch(place, {
    url: url.href,
    ...(isPost && { method: "POST" as const, body: JSON.stringify(json) }),
    headers: { ...headers, ...(isPost && { "content-type": "application/json" }) },
    maxBytes: MOST_BYTES,
    timeoutMs,
    maxRedirects: 0,
    allowHosts: [url.host],
    signal,
  });
  if (answer.status !== 200)
    throw new Error(`${url.host} answered the search with ${answer.status}${whatHelps(answer.status)}.`);
  return answer.body.toString("utf8");
}

/** The same, of what is JSON. */
export async function askServiceForJson(...asked: Parameters<typeof askService>): Promise<unknown> {
  const text = await askService(...asked);
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("The service that searches answered with something else than JSON.");
  }
}

function whatHelps(status: number): string {
  if (status === 401 || status === 403) return ": its key is refused, which the owner has to put right";
  return status === 429 ? ": it was asked too often" : "";
}
