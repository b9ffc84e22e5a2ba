/** Strangers who ask to be let in, and those who were: ids, names and times, and nothing that they wrote. */

export interface PairingRow {
  id: string;
  channel: string;
  /** Empty for everybody who was let in to every account of the channel. */
  account: string;
  senderId: string;
  name: string | undefined;
  code: string;
  state: "pending" | "approved" | "dismissed";
  createdAtMs: number;
  lastSeenAtMs: number;
  /** When it was decided. */
  decidedAtMs: number | undefined;
}

export type PairingWish = Pick<PairingRow, "channel" | "account" | "senderId" | "name" | "code">;

/** How many may ask. */
export interface PairingLimits {
  ttlMs: number;
  mostPending: number;
  /** Of an account, within an hour. */
  mostPerHour: number;
}

/** Somebody whom another program had let in. */
export interface ImportedPairing {
  channel: string;
  senderId: string;
  atMs: number;
}
