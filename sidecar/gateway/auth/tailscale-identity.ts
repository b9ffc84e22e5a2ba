/**
 * Who comes through Tailscale Serve. Its headers prove nothing by themselves, since every program on this machine can write
 * them: they count only while we are serving, and when tailscaled itself names the same person for the address.
 */

import type { IncomingHttpHeaders } from "node:http";
import { isLoopback } from "../../../shared/address.ts";
import { isTailnetAddress } from "../../host/net/tailnet-address.ts";
import { normalizeIp, type TailscaleRefusal, type TailscaleVerdict } from "./client-address.ts";

/** What is known of the tailnet. */
export interface Tailnet {
  /** Whether requests come through Tailscale Serve by our doing at this moment. */
  isServing(): boolean;
  /** The login of the address's owner within a few seconds; undefined when nobody is known. Does not reject. */
  loginOf(address: string): Promise<string | undefined>;
}

/** tailscaled sets all three on what it hands on, whatever the client sent. */
const PROXY_HEADERS = ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"] as const;

export class TailscaleIdentity {
  #tailnet: Tailnet | undefined;
  #ended: () => void;

  /** `ended` is called when those who were let in by their identity can stay no longer. */
  constructor(ended: () => void = () => {}) {
    this.#ended = ended;
  }

  /** From now on identities of this tailnet are accepted; without one, none are. */
  accept(tailnet: Tailnet | undefined): void {
    const before = this.#tailnet;
    this.#tailnet = tailnet;
    if (before !== undefined && before !== tailnet) this.#ended();
  }

  /**
   * Judges a request by its TCP peer and headers. Undefined while identities are not accepted at all; a promise only when
   * there is a person to ask for.
   */
  judge(
    peer: string | undefined,
    headers: IncomingHttpHeaders,
  ): TailscaleVerdict | Promise<TailscaleVerdict> | undefined {
    const tailnet = this.#tailnet;
    if (tailnet === undefined) return undefined;
    const claimed = loginIn(headers);
    if (claimed === undefined) return refused("tailscale_user_missing");
    const isProxied = PROXY_HEADERS.every((name) => headers[name]);
    if (!isProxied || !isLoopback(normalizeIp(peer ?? "")) || !tailnet.isServing()) {
      return refused("tailscale_proxy_missing");
    }
    // tailscaled writes exactly one address. In a list, the first one is whatever the client wrote.
    const address = normalizeIp(String(headers["x-forwarded-for"]));
    if (!isTailnetAddress(address)) return refused("tailscale_whois_failed");
    return verify(claimed, address, tailnet);
  }
}

async function verify(claimed: string, address: string, tailnet: Tailnet): Promise<TailscaleVerdict> {
  const login = await tailnet.loginOf(address);
  if (login === undefined) return refused("tailscale_whois_failed");
  if (login.toLowerCase() !== claimed.toLowerCase()) return refused("tailscale_user_mismatch");
  return { ok: true, login, address };
}

/** Requests from the internet carry no person; tailscaled marks them so. */
function loginIn(headers: IncomingHttpHeaders): string | undefined {
  const login = headers["tailscale-user-login"];
  if (typeof login !== "string" || headers["tailscale-funnel-request"] !== undefined) return undefined;
  return decoded(login.trim()) || undefined;
}

/** A login that is not plain ASCII arrives as an RFC 2047 encoded word. */
function decoded(text: string): string {
  const word = /^=\?utf-8\?q\?([^?]*)\?=$/i.exec(text)?.[1];
  if (word === undefined) return text;
  const bytes = word
    .replaceAll("_", " ")
    .replace(/%/g, "%25")
    .replace(/=([0-9a-f]{2})/gi, "%$1");
  try {
    return decodeURIComponent(bytes);
  } catch {
    return ""; // Not UTF-8: tailscaled never writes that.
  }
}

function refused(reason: TailscaleRefusal): TailscaleVerdict {
  return { ok: false, reason };
}
