/** Where a request really comes from: the peer, or the client a trusted proxy speaks for. */

import type { IncomingHttpHeaders } from "node:http";
import { BlockList, isIP } from "node:net";
import { isLoopback } from "../../../shared/address.ts";

/** Why a request carries no identity that counts. */
export type TailscaleRefusal =
  | "tailscale_user_missing"
  | "tailscale_proxy_missing"
  | "tailscale_whois_failed"
  | "tailscale_user_mismatch";

/** The person behind a request and the tailnet address of her machine, or why there is none. */
export type TailscaleVerdict =
  | { ok: true; login: string; address: string }
  | { ok: false; reason: TailscaleRefusal };

/** What is known about the origin of a connection. */
export interface ClientAddress {
  /** Address of the client as far as it can be trusted; the peer's when forwarding headers cannot. */
  ip: string;
  /** On this machine, with no forwarding header that we do not trust. Decides silent pairing and nonces. */
  local: boolean;
  /** Local, and addressed by a local name: may see details in `/healthz`. */
  localDirect: boolean;
  /** Somebody is behind the peer, and nobody can tell who: it is no trusted proxy, or one that names no client. */
  untrustedProxy: boolean;
  /** It is a trusted proxy that names no client, or a program beside it. */
  nameless?: boolean;
  /** Who tailscaled says it is; absent while identities of a tailnet are not accepted. */
  tailscale?: TailscaleVerdict;
}

/** Headers that name one client, besides `X-Forwarded-For` and `Forwarded`, which name the way. */
const CLIENT_HEADERS = [
  "x-real-ip",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-envoy-external-address",
  "x-original-forwarded-for",
  "client-ip",
  "true-client-ip",
  "cf-connecting-ip",
  "fastly-client-ip",
  "fly-client-ip",
] as const;
/** Any of these says that somebody else is behind the peer, and so does everything that begins with `X-Forwarded`. */
const FORWARDING_HEADERS = [...CLIENT_HEADERS, "forwarded", "via"] as const;

/**
 * Judges a request by its TCP peer, its headers and the configured proxies (addresses or CIDR ranges). What a trusted proxy asks is
 * local only when it says so itself and nothing contradicts it: without a client's address, with one that cannot be read or with two,
 * nobody knows who asks.
 */
export function clientAddress(
  peer: string | undefined,
  headers: IncomingHttpHeaders,
  trustedProxies: readonly string[],
): ClientAddress {
  const peerIp = normalizeIp(peer ?? "");
  if (!isTrusted(peerIp, trustedProxies)) {
    const untrustedProxy = isForwarded(headers);
    return located({ ip: peerIp, local: !untrustedProxy && isLoopback(peerIp), untrustedProxy }, headers);
  }
  const ways = [addressesIn(headers["x-forwarded-for"]), forwardedFor(headers.forwarded)]
    .filter((way) => way !== undefined)
    .map((way) => clientIn(way, trustedProxies));
  const [realIp] = addressesIn(headers["x-real-ip"]) ?? [];
  // A proxy behind another one puts that one here.
  const isProxy = realIp !== undefined && isTrusted(realIp, trustedProxies) && ways.length > 0;
  const named = new Set(ways.map(({ ip }) => ip));
  if (realIp !== undefined && !isProxy) named.add(isIP(realIp) === 0 ? undefined : realIp);
  const [client] = named.size === 1 ? named : [];
  const local =
    ways.length > 0 &&
    ways.every(({ isNear }) => isNear) &&
    [peerIp, client].every((ip) => ip !== undefined && isLoopback(ip)) &&
    // X-Real-IP and the like tell who asks, but not that it was this proxy that wrote them: they make nobody local.
    CLIENT_HEADERS.every((name) => (addressesIn(headers[name]) ?? []).every(isLoopback));
  if (client === undefined) {
    return located({ ip: peerIp, local: false, untrustedProxy: true, nameless: true }, headers);
  }
  return located({ ip: client, local, untrustedProxy: false }, headers);
}

function located(
  place: Omit<ClientAddress, "localDirect" | "tailscale">,
  { host }: IncomingHttpHeaders,
): ClientAddress {
  return { ...place, localDirect: place.local && isLocalName(host) };
}

/** Whether any header says that somebody else is behind the peer. */
export function isForwarded(headers: IncomingHttpHeaders): boolean {
  if (FORWARDING_HEADERS.some((name) => headers[name] !== undefined)) return true;
  for (const name in headers) if (name.startsWith("x-forwarded")) return true;
  return false;
}

/** The same origin with what is known from Tailscale: a person's machine has its own address and is never this one. */
export function withTailscale(origin: ClientAddress, verdict: TailscaleVerdict | undefined): ClientAddress {
  if (verdict === undefined) return origin;
  if (!verdict.ok) return { ...origin, tailscale: verdict };
  const away = { ip: verdict.address, local: false, localDirect: false, untrustedProxy: false };
  return { ...away, tailscale: verdict };
}

/** Lower case, without an IPv4-mapped prefix, brackets, port or zone. */
export function normalizeIp(text: string): string {
  let ip = text.trim().toLowerCase();
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(ip);
  if (bracketed?.[1] !== undefined) ip = bracketed[1];
  else if (/^\d+\.\d+\.\d+\.\d+:\d+$/.test(ip)) ip = ip.slice(0, ip.lastIndexOf(":"));
  return ip.replace(/^::ffff:(?=\d+\.)/, "").replace(/%.*$/, "");
}

/** Whether a Host header names this machine as seen from itself. */
export function isLocalName(host: string | undefined): boolean {
  const name = hostName(host);
  return name === "localhost" || isLoopback(name) || name.endsWith(".ts.net");
}

/** The name in a Host header, lower case, without port and brackets. */
export function hostName(host: string | undefined): string {
  const text = (host ?? "").trim().toLowerCase();
  const bracketed = /^\[([^\]]+)\]/.exec(text);
  return bracketed?.[1] ?? text.replace(/:\d+$/, "");
}

/** Proxies in a row before a client; whoever writes more of them tells nothing. */
const MAX_HOPS = 32;

/** Who asks according to a chain of addresses, the nearest last. */
interface NamedClient {
  /** Undefined when the chain does not say, or not in a way that can be read. */
  ip: string | undefined;
  /** All proxies between it and us are on this machine, so that its loopback is ours. */
  isNear: boolean;
}

/** From the right, the first that is no trusted proxy: anything further left a client can invent. */
function clientIn(chain: readonly string[], trustedProxies: readonly string[]): NamedClient {
  let isNear = true;
  for (const [index, hop] of chain.slice(-MAX_HOPS).toReversed().entries()) {
    if (isIP(hop) === 0) return { ip: undefined, isNear: false };
    if (!isTrusted(hop, trustedProxies) || index === chain.length - 1) return { ip: hop, isNear };
    isNear &&= isLoopback(hop);
  }
  return { ip: undefined, isNear: false };
}

/** The list of `X-Forwarded-For` and the like, ports taken off; undefined when there is no such header. */
function addressesIn(header: string | string[] | undefined): string[] | undefined {
  const text = Array.isArray(header) ? header.join(",") : header;
  return text?.split(",").map(normalizeIp);
}

/** The `for` of every element of `Forwarded` (RFC 7239); "" for an element that names none. */
function forwardedFor(header: string | undefined): string[] | undefined {
  if (header === undefined) return undefined;
  const elements = splitUnquoted(header, ",");
  return elements.map((element) => {
    const pairs = splitUnquoted(element, ";").map((pair) => /^\s*for\s*=\s*(.*?)\s*$/i.exec(pair)?.[1]);
    const named = pairs.filter((value) => value !== undefined);
    // One that is named twice is named by two, of whom one is not the proxy.
    return named.length === 1 ? normalizeIp(unquoted(named[0] ?? "")) : "";
  });
}

/** The parts between separators that do not stand in a quoted string. */
function splitUnquoted(text: string, separator: "," | ";"): string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (isQuoted && character === "\\") index += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === separator && !isQuoted) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, text.slice(start)];
}

function unquoted(value: string): string {
  return /^"(.*)"$/.exec(value)?.[1]?.replace(/\\(.)/g, "$1") ?? value;
}

/** The lists of the configuration, read once: a reload brings another array. */
const LISTS = new WeakMap<readonly string[], BlockList>();

/** Whether the address is one of the configured proxies. */
export function isTrusted(ip: string, trustedProxies: readonly string[]): boolean {
  const family = isIP(ip);
  if (family === 0 || trustedProxies.length === 0) return false;
  let list = LISTS.get(trustedProxies);
  if (list === undefined) {
    list = listOf(trustedProxies);
    LISTS.set(trustedProxies, list);
  }
  return list.check(ip, family === 6 ? "ipv6" : "ipv4");
}

function listOf(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", prefix] = entry.trim().split("/");
    const plain = normalizeIp(address);
    const kind = isIP(plain) === 6 ? "ipv6" : "ipv4";
    if (isIP(plain) === 0) continue;
    if (prefix === undefined) list.addAddress(plain, kind);
    else if (/^\d+$/.test(prefix) && Number(prefix) > 0 && Number(prefix) <= (kind === "ipv6" ? 128 : 32)) {
      list.addSubnet(plain, Number(prefix), kind);
    }
  }
  return list;
}
