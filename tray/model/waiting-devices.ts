/** Devices that wait for somebody's yes, and where in the menu each of them stands. */

/** What is shown of one. Its words are its own, and so is where it says that it is from. */
export interface WaitingDevice {
  readonly requestId: string;
  readonly name: string;
  /** Address it came from; null where nobody can tell. */
  readonly from: string | null;
}

/** A place each for those that are shown. */
export interface Slots<T extends { readonly requestId: string }> {
  readonly places: readonly (T | null)[];
  /** Where the next one is put, if it is free. */
  readonly next: number;
}
export type DeviceSlots = Slots<WaitingDevice>;

/** More than these wait for the command line. */
export const DEVICE_ROWS = 3;

export const NO_DEVICES: DeviceSlots = { places: Array.from({ length: DEVICE_ROWS }, () => null), next: 0 };

/**
 * Whoever still waits keeps its place, and a place that became free is the last one to be given away: under a pointer that is about to
 * click stands nobody else all of a sudden.
 */
export function seated<T extends { readonly requestId: string }>(
  { places, next }: Slots<T>,
  waiting: readonly T[],
): Slots<T> {
  const stays = (device: T | null) => waiting.find((each) => each.requestId === device?.requestId);
  const seats = places.map((device) => stays(device) ?? null);
  let from = next;
  for (const device of waiting) {
    if (seats.some((seat) => seat?.requestId === device.requestId)) continue;
    const order = seats.map((_seat, index) => (from + index) % seats.length);
    const free = order.find((index) => seats[index] === null);
    if (free === undefined) break;
    seats[free] = device;
    from = (free + 1) % seats.length;
  }
  return { places: seats, next: from };
}
