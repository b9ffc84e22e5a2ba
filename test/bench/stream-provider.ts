/** A provider of models on the loopback interface that streams as many pieces as it is told, at the pace that it is told. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface Stream {
  pieces: number;
  /** Between two of them; 0 for as fast as they go. */
  everyMs: number;
}

export class StreamProvider {
  /** When each piece of the last stream was written, on the clock of `performance`. */
  readonly writtenAt: number[] = [];
  stream: Stream = { pieces: 1, everyMs: 0 };
  #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<StreamProvider> {
    const server = createServer();
    const provider = new StreamProvider(server);
    server.on("request", async (request, response) => {
      request.resume();
      await once(request, "end");
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
      const { pieces, everyMs } = provider.stream;
      provider.writtenAt.length = 0;
      for (let index = 0; index < pieces; index += 1) {
        if (everyMs > 0) await sleep(everyMs);
        provider.writtenAt.push(performance.now());
        const goesOn = response.write(chunk({ content: `w${index} ` }));
        if (!goesOn) await once(response, "drain");
      }
      response.write(chunk({}, "stop"));
      response.end("data: [DONE]\n\n");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return provider;
  }

  /** Up to and with the API's version. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

function chunk(delta: object, finish: string | null = null): string {
  const choices = [{ index: 0, delta: { role: "assistant", ...delta }, finish_reason: finish }];
  return `data: ${JSON.stringify({ id: "1", object: "chat.completion.chunk", created: 1, model: "m", choices })}\n\n`;
}
