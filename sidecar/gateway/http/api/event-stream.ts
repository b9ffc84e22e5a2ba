/** An answer that is sent as server-sent events (HTML Living Standard, 9.2), with a sign of life while nothing happens. */
import type { ServerResponse } from "node:http";
import type { Clock } from "../../../../shared/clock.ts";
import type { Disposable } from "../../../../shared/lifecycle.ts";

/** Proxies end what is silent for a minute, in ms. */
const SIGN_OF_LIFE_MS = 15_000;

export class EventStream {
  #response: ServerResponse;
  #signs: Disposable;

  /** Sends the headers. */
  constructor(response: ServerResponse, clock: Clock) {
    this.#response = response;
    response.writeHead(200, {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-cache",
      "X-Content-Type-Options": "nosniff",
      "X-Accel-Buffering": "no",
    });
    response.flushHeaders();
    this.#signs = clock.every(SIGN_OF_LIFE_MS, () => response.write(": waiting\n\n"));
  }

  /** One event; without a name it is a plain one. */
  send(data: object, name?: string): void {
    const event = name === undefined ? "" : `event: ${name}\n`;
    this.#response.write(`${event}data: ${JSON.stringify(data)}\n\n`);
  }

  /** Says that this was all. */
  end(): void {
    this.#signs.dispose();
    this.#response.end("data: [DONE]\n\n");
  }

  /** Of a stream that nobody reads any more. */
  dispose(): void {
    this.#signs.dispose();
    this.#response.end();
  }
}
