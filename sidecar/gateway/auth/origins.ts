/** Judges where requests come from, and says once in a while that a proxy stands before the gateway which nobody told it about. */
import type { IncomingMessage } from "node:http";
import type { Clock } from "../../../shared/clock.ts";
import type { Logger } from "../../base/log/logger.ts";
import { type ClientOrigin, clientOrigin, normalizeIp } from "./locality.ts";

/** An unknown proxy adds its headers to every request: say so no more often than this. */
const REMIND_AFTER_MS = 3_600_000;

export class Origins {
  #log: Logger;
  #clock: Clock;
  #saidAtMs: number | undefined;

  constructor(log: Logger, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** The origin of a request, given `gateway.trustedProxies`. */
  of({ socket, headers }: IncomingMessage, trustedProxies: readonly string[]): ClientOrigin {
    const origin = clientOrigin(socket.remoteAddress, headers, trustedProxies);
    if (origin.untrustedProxy && trustedProxies.length === 0)
      this.#remind(normalizeIp(socket.remoteAddress ?? ""));
    return origin;
  }

  #remind(peer: string): void {
    const now = this.#clock.now();
    if (this.#saidAtMs !== undefined && now - this.#saidAtMs < REMIND_AFTER_MS) return;
    this.#saidAtMs = now;
    const line = `"trustedProxies": ["${peer}"]`;
    this.#log.warn(
      { peer },
      `proxy headers are not believed; if ${peer} is your proxy, add to gateway: ${line}`,
    );
  }
}
