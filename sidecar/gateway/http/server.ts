/** One port: HTTP routes by path, WebSocket by upgrade, on every address that is bound. */

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { hostPort } from "../../../shared/address.ts";
import { errorText, plainText, SetupError, systemCode } from "../../../shared/errors.ts";
import { INSTANCE_HEADER, instanceProof } from "../../../shared/node/gateway/healthz.ts";
import { createServer } from "../../../shared/node/node-http.ts";
import { advice } from "../../../shared/remedy.ts";
import type { Logger } from "../../base/log/logger.ts";
import { secretsEqual } from "../../base/secrets-equal.ts";
import type { ClientAddresses } from "../auth/client-addresses.ts";
import { sourceOf } from "../auth/source.ts";
import type { Upgrade } from "../connection/upgrade.ts";
import { WaitingRoom } from "../connection/waiting-room.ts";
import type { ApiDoor } from "./api/door.ts";
import type { AvatarRoute } from "./avatar-route.ts";
import type { CanvasRoute } from "./canvas/canvas-route.ts";
import { answerHealthz, answerReadyz, type Vitals } from "./health-routes.ts";
import type { HookDoor } from "./hooks/door.ts";
import type { MediaRoute } from "./media-route.ts";
import type { MetricsRoute } from "./metrics-route.ts";
import { sendText } from "./responses.ts";
import type { UiRoute } from "./ui-route.ts";

/** Time limits in ms for clients that speak slowly. */
const HTTP_LIMITS = { headersMs: 10_000, requestMs: 60_000, checkMs: 2_000 } as const;
/** The same failure of a listener is reported once in this time. */
const REPORT_EVERY_MS = 60_000;
/** TCP connections that are no gateway sockets yet, and may never be. */
const MAX_PLAIN = { perSource: 64, strangers: 1_024, thisMachine: 1_024 } as const;
/** How long open HTTP exchanges may finish when the server stops. */
const DRAIN_MS = 500;

/** What programs ask; `/health` is what many of them expect. */
const PROBED: readonly string[] = ["/healthz", "/health", "/readyz", "/metrics"];

/** One bound address. */
export interface Address {
  host: string;
  port: number;
}

/** What a request may be answered with. */
export interface Routes {
  ui: UiRoute | undefined;
  avatars?: AvatarRoute | undefined;
  canvas?: CanvasRoute | undefined;
  vitals: () => Vitals;
  metrics: MetricsRoute;
  api: Pick<ApiDoor, "routeOf" | "answer">;
  media: Pick<MediaRoute, "idIn" | "answer">;
  hooks?: Pick<HookDoor, "takes" | "answer"> | undefined;
  trustedProxies: readonly string[];
}

export class HttpServer {
  /** Asked at every request: a reload changes them. */
  #routes: () => Routes;
  #upgrade: Upgrade;
  #origins: ClientAddresses;
  #log: Logger;
  #servers = new Map<string, Server>();
  /** By code. */
  #reportedAtMs = new Map<string, number>();
  #plain = new WaitingRoom<Socket>(MAX_PLAIN, (socket) => socket.destroy());

  constructor(routes: () => Routes, upgrade: Upgrade, origins: ClientAddresses, log: Logger) {
    this.#routes = routes;
    this.#upgrade = upgrade;
    this.#origins = origins;
    this.#log = log;
  }

  /** Binds one address exclusively; port 0 takes a free one. Returns what was bound. Fails with `EADDRINUSE` and the like. */
  async listen(host: string, port: number): Promise<Address> {
    const server = createServer(
      {
        headersTimeout: HTTP_LIMITS.headersMs,
        requestTimeout: HTTP_LIMITS.requestMs,
        connectionsCheckingInterval: HTTP_LIMITS.checkMs,
      },
      (request, response) => this.#answer(request, response),
    );
    server.on("connection", (socket: Socket) => this.#enter(socket));
    server.on("upgrade", (request, socket, head) =>
      this.#upgrade.handle(request, socket, head, () => this.#plain.leave(request.socket)),
    );
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port, exclusive: true, ipv6Only: host.includes(":") }, () => {
        server.removeListener("error", reject);
        resolve();
      });
    });
    server.on("error", (error) => this.#reportFailure(error));
    const bound = { host, port: portOf(server, port) };
    this.#servers.set(addressKey(bound), server);
    return bound;
  }

  /** Stops listening on one address at once. Connections that came through it stay. */
  unlisten(address: Address): void {
    const server = this.#servers.get(addressKey(address));
    this.#servers.delete(addressKey(address));
    if (server === undefined) return;
    // `close` calls back only when the last connection is gone; the port is free as soon as it returns.
    server.close();
    server.closeIdleConnections();
  }

  /** Stops accepting at once, lets exchanges finish for a moment, then ends them. */
  async stop(): Promise<void> {
    const servers = [...this.#servers.values()];
    this.#servers.clear();
    const closing = servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          const drain = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
          server.close(() => {
            clearTimeout(drain);
            resolve();
          });
          server.closeIdleConnections();
        }),
    );
    await Promise.all(closing);
  }

  #enter(socket: Socket): void {
    socket.once("close", () => this.#plain.leave(socket));
    this.#plain.enter(socket, sourceOf(socket.remoteAddress ?? ""));
  }

  /** Without a file to spare every connection that comes fails alike: that is said once, and again when it is still so later. */
  #reportFailure(error: Error): void {
    const code = systemCode(error) ?? error.name;
    const now = performance.now();
    if (now - (this.#reportedAtMs.get(code) ?? Number.NEGATIVE_INFINITY) < REPORT_EVERY_MS) return;
    this.#reportedAtMs.set(code, now);
    this.#log.error({ err: error }, "http server error");
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.#route(request, response).catch((error: unknown) => {
      this.#log.error({ path: plainText(request.url ?? "", 200), err: error }, "http request failed");
      if (response.headersSent) response.destroy();
      else sendText(response, 500, "Internal Server Error");
    });
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { vitals, metrics, api, media, hooks, ui, avatars, canvas, trustedProxies } = this.#routes();
    const url = URL.parse(request.url ?? "/", "http://localhost");
    if (url === null) return sendText(response, 400, "Bad Request");
    if (PROBED.includes(url.pathname)) {
      if (request.method !== "GET" && request.method !== "HEAD") {
        return sendText(response, 405, "Method Not Allowed", { Allow: "GET, HEAD" });
      }
      const origin = this.#origins.of(request, trustedProxies);
      if (url.pathname === "/metrics") return metrics.answer(request, response, origin);
      const answer = url.pathname === "/readyz" ? answerReadyz : answerHealthz;
      const facts = vitals();
      return answer(response, facts, origin.localDirect || knowsInstance(request, facts));
    }
    const route = api.routeOf(url.pathname);
    if (route !== undefined) {
      const origin = this.#origins.of(request, trustedProxies);
      const proven = () => this.#plain.leave(request.socket);
      return await api.answer(route, { request, response, origin, proven });
    }
    if (hooks?.takes(url.pathname)) {
      const origin = this.#origins.of(request, trustedProxies);
      const proven = () => this.#plain.leave(request.socket);
      return await hooks.answer({ request, response, url, origin, proven });
    }
    if (canvas?.takes(url.pathname)) return await canvas.answer(request, response, url);
    if (avatars?.takes(url.pathname)) return await avatars.answer(request, response, url);
    const mediaId = media.idIn(url.pathname);
    if (mediaId !== undefined) {
      const origin = this.#origins.of(request, trustedProxies);
      const proven = () => this.#plain.leave(request.socket);
      return await media.answer(mediaId, { request, response, origin, proven });
    }
    if (ui === undefined) return sendText(response, 404, "Not Found");
    await ui.answer(request, response, url);
  }
}

/** Whether the caller can read what only this gateway's user can, and so is that user's program. */
function knowsInstance({ headers }: IncomingMessage, { instanceId }: Vitals): boolean {
  const proof = headers[INSTANCE_HEADER];
  return typeof proof === "string" && secretsEqual(proof, instanceProof(instanceId));
}

/** What the system gave for port 0. */
function portOf(server: Server, wanted: number): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : wanted;
}

function addressKey({ host, port }: Address): string {
  return `${host} ${port}`;
}

/** The error for an address that cannot be bound, by the system's reason. */
export function bindError(
  host: string,
  port: number,
  error: unknown,
  platform: NodeJS.Platform = process.platform,
): SetupError {
  const address = hostPort(host, port);
  switch (systemCode(error)) {
    case "EADDRINUSE":
      return new SetupError(
        "PORT_IN_USE",
        advice`listen EADDRINUSE: address already in use ${host}:${port}`,
        {
          cause: error,
          details: { host, port },
        },
      );
    case "EACCES":
      return new SetupError(
        "ADDRESS_UNAVAILABLE",
        advice`Cannot bind gateway to ${address}: permission denied.`,
        {
          cause: error,
          fix: permissionRemedy(port, platform),
        },
      );
    case "EADDRNOTAVAIL":
      return new SetupError(
        "ADDRESS_UNAVAILABLE",
        advice`Cannot bind gateway to ${host}: address not available on this machine.`,
        { cause: error },
      );
    default:
      return new SetupError(
        "ADDRESS_UNAVAILABLE",
        advice`Cannot bind gateway to ${address}: ${errorText(error)}.`,
        {
          cause: error,
        },
      );
  }
}

/** Windows reserves ranges of ports, for Hyper-V among others, and refuses them like this. */
function permissionRemedy(port: number, platform: NodeJS.Platform): string {
  if (platform === "win32") {
    return "use another port; netsh int ipv4 show excludedportrange tcp lists those that Windows reserves";
  }
  return port < 1024 ? "use a port above 1023" : "use another port";
}
