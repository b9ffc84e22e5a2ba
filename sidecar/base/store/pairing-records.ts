/** Strangers who ask to be let in: ids, names and times, and nothing that they wrote. */

/** Somebody who asks. */
export interface PairingWish {
  channel: string;
  account: string;
  senderId: string;
  name: string | undefined;
  code: string;
  /** The chat in which he is answered. */
  chat: string;
}

export interface PairingRow extends PairingWish {
  createdAtMs: number;
  lastSeenAtMs: number;
}

/** How many may ask. */
export interface PairingLimits {
  ttlMs: number;
  /** Of an account, within `ttlMs`. */
  mostPending: number;
}

/** Somebody whom another program had let in to every account of the channel. */
export interface ImportedPairing {
  channel: string;
  senderId: string;
  atMs: number;
}
