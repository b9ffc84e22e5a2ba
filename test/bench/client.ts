/** A raw connection for measuring: the handshake where there is one, afterwards only frames, so that both servers meet the same client. */
import { once } from "node:events";
import { WebSocket } from "ws";
import { connectGateway } from "../../shared/client/gateway-connection.ts";
import type { Program } from "./server.ts";

/** An open connection. Messages reach `onMessage` as raw bytes. */
export interface Peer {
  socket: WebSocket;
  send: (text: string) => void;
  onMessage: (listener: (data: Buffer) => void) => void;
  close: () => Promise<void>;
}

export async function openPeer(program: Program, port: number): Promise<Peer> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
  if (program.token === undefined) await once(socket, "open");
  else {
    await connectGateway({
      open: () => socket,
      client: { id: "cli", mode: "cli", version: "bench", platform: process.platform },
      scopes: ["operator.admin"],
      auth: { token: program.token },
      timeoutMs: 30_000,
    });
  }
  socket.removeAllListeners("message");
  return {
    socket,
    send: (text) => socket.send(text),
    onMessage: (listener) => {
      socket.removeAllListeners("message");
      socket.on("message", (data: Buffer) => listener(data));
    },
    close: async () => {
      if (socket.readyState === socket.CLOSED) return;
      const closed = once(socket, "close");
      socket.close();
      await closed;
    },
  };
}

/** The text of a request; the bare server sends it back as it is. */
export function requestText(id: number, method: string, params: object = {}): string {
  return JSON.stringify({ type: "req", id: String(id), method, params });
}

/** Whether a message answers a request; events begin otherwise. */
export function isAnswer(data: Buffer): boolean {
  return data.toString("latin1", 0, 13) !== '{"type":"even';
}
