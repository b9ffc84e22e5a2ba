/** Device identities for tests: real Ed25519 keys and real signatures. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from "node:crypto";
import { signaturePayload } from "../../../shared/protocol/device-signature.ts";
import type { ConnectParams } from "../../../shared/protocol/handshake.ts";

export interface TestDevice {
  id: string;
  /** Unpadded base64url of the 32 raw bytes. */
  publicKey: string;
  pem: string;
  privateKey: KeyObject;
}

/** A new device, or the one whose private key is given (PEM, PKCS #8). */
export function createDevice(pem?: string): TestDevice {
  const privateKey = pem === undefined ? generateKeyPairSync("ed25519").privateKey : createPrivateKey(pem);
  const publicKey = createPublicKey(privateKey);
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  return {
    id: createHash("sha256").update(raw).digest("hex"),
    publicKey: raw.toString("base64url"),
    pem: publicKey.export({ format: "pem", type: "spki" }).toString(),
    privateKey,
  };
}

/** The connect request signed by the device; without a nonce the older text is signed. */
export function signedBy(
  device: TestDevice,
  connect: ConnectParams,
  { signedAtMs, nonce }: { signedAtMs: number; nonce?: string },
): ConnectParams {
  const payload = signaturePayload({
    deviceId: device.id,
    clientId: connect.client.id,
    clientMode: connect.client.mode,
    role: connect.role ?? "operator",
    scopes: connect.scopes ?? [],
    signedAtMs,
    token: connect.auth?.token ?? "",
    nonce,
  });
  const signature = sign(null, Buffer.from(payload), device.privateKey).toString("base64url");
  const { id, publicKey } = device;
  return {
    ...connect,
    device: { id, publicKey, signature, signedAt: signedAtMs, ...(nonce === undefined ? {} : { nonce }) },
  };
}
