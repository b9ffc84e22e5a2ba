/** The first message of a connection: rows 1 to 5 of the protocol's handshake table, then admission. */
import { CLOSE, CLOSE_REASON } from "../../../shared/protocol/close-codes.ts";
import type { WireError, WireErrorCode } from "../../../shared/protocol/frame.ts";
import { ConnectParams } from "../../../shared/protocol/handshake.ts";
import { PROTOCOL_VERSION } from "../../../shared/version.ts";
import type { Admission, ClientIdentity } from "../auth/authenticate.ts";
import { readRequestFrame } from "../rpc/request-frame.ts";
import { wireValidationText } from "../rpc/wire-validation.ts";

/** What to do with a connection after its first message. `answer` is absent where the protocol sends none. */
export type HandshakeOutcome =
  | { kind: "welcome"; requestId: string; connect: ConnectParams; identity: ClientIdentity }
  | {
      kind: "refuse";
      answer?: { id: unknown; error: WireError };
      code: number;
      reason: string;
      guess: boolean;
    };

/** Judges the first message. `admit` decides about well-formed requests. */
export function judgeFirstMessage(
  text: string,
  admit: (connect: ConnectParams) => Admission,
): HandshakeOutcome {
  const verdict = readRequestFrame(text);
  if (verdict.kind === "not-json") return { kind: "refuse", code: CLOSE.normal, reason: "", guess: false };
  if (verdict.kind === "invalid") {
    return { kind: "refuse", code: CLOSE.policy, reason: CLOSE_REASON.invalidFrame, guess: false };
  }
  const { id, method, params } = verdict.frame;
  if (method !== "connect") return refuse(id, "invalid handshake: first request must be connect");
  const parsed = ConnectParams.safeParse(params, { reportInput: true });
  if (!parsed.success)
    return refuse(id, `invalid connect params: ${wireValidationText(parsed.error, ConnectParams)}`);
  const connect = parsed.data;
  if (connect.minProtocol > PROTOCOL_VERSION || connect.maxProtocol < PROTOCOL_VERSION) {
    const details = { expectedProtocol: PROTOCOL_VERSION };
    return refuse(id, "protocol mismatch", { code: CLOSE.protocolMismatch, details });
  }
  const admission = admit(connect);
  if (admission.ok) return { kind: "welcome", requestId: id, connect, identity: admission.identity };
  const { message, details, reason, guess, code: wireCode, closeCode: code } = admission.refusal;
  return refuse(id, message, { wireCode, details, reason, guess, code });
}

interface RefusalExtra {
  code?: number | undefined;
  wireCode?: WireErrorCode;
  details?: Record<string, unknown> | undefined;
  reason?: string | undefined;
  guess?: boolean;
}

function refuse(id: string, message: string, extra: RefusalExtra = {}): HandshakeOutcome {
  const {
    code = CLOSE.policy,
    wireCode = "INVALID_REQUEST",
    details,
    reason = message,
    guess = false,
  } = extra;
  const error = { code: wireCode, message, ...(details === undefined ? {} : { details }) };
  return { kind: "refuse", answer: { id, error }, code, reason, guess };
}
