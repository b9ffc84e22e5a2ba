/** Decides about a socket before it exists: path, origin, who it comes from, rate. Afterwards the registry receives it. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { WireCode } from "../../../shared/errors.ts";
import { WIRE_LIMITS } from "../../../shared/protocol/frame.ts";
import {
  type ClientAddress,
  isForwarded,
  isTrusted,
  normalizeIp,
  type TailscaleVerdict,
  withTailscale,
} from "../auth/client-address.ts";
import type { ClientAddresses } from "../auth/client-addresses.ts";
import type { FailureLimiter } from "../auth/rate-limit.ts";
import { accountableFor } from "../auth/source.ts";
import type { TailscaleIdentity } from "../auth/tailscale-identity.ts";
import { wireError } from "../rpc/wire-error.ts";
import { cutText } from "../text-limits.ts";
import type { Arrival } from "./connection.ts";
import type { ConnectionRegistry } from "./connection-registry.ts";
import { isOriginAllowed } from "./origin-check.ts";
import type { RefusalLog } from "./refusal-log.ts";

export interface UpgradeRules {
  allowedOrigins: readonly string[];
  trustedProxies: readonly string[];
  tailscale?: TailscaleIdentity;
  /** Whose sockets come by a path of their own; absent where there is no canvas that loads anew. */
  canvas?: { path: string; receive(socket: WebSocket): void } | undefined;
}

/** The one path that is no gateway socket: it belongs to the canvas. */
const CANVAS_SOCKET = "/__clawdbot/ws";
/** The name of a host has 253 characters at most. */
const MAX_ORIGIN_CHARS = 300;

/** Why a socket is not opened: an HTTP status, and what a client may read in its body. */
interface HttpRefusal {
  status: string;
  code: WireCode;
  message: string;
  /** What the log says besides. */
  reason?: string;
  retryAfterMs?: number;
}

export class Upgrade {
  #rules: () => UpgradeRules;
  #registry: ConnectionRegistry;
  #limiter: FailureLimiter;
  #origins: ClientAddresses;
  #refusals: RefusalLog;
  #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // Answers to pings pile up for a peer that does not read; the connection gives them itself.
    autoPong: false,
    perMessageDeflate: false,
    maxPayload: WIRE_LIMITS.maxPayloadBytes,
  });

  constructor(
    rules: () => UpgradeRules,
    registry: ConnectionRegistry,
    limiter: FailureLimiter,
    origins: ClientAddresses,
    refusals: RefusalLog,
  ) {
    this.#rules = rules;
    this.#registry = registry;
    this.#limiter = limiter;
    this.#origins = origins;
    this.#refusals = refusals;
  }

  /** Handles the `upgrade` event of an HTTP server. `opened` is called when the socket is one of the registry's. */
  handle(request: IncomingMessage, socket: Duplex, head: Buffer, opened: () => void = () => {}): void {
    const { trustedProxies, tailscale, canvas } = this.#rules();
    const peer = request.socket.remoteAddress;
    const origin = this.#origins.of(request, trustedProxies);
    if (pathOf(request) === CANVAS_SOCKET && canvas !== undefined && this.#isCanvas(request)) {
      this.#sockets.handleUpgrade(request, socket, head, (ws) => canvas.receive(ws));
      return;
    }
    const refusal = this.#pageRefusal(request);
    if (refusal !== undefined) {
      this.#refuse(socket, origin, refusal);
      return;
    }
    const admit = (verdict: TailscaleVerdict | undefined) => {
      const identified = this.#identified(origin, verdict);
      if (socket.destroyed) return;
      const rate = this.#rateRefusal(identified);
      if (rate !== undefined) this.#refuse(socket, identified, rate);
      else {
        this.#sockets.handleUpgrade(request, socket, head, (ws) => {
          opened();
          this.#registry.receive(ws, identified, arrivalOf(request, trustedProxies));
        });
      }
    };
    const verdict = tailscale?.judge(peer, request.headers);
    if (verdict instanceof Promise) void whileHeld(socket, verdict).then(admit);
    else admit(verdict);
  }

  #identified(origin: ClientAddress, verdict: TailscaleVerdict | undefined): ClientAddress {
    if (verdict?.ok === false && verdict.reason !== "tailscale_user_missing") {
      const { reason } = verdict;
      this.#refusals.note("a Tailscale identity was not accepted", {
        source: accountableFor(origin).key,
        reason,
      });
    }
    return withTailscale(origin, verdict);
  }

  /** Programs of this machine, and people behind one address, share a count, so the handshake tells the guesser from the others. */
  #rateRefusal(origin: ClientAddress): HttpRefusal | undefined {
    const { ms, isHard } = this.#limiter.block(accountableFor(origin));
    if (ms <= 0 || !isHard) return undefined;
    const message = `unauthorized: too many failed attempts, try again in ${Math.ceil(ms / 1_000)} s`;
    return { status: "429 Too Many Requests", code: "AUTH_RATE_LIMITED", message, retryAfterMs: ms };
  }

  /** A page of the canvas is nobody's, and its browser says so. */
  #isCanvas({ headers: { origin, host } }: IncomingMessage): boolean {
    return origin === "null" || isOriginAllowed(origin, host, this.#rules().allowedOrigins);
  }

  /** The refusal by path and page; undefined for a welcome socket. */
  #pageRefusal(request: IncomingMessage): HttpRefusal | undefined {
    if (pathOf(request) === CANVAS_SOCKET)
      return { status: "404 Not Found", code: "NOT_FOUND", message: "the canvas does not load anew" };
    const { headers } = request;
    const { origin = "", host } = headers;
    const isLong = origin.length > MAX_ORIGIN_CHARS;
    if (!isLong && isOriginAllowed(headers.origin, host, this.#rules().allowedOrigins)) return undefined;
    const remedy = "add it to gateway.controlUi.allowedOrigins if the page is yours";
    const message = `browser origin refused; ${remedy}`;
    return { status: "403 Forbidden", code: "CONTROL_UI_ORIGIN_NOT_ALLOWED", message, reason: origin };
  }

  #refuse(socket: Duplex, origin: ClientAddress, refusal: HttpRefusal): void {
    const { status, code, message, reason = status, retryAfterMs } = refusal;
    this.#refusals.note(message, { source: accountableFor(origin).key, reason });
    const body = `${JSON.stringify({ error: wireError(code, message, { retryAfterMs }) })}\n`;
    const lines = [
      `HTTP/1.1 ${status}`,
      ...(retryAfterMs === undefined ? [] : [`Retry-After: ${Math.ceil(retryAfterMs / 1_000)}`]),
      "Connection: close",
      "Content-Type: application/json; charset=utf-8",
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    socket.on("error", () => socket.destroy());
    // Nobody watches an upgraded socket: one whose peer stays would be held for ever.
    socket.once("finish", () => socket.destroy());
    socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
  }
}

function pathOf({ url }: IncomingMessage): string | undefined {
  return url?.split("?")[0];
}

function arrivalOf({ headers, socket }: IncomingMessage, trustedProxies: readonly string[]): Arrival {
  const proxied = isForwarded(headers) || isTrusted(normalizeIp(socket.remoteAddress ?? ""), trustedProxies);
  const host = headers.host && cutText(headers.host, MAX_ORIGIN_CHARS);
  const door = {
    host,
    port: socket.localPort,
    isSecure: headers["x-forwarded-proto"] === "https",
  };
  return headers.origin === undefined
    ? { proxied, door }
    : { proxied, door, page: { origin: headers.origin, host } };
}

/** Nobody else listens to the socket while something is asked, and an error that nobody hears ends the process. */
async function whileHeld<T>(socket: Duplex, question: Promise<T>): Promise<T> {
  const onError = () => socket.destroy();
  socket.on("error", onError);
  const answer = await question;
  socket.removeListener("error", onError);
  return answer;
}
