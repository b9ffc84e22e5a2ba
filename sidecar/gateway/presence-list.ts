/** Who is here: the gateway itself, its connections, and machines that operators report about. Newest first, bounded. */
import { arch, platform, release } from "node:os";
import type { Clock } from "../../shared/clock.ts";
import { hostName, interfaces } from "../../shared/node/machine.ts";
import type { PresenceEntry } from "../../shared/protocol/methods/presence.ts";
import { APP_VERSION } from "../../shared/version.ts";

/** Entries without a sign of life expire after five minutes; a connected client needs none. */
const TTL_MS = 300_000;
/** Entries of others; with the gateway's own the list has 200. */
const MAX_OTHERS = 199;

/** How long host name and address of this machine are taken as they were. */
const MACHINE_TTL_MS = 60_000;

interface Slot {
  entry: PresenceEntry;
  /** Its last sign of life on the monotonic clock. */
  seenAt: number;
  /** Set while the client is connected. */
  pinned: boolean;
}

export class PresenceList {
  #clock: Clock;
  #slots = new Map<string, Slot>();
  #version = 1;
  #machine: { takenAt: number; facts: Omit<PresenceEntry, "ts"> } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Rises by one with every change that clients should know of. */
  get version(): number {
    return this.#version;
  }

  list(): PresenceEntry[] {
    this.#prune();
    const others = [...this.#slots.values()].sort((a, b) => b.seenAt - a.seenAt);
    return [this.#self(), ...others.map(({ entry }) => entry)];
  }

  /** Notes that a client joined; it stays listed until `left`. */
  joined(key: string, entry: Omit<PresenceEntry, "ts">): void {
    this.#put(key, { ...this.#slots.get(slotKey(key))?.entry, ...entry, reason: "connect" }, true);
  }

  /** Notes that a client left; its entry fades with the time limit. */
  left(key: string): void {
    const known = this.#slots.get(slotKey(key))?.entry;
    if (known !== undefined) this.#put(key, { ...known, reason: "disconnect" }, false);
  }

  /** Merges what an operator reports about a machine. */
  report(key: string, facts: Omit<PresenceEntry, "ts">): void {
    const known = this.#slots.get(slotKey(key));
    this.#put(key, { ...known?.entry, ...facts }, known?.pinned ?? false);
  }

  #put(key: string, entry: Omit<PresenceEntry, "ts">, pinned: boolean): void {
    this.#version += 1;
    this.#slots.delete(slotKey(key));
    this.#slots.set(slotKey(key), {
      entry: { ...entry, ts: this.#clock.now() },
      seenAt: this.#clock.monotonicMs(),
      pinned,
    });
    this.#prune();
  }

  #prune(): void {
    const expired = this.#clock.monotonicMs() - TTL_MS;
    for (const [key, slot] of this.#slots) if (!slot.pinned && slot.seenAt < expired) this.#slots.delete(key);
    const excess = this.#slots.size - MAX_OTHERS;
    if (excess <= 0) return;
    // Reports go before clients that are connected, the oldest first.
    const candidates = [...this.#slots].sort(([, a], [, b]) => Number(a.pinned) - Number(b.pinned));
    for (const [key] of candidates.slice(0, excess)) this.#slots.delete(key);
  }

  #self(): PresenceEntry {
    const now = this.#clock.monotonicMs();
    if (this.#machine === undefined || now - this.#machine.takenAt >= MACHINE_TTL_MS) {
      this.#machine = { takenAt: now, facts: machineFacts() };
    }
    return { ...this.#machine.facts, ts: this.#clock.now() };
  }
}

/** The gateway's own line. Asking the system for its addresses costs more than all the rest of an answer. */
function machineFacts(): Omit<PresenceEntry, "ts"> {
  const host = hostName();
  const ip = ownAddress();
  const where = ip === undefined ? host : `${host} (${ip})`;
  return {
    host,
    ...(ip === undefined ? {} : { ip }),
    version: APP_VERSION,
    platform: `${platform()} ${release()}`,
    deviceFamily: DEVICE_FAMILIES[platform()] ?? platform(),
    modelIdentifier: arch(),
    mode: "gateway",
    reason: "self",
    text: `Gateway: ${where} · app ${APP_VERSION} · mode gateway · reason self`,
  };
}

const DEVICE_FAMILIES: Partial<Record<NodeJS.Platform, string>> = {
  linux: "Linux",
  darwin: "Mac",
  win32: "Windows",
};

function slotKey(key: string): string {
  return key.trim().toLowerCase();
}

/** The first IPv4 address of the machine that is not loopback. */
function ownAddress(): string | undefined {
  return Object.values(interfaces())
    .flatMap((addresses) => addresses ?? [])
    .find((address) => address.family === "IPv4" && !address.internal)?.address;
}
