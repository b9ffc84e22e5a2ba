/** Device identity: an Ed25519 key whose SHA-256 is the device's id, proven by a signature over the connect request. */
import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import type { WireCode } from "../../../shared/errors.ts";
import { signaturePayload } from "../../../shared/protocol/device-signature.ts";
import { WIRE_LIMITS } from "../../../shared/protocol/frame.ts";
import type { ConnectParams } from "../../../shared/protocol/handshake.ts";

type Device = NonNullable<ConnectParams["device"]>;

/** What the signature was made over, besides what `connect` itself carries. */
export interface SignatureContext {
  role: string;
  /** Nonce of this connection's challenge. */
  challenge: string;
  /** Whether the client is on this machine; others must sign the challenge. */
  local: boolean;
  nowMs: number;
}

/** A verified key, unpadded base64url of its 32 raw bytes, or the protocol's text of what is wrong, with its code. */
export type DeviceVerdict = { ok: true; publicKey: string } | { ok: false; code: WireCode; reason: string };

/** The DER header of an Ed25519 SubjectPublicKeyInfo (RFC 8410, section 4); the raw key follows. */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/** Checks in the order and with the texts of the protocol: id, age, nonce, signature. */
export function verifyDevice(
  connect: ConnectParams,
  device: Device,
  context: SignatureContext,
): DeviceVerdict {
  const raw = rawPublicKey(device.publicKey);
  if (raw === undefined || createHash("sha256").update(raw).digest("hex") !== device.id) {
    return wrong("DEVICE_AUTH_DEVICE_ID_MISMATCH", "device identity mismatch");
  }
  if (Math.abs(context.nowMs - device.signedAt) > WIRE_LIMITS.signatureSkewMs) {
    return wrong("DEVICE_AUTH_SIGNATURE_EXPIRED", "device signature expired");
  }
  const nonce = device.nonce?.trim() || undefined;
  if (nonce === undefined && !context.local)
    return wrong("DEVICE_AUTH_NONCE_REQUIRED", "device nonce required");
  if (nonce !== undefined && nonce !== context.challenge)
    return wrong("DEVICE_AUTH_NONCE_MISMATCH", "device nonce mismatch");
  const payload = signaturePayload({
    deviceId: device.id,
    clientId: connect.client.id,
    clientMode: connect.client.mode,
    role: context.role,
    scopes: connect.scopes ?? [],
    signedAtMs: device.signedAt,
    token: connect.auth?.token ?? "",
    nonce,
  });
  const key = publicKeyObject(raw);
  if (key === undefined) return wrong("DEVICE_AUTH_PUBLIC_KEY_INVALID", "device public key invalid");
  const signature = Buffer.from(device.signature, "base64url");
  if (!verify(null, Buffer.from(payload, "utf8"), key, signature)) {
    return wrong("DEVICE_AUTH_SIGNATURE_INVALID", "device signature invalid");
  }
  return { ok: true, publicKey: raw.toString("base64url") };
}

function wrong(code: WireCode, reason: string): DeviceVerdict {
  return { ok: false, code, reason };
}

function rawPublicKey(text: string): Buffer | undefined {
  if (text.includes("BEGIN")) {
    try {
      const der = createPublicKey(text).export({ type: "spki", format: "der" });
      return der.subarray(0, SPKI_PREFIX.length).equals(SPKI_PREFIX)
        ? der.subarray(SPKI_PREFIX.length)
        : undefined;
    } catch {
      return undefined; // Not a key at all; the caller answers with the protocol's text.
    }
  }
  const raw = Buffer.from(text, "base64url");
  return raw.length === 32 ? raw : undefined;
}

function publicKeyObject(raw: Buffer): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: "der", type: "spki" });
  } catch {
    return undefined; // 32 bytes that are no point on the curve.
  }
}
