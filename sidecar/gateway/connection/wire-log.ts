/** Tells the log what happens on the wire, in the style of `--ws-log`. Never a payload: those may hold secrets. */
import type { RequestFrame, ResponseFrame } from "../../../shared/protocol/frame.ts";
import type { WsLogStyle } from "../../base/config/settings.ts";
import type { Logger } from "../../base/log/logger.ts";

/** `auto` reports failures and answers slower than this. */
const SLOW_MS = 250;

export class WireLog {
  #log: Logger;
  #style: WsLogStyle;

  constructor(log: Logger, style: WsLogStyle) {
    this.#log = log;
    this.#style = style;
  }

  opened(connId: string, ip: string): void {
    if (this.#style === "full") this.#log.debug({ connId, ip }, "ws open");
  }

  welcomed(connId: string, client: string): void {
    this.#log.debug({ connId, client }, "ws connected");
  }

  refused(connId: string, reason: string): void {
    this.#log.warn({ connId, reason }, "ws refused");
  }

  /** One line per request: with `full` its frames by name, with `compact` the pair, with `auto` only what stands out. */
  answered(connId: string, request: RequestFrame, response: ResponseFrame, ms: number): void {
    const facts = { connId, method: request.method, id: request.id, ok: response.ok, ms: Math.round(ms) };
    if (!response.ok) this.#log.debug({ ...facts, error: response.error?.message }, "ws ⇄ res ✗");
    else if (this.#style === "full") this.#log.debug(facts, "ws ⇄ res ✓");
    else if (this.#style === "compact")
      this.#log.debug({ method: request.method, ms: Math.round(ms) }, "ws ⇄");
    else if (ms >= SLOW_MS) this.#log.debug(facts, "ws ⇄ slow");
  }

  closed(connId: string, code: number): void {
    if (this.#style !== "compact") this.#log.debug({ connId, code }, "ws close");
  }
}
