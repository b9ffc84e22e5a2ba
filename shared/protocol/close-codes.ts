/** Every close code the gateway sends: its meaning, and whether a client may try again by itself. */

export const CLOSE = {
  /** Handshake timeout or a first message that is not JSON. */
  normal: 1000,
  /** No protocol version in common. */
  protocolMismatch: 1002,
  /** Refused: authentication, pairing, policy, slow consumer. The reason text says which. */
  policy: 1008,
  /** A message exceeded `maxPayloadBytes`. */
  tooLarge: 1009,
  /** The gateway failed over this client, for instance on a full disk; trying again may work. */
  internalError: 1011,
  /** Planned stop or restart of the gateway. */
  serviceRestart: 1012,
  /** Every place is taken; trying again later may work. */
  tryLater: 1013,
} as const;

/** Reasons that stand in a close frame on their own, without a response before it. */
export const CLOSE_REASON = {
  slowConsumer: "slow consumer",
  serviceRestart: "service restart",
  invalidFrame: "invalid request frame",
  /** The secret changed while connected: connect again, with the new one. */
  credentialsChanged: "credentials changed",
  /** The address the client came through is no longer served. */
  addressClosed: "address closed",
} as const;

const RECONNECTABLE = [CLOSE_REASON.slowConsumer, CLOSE_REASON.credentialsChanged];

/** Whether trying again without a change can help after this close. Refusals stay refusals. */
export function mayReconnect(code: number, reason: string): boolean {
  if (code === CLOSE.protocolMismatch) return false;
  if (code === CLOSE.policy) return RECONNECTABLE.some((known) => known === reason);
  return true;
}
