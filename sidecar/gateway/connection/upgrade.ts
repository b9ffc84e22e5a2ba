/** Decides about a socket before it exists: path, origin, who it comes from, rate. Afterwards the hall receives it. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { WIRE_LIMITS } from "../../../shared/protocol/frame.ts";
import type { Logger } from "../../base/log/logger.ts";
import { accountableFor, type ClientOrigin, withTailscale } from "../auth/locality.ts";
import type { Origins } from "../auth/origins.ts";
import type { FailureLimiter } from "../auth/rate-limit.ts";
import type { TailscaleIdentity, TailscaleVerdict } from "../auth/tailscale-identity.ts";
import type { Hall } from "./hall.ts";
import { isOriginAllowed } from "./origin-check.ts";

export interface UpgradeRules {
  allowedOrigins: readonly string[];
  trustedProxies: readonly string[];
  tailscale?: TailscaleIdentity;
}

/** The one path that is no gateway socket: it belongs to the canvas. */
const CANVAS_SOCKET = "/__clawdbot/ws";

export class Upgrade {
  #rules: UpgradeRules;
  #hall: Hall;
  #limiter: FailureLimiter;
  #origins: Origins;
  #log: Logger;
  #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: WIRE_LIMITS.maxPayloadBytes,
  });

  constructor(rules: UpgradeRules, hall: Hall, limiter: FailureLimiter, origins: Origins, log: Logger) {
    this.#rules = rules;
    this.#hall = hall;
    this.#limiter = limiter;
    this.#origins = origins;
    this.#log = log;
  }

  /** Handles the `upgrade` event of an HTTP server. */
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const peer = request.socket.remoteAddress;
    const origin = this.#origins.of(request, this.#rules.trustedProxies);
    const refusal = this.#refusal(request, origin.ip);
    if (refusal !== undefined) {
      refuse(socket, refusal);
      return;
    }
    const admit = (verdict: TailscaleVerdict | undefined) =>
      this.#admit(request, socket, head, this.#identified(origin, verdict));
    const verdict = this.#rules.tailscale?.judge(peer, request.headers);
    if (verdict instanceof Promise) void whileHeld(socket, verdict).then(admit);
    else admit(verdict);
  }

  #identified(origin: ClientOrigin, verdict: TailscaleVerdict | undefined): ClientOrigin {
    if (verdict?.ok === false && verdict.reason !== "tailscale_user_missing") {
      this.#log.warn({ ip: origin.ip, reason: verdict.reason }, "a Tailscale identity was not accepted");
    }
    return withTailscale(origin, verdict);
  }

  #admit(request: IncomingMessage, socket: Duplex, head: Buffer, origin: ClientOrigin): void {
    if (socket.destroyed) return;
    const waitMs = this.#limiter.retryAfterMs(accountableFor(origin));
    if (waitMs > 0) {
      refuse(socket, ["429 Too Many Requests", `Retry-After: ${Math.ceil(waitMs / 1_000)}`]);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (ws) => this.#hall.receive(ws, origin));
  }

  /** Status line of the refusal, by path and page; undefined for a welcome socket. */
  #refusal(request: IncomingMessage, ip: string): string[] | undefined {
    if (request.url?.split("?")[0] === CANVAS_SOCKET) return ["404 Not Found"];
    if (!isOriginAllowed(request.headers.origin, request.headers.host, this.#rules.allowedOrigins)) {
      const remedy = "add it to gateway.controlUi.allowedOrigins if the page is yours";
      this.#log.warn({ origin: request.headers.origin, ip }, `browser origin refused; ${remedy}`);
      return ["403 Forbidden"];
    }
    return undefined;
  }
}

/** Nobody else listens to the socket while something is asked, and an error that nobody hears ends the process. */
async function whileHeld<T>(socket: Duplex, question: Promise<T>): Promise<T> {
  const onError = () => socket.destroy();
  socket.on("error", onError);
  const answer = await question;
  socket.removeListener("error", onError);
  return answer;
}

function refuse(socket: Duplex, lines: string[]): void {
  socket.on("error", () => socket.destroy());
  // Nobody watches an upgraded socket: one whose peer stays would be held for ever.
  socket.once("finish", () => socket.destroy());
  socket.end(`HTTP/1.1 ${[...lines, "Connection: close", "Content-Length: 0", "", ""].join("\r\n")}`);
}
