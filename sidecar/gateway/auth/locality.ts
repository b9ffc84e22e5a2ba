/** Where a request really comes from: the peer, or the client a trusted proxy speaks for. */

import type { IncomingHttpHeaders } from "node:http";
import { BlockList, isIP } from "node:net";
import { isLoopback } from "../../../shared/address.ts";
import type { TailscaleVerdict } from "./tailscale-identity.ts";

/** What is known about the origin of a connection. */
export interface ClientOrigin {
  /** Address of the client as far as it can be trusted; the peer's when forwarding headers cannot. */
  ip: string;
  /** On this machine, with no forwarding header that we do not trust. Decides silent pairing and nonces. */
  local: boolean;
  /** Local, and addressed by a local name: may see details in `/healthz`. */
  localDirect: boolean;
  /** Forwarding headers came from a peer that is not a trusted proxy. */
  untrustedProxy: boolean;
  /** Who tailscaled says it is; absent while identities of a tailnet are not accepted. */
  tailscale?: TailscaleVerdict;
}

/** Any of these says that somebody else is behind the peer. */
const FORWARDING_HEADERS = [
  "x-forwarded-for",
  "x-real-ip",
  "x-forwarded-host",
  "x-forwarded-proto",
  "forwarded",
] as const;

/** Judges a request by its TCP peer, its headers and the configured proxies (addresses or CIDR ranges). */
export function clientOrigin(
  peer: string | undefined,
  headers: IncomingHttpHeaders,
  trustedProxies: readonly string[],
): ClientOrigin {
  const peerIp = normalizeIp(peer ?? "");
  const forwarded = first(headers["x-forwarded-for"]);
  const realIp = first(headers["x-real-ip"]);
  const trusted = trustedProxies.length > 0 && listed(peerIp, trustedProxies);
  const untrustedProxy = !trusted && FORWARDING_HEADERS.some((name) => headers[name] !== undefined);
  const ip = trusted ? (proxiedIp(forwarded, realIp, trustedProxies) ?? peerIp) : peerIp;
  const local = !untrustedProxy && isLoopback(ip);
  return { ip, local, untrustedProxy, localDirect: local && isLocalName(headers.host) };
}

/** The same origin with what is known from Tailscale: a person's machine has its own address and is never this one. */
export function withTailscale(origin: ClientOrigin, verdict: TailscaleVerdict | undefined): ClientOrigin {
  if (verdict === undefined) return origin;
  if (!verdict.ok) return { ...origin, tailscale: verdict };
  const away = { ip: verdict.address, local: false, localDirect: false, untrustedProxy: false };
  return { ...away, tailscale: verdict };
}

/**
 * Whom failed attempts are counted against. What comes through a proxy we do not trust has a count of its own, so that
 * strangers behind it cannot lock out the programs on the proxy's machine.
 */
export function accountableFor({ ip, untrustedProxy }: ClientOrigin): string {
  return untrustedProxy ? `through ${ip}` : ip;
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

/** From the right, the first address that is no trusted proxy: anything further left a client can invent. */
function proxiedIp(
  forwarded: string | undefined,
  realIp: string | undefined,
  trustedProxies: readonly string[],
): string | undefined {
  const chain = (forwarded ?? "")
    .split(",")
    .map(normalizeIp)
    .filter((ip) => isIP(ip) !== 0);
  const client = chain.findLast((ip) => !listed(ip, trustedProxies)) ?? chain[0];
  if (client !== undefined) return client;
  const real = normalizeIp(realIp ?? "");
  return isIP(real) === 0 ? undefined : real;
}

function listed(ip: string, entries: readonly string[]): boolean {
  const family = isIP(ip);
  if (family === 0) return false;
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
  return list.check(ip, family === 6 ? "ipv6" : "ipv4");
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(",") : header;
}
