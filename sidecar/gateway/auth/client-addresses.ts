/** Judges where requests come from, and says once in a while that a proxy stands before the gateway which does not tell enough. */
import type { IncomingMessage } from "node:http";
import { isLoopback } from "../../../shared/address.ts";
import type { Clock } from "../../../shared/clock.ts";
import type { Logger } from "../../base/log/logger.ts";
import { type ClientAddress, clientAddress, isTrusted, normalizeIp } from "./client-address.ts";

/** Such a proxy is behind every request: say so no more often than this. */
const REMIND_AFTER_MS = 3_600_000;

export class ClientAddresses {
  #log: Logger;
  #clock: Clock;
  #saidAtMs: number | undefined;

  constructor(log: Logger, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** The origin of a request, given `gateway.trustedProxies`. */
  of({ socket, headers }: IncomingMessage, trustedProxies: readonly string[]): ClientAddress {
    const origin = clientAddress(socket.remoteAddress, headers, trustedProxies);
    if (origin.untrustedProxy) this.#remind(normalizeIp(socket.remoteAddress ?? ""), trustedProxies);
    return origin;
  }

  #remind(peer: string, trustedProxies: readonly string[]): void {
    const isKnown = isTrusted(peer, trustedProxies);
    // Others are known, so that this one may be meant to stay out.
    if (!isKnown && trustedProxies.length > 0) return;
    const now = this.#clock.monotonicMs();
    if (this.#saidAtMs !== undefined && now - this.#saidAtMs < REMIND_AFTER_MS) return;
    this.#saidAtMs = now;
    this.#log.warn({ peer }, isKnown ? namesNobody(peer) : unknownProxy(peer));
  }
}

function unknownProxy(peer: string): string {
  const line = `"trustedProxies": ["${peer}"]`;
  return `proxy headers are not believed; if ${peer} is your proxy, add to gateway: ${line}`;
}

function namesNobody(peer: string): string {
  const remedy = "let the proxy set X-Forwarded-For";
  const others = isLoopback(peer)
    ? `; other programs of this machine are not local either as long as ${peer} is in gateway.trustedProxies`
    : "";
  return `requests of the trusted proxy ${peer} name no client that can be read, so that they count as a stranger's: ${remedy}${others}`;
}
