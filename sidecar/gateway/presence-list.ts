/**
 * Who is here: the gateway itself, its connections, and machines that operators report about. Newest first. Every client gets all of
 * it with its welcome, so it is bounded in every direction: per text, per entry, in number and in all.
 */
import { arch, platform, release } from "node:os";
import type { Clock } from "../../shared/clock.ts";
import { hostName, interfaces } from "../../shared/node/machine.ts";
import type { PresenceEntry } from "../../shared/protocol/methods/presence.ts";
import { ROLES } from "../../shared/protocol/roles.ts";
import { APP_VERSION } from "../../shared/version.ts";
import { knownScopes } from "./auth/scopes.ts";
import { cutText } from "./text-limits.ts";

/** Entries without a sign of life expire after five minutes; a connected client needs none. */
const TTL_MS = 300_000;
/** Entries of others; with the gateway's own the list has 200. */
const MAX_OTHERS = 199;
/** Bytes of JSON that one entry may take and all of them together. */
export const PRESENCE_BYTES = { entry: 2_048, all: 32_768 } as const;
/** Characters of one field and of `text`, and how many tags there may be: as usual, and for an entry that is too large with those. */
const CUTS = [
  { field: 128, text: 400, tags: 8 },
  { field: 24, text: 48, tags: 0 },
] as const;

/** How long host name and address of this machine are taken as they were. */
const MACHINE_TTL_MS = 60_000;

interface Slot {
  entry: PresenceEntry;
  /** Of its JSON. */
  bytes: number;
  /** When it was last heard of, on the monotonic clock. */
  atMs: number;
  /** Set while the client is connected. */
  pinned: boolean;
}

export class PresenceList {
  #clock: Clock;
  #slots = new Map<string, Slot>();
  #bytes = 0;
  #version = 1;
  #machine: { atMs: number; facts: Omit<PresenceEntry, "ts"> } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Rises by one with every change that clients should know of. */
  get version(): number {
    return this.#version;
  }

  list(): PresenceEntry[] {
    this.#prune();
    const others = [...this.#slots.values()].sort((a, b) => b.atMs - a.atMs);
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

  #put(key: string, facts: Omit<PresenceEntry, "ts">, pinned: boolean): void {
    this.#version += 1;
    const entry = { ...bounded(facts), ts: this.#clock.now() };
    this.#remove(slotKey(key));
    const slot = { entry, bytes: bytesOf(entry), atMs: this.#clock.monotonicMs(), pinned };
    this.#slots.set(slotKey(key), slot);
    this.#bytes += slot.bytes;
    this.#prune();
  }

  #remove(key: string): void {
    this.#bytes -= this.#slots.get(key)?.bytes ?? 0;
    this.#slots.delete(key);
  }

  #prune(): void {
    const expired = this.#clock.monotonicMs() - TTL_MS;
    for (const [key, slot] of this.#slots) if (!slot.pinned && slot.atMs < expired) this.#remove(key);
    if (!this.#isOverfull()) return;
    // Reports go before clients that are connected, the oldest first.
    const candidates = [...this.#slots].sort(([, a], [, b]) => Number(a.pinned) - Number(b.pinned));
    for (const [key] of candidates) {
      if (!this.#isOverfull()) return;
      this.#remove(key);
    }
  }

  #isOverfull(): boolean {
    return this.#slots.size > MAX_OTHERS || this.#bytes > PRESENCE_BYTES.all;
  }

  #self(): PresenceEntry {
    const atMs = this.#clock.monotonicMs();
    if (this.#machine === undefined || atMs - this.#machine.atMs >= MACHINE_TTL_MS) {
      this.#machine = { atMs, facts: machineFacts() };
    }
    return { ...this.#machine.facts, ts: this.#clock.now() };
  }
}

/** The entry within its limits. Roles and scopes that nobody knows are nobody's. */
function bounded(facts: Omit<PresenceEntry, "ts">): Omit<PresenceEntry, "ts"> {
  const [usual, tight] = CUTS.map((cuts) => () => cutEntry(facts, cuts));
  const entry = usual?.() ?? {};
  return bytesOf(entry) <= PRESENCE_BYTES.entry ? entry : (tight?.() ?? {});
}

function cutEntry(facts: Omit<PresenceEntry, "ts">, cuts: (typeof CUTS)[number]): Omit<PresenceEntry, "ts"> {
  const { tags, roles, scopes, lastInputSeconds, ...texts } = facts;
  const cut = Object.entries(texts).flatMap(([name, text]) =>
    typeof text === "string" ? [[name, cutText(text, name === "text" ? cuts.text : cuts.field)]] : [],
  );
  return {
    ...Object.fromEntries(cut),
    ...(lastInputSeconds === undefined ? {} : { lastInputSeconds }),
    ...(tags === undefined ? {} : { tags: tags.slice(0, cuts.tags).map((tag) => cutText(tag, cuts.field)) }),
    ...(roles === undefined ? {} : { roles: ROLES.filter((role) => roles.includes(role)) }),
    ...(scopes === undefined ? {} : { scopes: knownScopes(scopes) }),
  };
}

function bytesOf(entry: object): number {
  return Buffer.byteLength(JSON.stringify(entry));
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
