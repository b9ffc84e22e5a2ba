/** A server that keeps every connection open: it never answers a close frame and never ends a socket. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { test as base, expect } from "@playwright/test";
import { WebSocket } from "ws";
import { connectGateway } from "../../../../shared/client/gateway-connection.ts";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** Far less than the half minute that a polite end may take, far more than an idle moment. */
const PATIENCE_MS = 10_000;

const test = base.extend<{ clingy: { server: Server; port: number } }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner wants the names of fixtures here.
  clingy: async ({}, use) => {
    const server = createServer();
    const sockets = new Set<Socket>();
    server.on("upgrade", (request: IncomingMessage, socket: Socket) => {
      sockets.add(socket.on("error", () => {}));
      socket.resume();
      const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}${GUID}`);
      const head = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
      socket.write(`${[...head, `Sec-WebSocket-Accept: ${accept.digest("base64")}`].join("\r\n")}\r\n\r\n`);
      server.emit("socket", socket);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    await use({ server, port: (server.address() as AddressInfo).port });
    for (const socket of sockets) socket.destroy();
    server.close();
  },
});

test("S9: a connection that failed ends at once, whatever the other side does", async ({ clingy }) => {
  const gone = once(clingy.server, "socket").then(([socket]: Socket[]) => once(socket as Socket, "end"));

  const attempt = connectGateway({
    open: () => new WebSocket(`ws://127.0.0.1:${clingy.port}`),
    client: { id: "clawdbot-probe", version: "1", platform: "test", mode: "probe" },
    timeoutMs: 200,
  });

  await expect(attempt).rejects.toMatchObject({ code: "TIMEOUT" });
  expect(await Promise.race([gone.then(() => "gone"), delay(PATIENCE_MS, "late")])).toBe("gone");
});
