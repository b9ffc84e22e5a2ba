/** Who somebody is: a sender's place on the owner's lists. Decided once, when a message comes in, and never from what it says. */
import type { Authority } from "../../base/store/session-store.ts";
import type { AccountId, Sender } from "./message.ts";

/** Puts ids into the one spelling that the channel compares; undefined for what is none. */
export type NormalizeId = (raw: string) => string | undefined;

/** An entry of `commands.ownerAllowFrom`: `signal:+15550001`. */
export interface OwnerEntry {
  channel: string;
  id: string;
}

/** The entry of a text; undefined where it names no channel, or everybody: everybody is nobody's owner. */
export function ownerEntry(text: string): OwnerEntry | undefined {
  const separator = text.indexOf(":");
  if (separator <= 0) return undefined;
  const id = text.slice(separator + 1).trim();
  if (id === "" || id === "*") return undefined;
  return { channel: text.slice(0, separator).trim().toLowerCase(), id };
}

/** Whether an owner wrote it, by an id that the channel vouches for. */
export function isOwner(
  { channel }: AccountId,
  sender: Sender,
  owners: readonly string[],
  normalize: NormalizeId,
): boolean {
  const entries = owners.flatMap((text) => ownerEntry(text) ?? []);
  return isListed(
    sender,
    entries.filter((entry) => entry.channel === channel).map(({ id }) => id),
    normalize,
  );
}

/** Whether an id of the sender is on the list. `*` stands for nobody in particular, and is not looked at. */
export function isListed(sender: Sender, list: readonly string[], normalize: NormalizeId): boolean {
  const ids = [sender.id, ...(sender.altIds ?? [])].flatMap((id) => normalize(id) ?? []);
  return list.some((entry) => {
    const listed = entry === "*" ? undefined : normalize(entry);
    return listed !== undefined && ids.includes(listed);
  });
}

const RANK: Readonly<Record<Authority, number>> = { owner: 2, trusted: 1, guest: 0 };

/** The least of what the authors of a text may do. */
export function lowest(authorities: readonly Authority[]): Authority {
  return authorities.reduce((least, each) => (RANK[each] < RANK[least] ? each : least), "owner");
}
