/** The first message of a connection: rows 1 to 5 of the protocol's handshake table. What follows is admission. */
import { CLOSE, CLOSE_REASON } from "../../../shared/protocol/close-codes.ts";
import { ConnectParams } from "../../../shared/protocol/handshake.ts";
import { PROTOCOL_VERSION } from "../../../shared/version.ts";
import { type Refusal, refusal } from "../auth/refusal.ts";
import { readRequestFrame } from "../rpc/request-frame.ts";
import { checkWire } from "../rpc/wire-validation.ts";

/** A request to connect that is one, or why the message is none. `id` is that of the request, where there is one to answer. */
export type FirstMessage =
  | { ok: true; id: string; connect: ConnectParams }
  | { ok: false; id?: string; refusal: Refusal };

/** Judges the message by itself, whoever sent it. */
export function judge(text: string): FirstMessage {
  const verdict = readRequestFrame(text);
  if (verdict.kind === "not-json") return unanswered(CLOSE.normal, "");
  if (verdict.kind === "invalid") {
    if (verdict.method !== "connect") return unanswered(CLOSE.policy, CLOSE_REASON.invalidFrame);
    return invalidParams(String(verdict.id), verdict.detail);
  }
  const { id, method, params } = verdict.frame;
  if (method !== "connect") {
    const message = "invalid handshake: first request must be connect";
    return { ok: false, id, refusal: refusal("CONNECT_REQUIRED", message) };
  }
  const checked = checkWire(ConnectParams, params);
  if (!checked.ok) return invalidParams(id, checked.text);
  const connect = checked.value;
  if (connect.minProtocol <= PROTOCOL_VERSION && connect.maxProtocol >= PROTOCOL_VERSION) {
    return { ok: true, id, connect };
  }
  const facts = {
    details: { expectedProtocol: PROTOCOL_VERSION },
    close: { code: CLOSE.protocolMismatch },
  };
  return { ok: false, id, refusal: refusal("PROTOCOL_MISMATCH", "protocol mismatch", facts) };
}

function invalidParams(id: string, detail: string): FirstMessage {
  return { ok: false, id, refusal: refusal("PARAMS_INVALID", `invalid connect params: ${detail}`) };
}

function unanswered(code: number, reason: string): FirstMessage {
  return { ok: false, refusal: { close: { code, reason }, guess: false } };
}
