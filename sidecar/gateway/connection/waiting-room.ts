/**
 * Those who have proven nothing yet. Their number is bounded per source and in all, this machine's programs have a room of their own,
 * and when one is full, whoever has waited longest of the largest crowd goes: the owner, who needs a moment only, gets through.
 */
import type { Source } from "../auth/source.ts";

/** How many may wait at once. */
export interface RoomLimits {
  perSource: number;
  strangers: number;
  thisMachine: number;
}

export class WaitingRoom<Guest> {
  #limits: RoomLimits;
  #turnAway: (guest: Guest) => void;
  /** The guests of each source, those who wait longest first. */
  #strangers = new Map<string, Set<Guest>>();
  #thisMachine = new Map<string, Set<Guest>>();
  #seats = new Map<Guest, { room: Map<string, Set<Guest>>; key: string }>();

  /** `turnAway` ends a guest that is in nobody's count any more. */
  constructor(limits: RoomLimits, turnAway: (guest: Guest) => void) {
    this.#limits = limits;
    this.#turnAway = turnAway;
  }

  enter(guest: Guest, { key, local }: Source): void {
    const room = local ? this.#thisMachine : this.#strangers;
    const crowd = room.get(key) ?? new Set();
    room.set(key, crowd.add(guest));
    this.#seats.set(guest, { room, key });
    const { perSource, strangers, thisMachine } = this.#limits;
    if (!local && crowd.size > perSource) this.#dropOldest(crowd);
    else if (sizeOf(room) > (local ? thisMachine : strangers)) this.#dropOldest(largestOf(room));
  }

  /** The guest went, or has proven itself. */
  leave(guest: Guest): void {
    const seat = this.#seats.get(guest);
    if (seat === undefined) return;
    this.#seats.delete(guest);
    const crowd = seat.room.get(seat.key);
    crowd?.delete(guest);
    if (crowd?.size === 0) seat.room.delete(seat.key);
  }

  #dropOldest(crowd: Set<Guest>): void {
    const [oldest] = crowd;
    if (oldest === undefined) return;
    this.leave(oldest);
    this.#turnAway(oldest);
  }
}

function sizeOf(room: ReadonlyMap<string, Set<unknown>>): number {
  let size = 0;
  for (const crowd of room.values()) size += crowd.size;
  return size;
}

function largestOf<Guest>(room: ReadonlyMap<string, Set<Guest>>): Set<Guest> {
  let largest = new Set<Guest>();
  for (const crowd of room.values()) if (crowd.size > largest.size) largest = crowd;
  return largest;
}
