/** Tells the log what happens on the wire, in the style of `--ws-log`. Never a payload: those may hold secrets. */
import { plainText } from "../../../shared/errors.ts";
import type { RequestFrame, ResponseFrame } from "../../../shared/protocol/frame.ts";
import type { WsLogStyle } from "../../base/config/settings.ts";
import type { Logger } from "../../base/log/logger.ts";

/** `auto` reports failures and answers slower than this. */
const SLOW_MS = 250;
/** What a client made up is cut to this many characters, and so is what is said about it. */
const MAX_TEXT_CHARS = 80;
const MAX_ERROR_CHARS = 200;

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

  /** One line per request: with `full` its frames by name, with `compact` the pair, with `auto` only what stands out. */
  answered(connId: string, request: RequestFrame, response: ResponseFrame, ms: number): void {
    if (response.ok && this.#style === "auto" && ms < SLOW_MS) return;
    const took = { method: plainText(request.method, MAX_TEXT_CHARS), ms: Math.round(ms) };
    const facts = { connId, ...took, id: plainText(request.id, MAX_TEXT_CHARS), ok: response.ok };
    if (!response.ok) {
      const { message = "", details } = response.error ?? {};
      const error = plainText(message, MAX_ERROR_CHARS);
      this.#log.debug({ ...facts, code: details?.code, error }, "ws ⇄ res ✗");
    } else if (this.#style === "full") this.#log.debug(facts, "ws ⇄ res ✓");
    else if (this.#style === "compact") this.#log.debug(took, "ws ⇄");
    else this.#log.debug(facts, "ws ⇄ slow");
  }

  closed(connId: string, code: number): void {
    if (this.#style !== "compact") this.#log.debug({ connId, code }, "ws close");
  }
}
