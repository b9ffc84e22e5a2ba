/**
 * Requests to addresses that somebody else chose: a page, a file, a hook. They reach the public internet and nothing else, by the address
 * that the socket connects to and at every redirection anew; they carry no account, end in time, and bring no more than was asked for.
 */
import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { Clock } from "../../../shared/clock.ts";
import { systemCode } from "../../../shared/errors.ts";
import { until } from "../abortable.ts";
import { pinned, type ResolveName, reachableAddresses } from "./reachable.ts";
import { hostOf, WebRefused, type WebTarget, webTarget } from "./web-target.ts";

export { WebRefused } from "./web-target.ts";

export interface WebRequest {
  url: string;
  method?: "GET" | "POST";
  headers?: Readonly<Record<string, string>>;
  /** Of a `POST`, which is not redirected. */
  body?: string;
  /** Of what comes, unpacked; what is beyond them is left out. */
  maxBytes: number;
  /** For all of it, redirections included. */
  timeoutMs: number;
  maxRedirects: number;
  /** Hosts, with a port or for any, that may be asked wherever they are. */
  allowHosts?: readonly string[];
  signal: AbortSignal;
}

export interface WebAnswer {
  /** Of the last redirection. */
  url: string;
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** There was more. */
  isCut: boolean;
}

export interface WebPlace {
  clock: Clock;
  /** Asks for the addresses of a name; the system does without it. */
  resolve?: ResolveName;
}

/** Fails with `WebRefused`, whose message is a sentence, and with the signal's reason. */
export async function safeFetch(place: WebPlace, asked: WebRequest): Promise<WebAnswer> {
  const late = new AbortController();
  const timer = place.clock.after(asked.timeoutMs, () =>
    late.abort(new WebRefused(`It took longer than ${Math.round(asked.timeoutMs / 1_000)} seconds.`)),
  );
  const signal = AbortSignal.any([asked.signal, late.signal]);
  try {
    return await followed({ ...asked, signal }, place.resolve);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof WebRefused ? error : new WebRefused(`It cannot be reached: ${reasonOf(error)}.`);
  } finally {
    timer.dispose();
    // Whatever is still on its way is of no use any more.
    late.abort();
  }
}

async function followed(asked: WebRequest, resolve: ResolveName | undefined): Promise<WebAnswer> {
  const { allowHosts = [], maxRedirects } = asked;
  let target = webTarget(asked.url, allowHosts);
  const { origin } = target.url;
  for (let redirects = 0; ; redirects += 1) {
    const response = await askedOnce(target, target.url.origin === origin ? asked : bare(asked), resolve);
    const { statusCode: status = 0, headers } = response;
    const to = REDIRECTIONS.includes(status) ? headers.location : undefined;
    if (to === undefined) {
      const { body, isCut } = await bodyOf(response, asked);
      return { url: target.url.href, status, headers, body, isCut };
    }
    response.destroy();
    if (asked.method === "POST")
      throw new WebRefused(`${hostOf(target.url)} sends elsewhere what is posted to it.`);
    if (redirects >= maxRedirects) throw new WebRefused(`It is redirected more than ${maxRedirects} times.`);
    target = webTarget(URL.parse(to, target.url.href)?.href ?? to, allowHosts);
  }
}

const REDIRECTIONS = [301, 302, 303, 307, 308];

/** What is for one host alone is not told to another. */
function bare({ headers = {}, ...asked }: WebRequest): WebRequest {
  const kept = Object.entries(headers).filter(([name]) =>
    /^(?:accept|accept-language|user-agent)$/i.test(name),
  );
  return { ...asked, headers: Object.fromEntries(kept) };
}

async function askedOnce(
  target: WebTarget,
  { method = "GET", headers = {}, body, signal }: WebRequest,
  resolve: ResolveName | undefined,
): Promise<IncomingMessage> {
  const { url } = target;
  const reachable = await until(signal, reachableAddresses(target, resolve));
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  return await new Promise((answer, fail) => {
    const request = send(url, {
      method,
      headers: { accept: "*/*", ...headers, "accept-encoding": "gzip, deflate, br" },
      // One connection, to one of the addresses that were looked at, and no other one.
      agent: false,
      lookup: pinned(reachable),
      signal,
    });
    request.once("response", answer);
    request.once("error", fail);
    request.end(body);
  });
}

async function bodyOf(response: IncomingMessage, { maxBytes, signal }: WebRequest) {
  const chunks: Buffer[] = [];
  let length = 0;
  const stream = unpacked(response);
  const giveUp = () => stream.destroy(signal.reason as Error);
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const room = maxBytes - length;
      chunks.push(chunk.subarray(0, room));
      length += chunk.length;
      if (length > maxBytes) break;
    }
    return { body: Buffer.concat(chunks), isCut: length > maxBytes };
  } finally {
    signal.removeEventListener("abort", giveUp);
    stream.destroy();
    response.destroy();
  }
}

/** One packing is undone; a second one would be there to grow. */
function unpacked(response: IncomingMessage): Readable {
  const encoding = (response.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (encoding === "identity" || encoding === "") return response;
  const unpack = UNPACKED[encoding];
  if (unpack === undefined) throw new WebRefused("What comes is packed in a way that is not read.");
  const stream = unpack();
  response.on("error", (error) => stream.destroy(error));
  response.on("aborted", () => stream.destroy(new Error("the connection broke off")));
  return response.pipe(stream);
}

const UNPACKED: Readonly<Record<string, () => Readable & NodeJS.WritableStream>> = {
  gzip: () => createGunzip(),
  "x-gzip": () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
};

function reasonOf(error: unknown): string {
  const code = systemCode(error) ?? "";
  return REASONS[code] ?? (code === "" ? "the connection broke off" : code);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: "no host has that name",
  EAI_AGAIN: "names cannot be looked up at the moment",
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection broke off",
  EHOSTUNREACH: "there is no way to it",
  ENETUNREACH: "there is no way to it",
  CERT_HAS_EXPIRED: "its certificate ran out",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is its own",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is that of another host",
};
