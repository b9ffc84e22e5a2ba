/**
 * What the sentences of gateways mean that send no `details.code`: the original's own and ours up to 0.1. The only place that reads a
 * gateway's sentences.
 */
import type { WireCode } from "../errors.ts";
import type { WireError } from "../protocol/frame.ts";

/** Beginnings of messages, with what they mean. The first that fits counts. */
const SENTENCES: readonly (readonly [beginning: string, code: WireCode])[] = [
  ["unauthorized: too many failed attempts", "AUTH_RATE_LIMITED"],
  ["unauthorized: gateway token missing", "AUTH_TOKEN_MISSING"],
  ["unauthorized: gateway token mismatch", "AUTH_TOKEN_MISMATCH"],
  ["unauthorized: gateway token not configured", "AUTH_TOKEN_NOT_CONFIGURED"],
  ["unauthorized: gateway password missing", "AUTH_PASSWORD_MISSING"],
  ["unauthorized: gateway password mismatch", "AUTH_PASSWORD_MISMATCH"],
  ["unauthorized: gateway password not configured", "AUTH_PASSWORD_NOT_CONFIGURED"],
  ["unauthorized: dashboard link expired", "AUTH_LINK_EXPIRED"],
  ["unauthorized: tailscale identity missing", "AUTH_TAILSCALE_IDENTITY_MISSING"],
  ["unauthorized: tailscale proxy headers missing", "AUTH_TAILSCALE_PROXY_MISSING"],
  ["unauthorized role:", "ROLE_FORBIDDEN"],
  ["unauthorized", "AUTH_UNAUTHORIZED"],
  ["gateway auth required behind reverse proxy", "AUTH_REQUIRED"],
  ["control ui requires HTTPS or localhost", "CONTROL_UI_DEVICE_IDENTITY_REQUIRED"],
  ["device identity required", "DEVICE_IDENTITY_REQUIRED"],
  ["device identity mismatch", "DEVICE_AUTH_DEVICE_ID_MISMATCH"],
  ["device signature expired", "DEVICE_AUTH_SIGNATURE_EXPIRED"],
  ["device nonce required", "DEVICE_AUTH_NONCE_REQUIRED"],
  ["device nonce mismatch", "DEVICE_AUTH_NONCE_MISMATCH"],
  ["device signature invalid", "DEVICE_AUTH_SIGNATURE_INVALID"],
  ["device public key invalid", "DEVICE_AUTH_PUBLIC_KEY_INVALID"],
  ["pairing required", "PAIRING_REQUIRED"],
  ["protocol mismatch", "PROTOCOL_MISMATCH"],
  ["unknown method:", "METHOD_UNKNOWN"],
  ["missing scope:", "MISSING_SCOPE"],
];

/** The code that such a gateway's error would have; undefined where its sentence tells nothing that a client acts on. */
export function legacyCode({ message }: WireError): WireCode | undefined {
  return SENTENCES.find(([beginning]) => message.startsWith(beginning))?.[1];
}
