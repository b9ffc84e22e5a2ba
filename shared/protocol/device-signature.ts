/** The text a device signs when it connects. Apart from the handshake's schemas, so that browsers need no schema library. */

/** What a device signs. Field order and separators are part of the protocol; the password is never signed. */
export interface SignedConnect {
  deviceId: string;
  clientId: string;
  clientMode: string;
  role: string;
  scopes: readonly string[];
  signedAtMs: number;
  token: string;
  nonce?: string | undefined;
}

/** The text a device signs with Ed25519: `v2|…|nonce` with a nonce, `v1|…` without. */
export function signaturePayload(connect: SignedConnect): string {
  const fields = [
    connect.nonce === undefined ? "v1" : "v2",
    connect.deviceId,
    connect.clientId,
    connect.clientMode,
    connect.role,
    connect.scopes.join(","),
    String(connect.signedAtMs),
    connect.token,
  ];
  if (connect.nonce !== undefined) fields.push(connect.nonce);
  return fields.join("|");
}
