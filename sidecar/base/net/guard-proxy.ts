/**
 * A proxy on this machine for a program that goes wherever pages send it: it connects to the public internet and to nothing else, by the
 * address that it looked at itself. What the program resolves, remembers or is redirected to makes no difference.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, request as requestHttp, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { pinned, type ResolveName, reachableAddresses } from "./reachable.ts";
import { hostOf, WebRefused, type WebTarget, webTarget } from "./web-target.ts";

export interface GuardProxy {
  /** Where it listens, as an address of a proxy. */
  url: string;
  /** Why nothing was asked of the host at the port of the address, if that was refused. */
  refusalOf(url: URL): string | undefined;
  close(): Promise<void>;
}

/** What it goes by. */
export interface GuardRules {
  /** Hosts, with a port or for any, that may be asked wherever they are. */
  allowHosts: () => readonly string[];
  resolve?: ResolveName;
}

const MOST_REFUSALS = 200;
const CONNECT_MS = 30_000;
/** Between the program and the proxy alone, see RFC 9110, 7.6.1. */
const HOP_BY_HOP = /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i;

export async function startGuardProxy({ allowHosts, resolve }: GuardRules): Promise<GuardProxy> {
  const refusals = new Map<string, string>();
  const sockets = new Set<Socket>();
  const reach = async (text: string): Promise<[WebTarget, ReturnType<typeof pinned>]> => {
    try {
      const target = webTarget(text, allowHosts());
      return [target, pinned(await reachableAddresses(target, resolve))];
    } catch (error) {
      const url = URL.parse(text);
      if (error instanceof WebRefused && url !== null && refusals.size < MOST_REFUSALS)
        refusals.set(placeOf(url), error.message);
      throw error;
    }
  };
  const server = createServer((request, response) => {
    forward(request, response, reach).catch((error: unknown) => refuse(response, error));
  });
  server.on("connect", (request, socket: Socket, head) => {
    tunnel(request, socket, { head, reach }).catch((error: unknown) => {
      socket.end(`HTTP/1.1 ${error instanceof WebRefused ? "403 Forbidden" : "502 Bad Gateway"}\r\n\r\n`);
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  // Whoever waits for a page that never comes is the program.
  server.requestTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refusalOf: (url) => refusals.get(placeOf(url)),
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function placeOf(url: URL): string {
  return `${hostOf(url)}:${url.port || (url.protocol === "https:" ? "443" : "80")}`;
}

type Reach = (text: string) => Promise<[WebTarget, ReturnType<typeof pinned>]>;

async function forward(request: IncomingMessage, response: ServerResponse, reach: Reach): Promise<void> {
  const [{ url }, lookup] = await reach(request.url ?? "");
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => !HOP_BY_HOP.test(name)),
  );
  const onward = requestHttp(
    url,
    { method: request.method ?? "GET", headers, agent: false, lookup, timeout: 0 },
    (answer) => {
      const kept = Object.entries(answer.headers).filter(([name]) => !HOP_BY_HOP.test(name));
      response.writeHead(answer.statusCode ?? 502, Object.fromEntries(kept));
      answer.pipe(response);
      answer.on("error", () => response.destroy());
    },
  );
  onward.on("error", (error) => refuse(response, error));
  response.on("close", () => onward.destroy());
  request.pipe(onward);
}

async function tunnel(
  request: IncomingMessage,
  socket: Socket,
  { head, reach }: { head: Buffer; reach: Reach },
): Promise<void> {
  // A program that goes away in the middle is nobody's failure.
  socket.on("error", () => socket.destroy());
  const [{ url }, lookup] = await reach(`https://${request.url ?? ""}`);
  const onward = connect({ host: hostOf(url), port: Number(url.port || 443), lookup });
  onward.setTimeout(CONNECT_MS, () => onward.destroy(new Error("no connection in time")));
  onward.once("error", () => socket.destroy());
  socket.once("close", () => onward.destroy());
  await once(onward, "connect");
  onward.setTimeout(0);
  socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
  if (head.length > 0) onward.write(head);
  onward.pipe(socket);
  socket.pipe(onward);
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const isRefused = error instanceof WebRefused;
  response.writeHead(isRefused ? 403 : 502, { "content-type": "text/plain", connection: "close" });
  response.end(isRefused ? error.message : "The page cannot be reached.");
}
