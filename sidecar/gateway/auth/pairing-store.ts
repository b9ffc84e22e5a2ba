/**
 * Paired devices and requests that wait, in `<state>/devices/{paired,pending}.json`: owner-only, written atomically. Requests
 * expire by themselves; tokens are 32 lowercase hex characters per device and role.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Clock } from "../../../shared/clock.ts";
import { RequestError } from "../../../shared/errors.ts";
import { readJson, writeJsonFile } from "../../../shared/node/run-state.ts";
import type {
  DeviceTokenInfo,
  PairedDevice,
  PairingRequest,
} from "../../../shared/protocol/methods/devices.ts";
import { secretsEqual } from "./secret.ts";

export type StoredToken = DeviceTokenInfo & { token: string };
export type StoredDevice = Omit<PairedDevice, "tokens"> & { tokens?: Record<string, StoredToken> };

/** What a device asks for; `silent` requests are approved at once by the caller. */
export interface PairingWish {
  deviceId: string;
  publicKey: string;
  displayName?: string | undefined;
  platform?: string | undefined;
  clientId?: string | undefined;
  clientMode?: string | undefined;
  role: string;
  scopes: readonly string[];
  remoteIp?: string | undefined;
  silent: boolean;
}

/** A request that nobody answers is forgotten after five minutes. */
const REQUEST_TTL_MS = 300_000;
/** Requests kept at most, so that strangers cannot fill the disk; the oldest goes first. */
const MAX_PENDING = 100;
/** The last use of a token is written at most this often: a client that reconnects must not cost a disk write each time. */
const LAST_USED_STEP_MS = 60_000;

export class PairingStore {
  #clock: Clock;
  #newSecret: () => string;
  #pairedFile: string;
  #pendingFile: string;
  #paired: Map<string, StoredDevice>;
  #pending: Map<string, PairingRequest>;

  constructor(directory: string, clock: Clock, newSecret = () => randomBytes(16).toString("hex")) {
    this.#clock = clock;
    this.#newSecret = newSecret;
    this.#pairedFile = join(directory, "paired.json");
    this.#pendingFile = join(directory, "pending.json");
    this.#paired = load<StoredDevice>(this.#pairedFile);
    this.#pending = load<PairingRequest>(this.#pendingFile);
  }

  get(deviceId: string): StoredDevice | undefined {
    return this.#paired.get(deviceId);
  }

  /** Whether the device may have `role` with all `scopes` under this key without asking anybody. */
  covers(deviceId: string, publicKey: string, role: string, scopes: readonly string[]): boolean {
    const device = this.#paired.get(deviceId);
    if (device === undefined || device.publicKey !== publicKey) return false;
    return (device.roles ?? []).includes(role) && isSubset(scopes, device.scopes ?? []);
  }

  /** Newest first; expired requests are gone. */
  list(): { pending: PairingRequest[]; paired: PairedDevice[] } {
    this.#prune();
    const newest = <T>(items: Iterable<T>, at: (item: T) => number) =>
      [...items].sort((a, b) => at(b) - at(a));
    return {
      pending: newest(this.#pending.values(), (request) => request.ts),
      paired: newest(this.#paired.values(), (device) => device.approvedAtMs).map(withoutSecrets),
    };
  }

  /** Records the wish. A device has one request at a time: a repeat returns the stored one with `created` false. */
  request(wish: PairingWish): { request: PairingRequest; created: boolean } {
    this.#prune();
    const stored = [...this.#pending.values()].find((request) => request.deviceId === wish.deviceId);
    if (stored !== undefined) return { request: stored, created: false };
    const { role, scopes, ...device } = wish;
    const request: PairingRequest = {
      requestId: randomUUID(),
      ...defined(device),
      role,
      roles: [role],
      scopes: [...scopes],
      isRepair: this.#paired.has(wish.deviceId),
      ts: this.#clock.now(),
    };
    const newest = [...this.#pending, [request.requestId, request] as const].slice(-MAX_PENDING);
    this.#storePending(new Map(newest));
    return { request, created: true };
  }

  /** Pairs the device: roles and scopes are united, the requested role gets a new token. Fails with `NOT_FOUND`. */
  approve(requestId: string): StoredDevice {
    const request = this.find(requestId);
    const known = this.#paired.get(request.deviceId);
    const now = this.#clock.now();
    const scopes = request.scopes ?? [];
    const role = request.role ?? "operator";
    const { requestId: _id, silent: _silent, isRepair: _repair, ts: _ts, ...facts } = request;
    const device: StoredDevice = {
      ...known,
      ...facts,
      roles: union(known?.roles, request.roles),
      scopes: union(known?.scopes, scopes),
      createdAtMs: known?.createdAtMs ?? now,
      approvedAtMs: now,
      tokens: { ...known?.tokens, [role]: this.#newToken(role, scopes, now) },
    };
    this.#store(device);
    this.#forget(requestId);
    return device;
  }

  /** The request that waits under this id. Fails with `NOT_FOUND`. */
  find(requestId: string): PairingRequest {
    this.#prune();
    const request = this.#pending.get(requestId);
    if (request === undefined) throw new RequestError("NOT_FOUND", "unknown requestId");
    return request;
  }

  /** Forgets the request and returns it. Fails with `NOT_FOUND`. */
  reject(requestId: string): PairingRequest {
    const request = this.find(requestId);
    this.#forget(requestId);
    return request;
  }

  /** Keeps what a known device says about itself up to date. */
  refresh(deviceId: string, facts: Partial<Omit<StoredDevice, "tokens" | "deviceId">>): void {
    const device = this.#paired.get(deviceId);
    if (device === undefined) return;
    const changed = Object.entries(defined(facts)).some(
      ([key, value]) => device[key as keyof StoredDevice] !== value,
    );
    if (!changed) return;
    Object.assign(device, defined(facts));
    this.#storeIfPossible();
  }

  /** The token for `role`: the stored one if it is valid and wide enough, else a new one. */
  tokenFor(deviceId: string, role: string, scopes: readonly string[]): StoredToken | undefined {
    const device = this.#paired.get(deviceId);
    if (device === undefined) return undefined;
    const stored = device.tokens?.[role];
    if (stored !== undefined && stored.revokedAtMs === undefined && isSubset(scopes, stored.scopes))
      return stored;
    const token = this.#newToken(role, scopes, this.#clock.now());
    this.#store({ ...device, tokens: { ...device.tokens, [role]: token } });
    return token;
  }

  /** Whether `token` is the device's own for `role` and covers `scopes`. Notes the use. */
  acceptsToken(deviceId: string, role: string, scopes: readonly string[], token: string): boolean {
    const stored = this.#paired.get(deviceId)?.tokens?.[role];
    if (stored === undefined || stored.revokedAtMs !== undefined) return false;
    if (!secretsEqual(stored.token, token) || !isSubset(scopes, stored.scopes)) return false;
    const now = this.#clock.now();
    const isDue = now - (stored.lastUsedAtMs ?? 0) >= LAST_USED_STEP_MS;
    stored.lastUsedAtMs = now;
    if (isDue) this.#storeIfPossible();
    return true;
  }

  /** Replaces the token of a role, or creates one. Fails with `NOT_FOUND` for an unknown device. */
  rotateToken(deviceId: string, role: string, scopes: readonly string[] | undefined): StoredToken {
    const device = this.#paired.get(deviceId);
    if (device === undefined) throw unknownDevice();
    const stored = device.tokens?.[role];
    const now = this.#clock.now();
    const token: StoredToken = {
      ...this.#newToken(role, scopes ?? stored?.scopes ?? device.scopes ?? [], stored?.createdAtMs ?? now),
      rotatedAtMs: now,
    };
    const widened = scopes !== undefined && scopes.length > 0 ? { scopes: [...scopes] } : {};
    this.#store({ ...device, ...widened, tokens: { ...device.tokens, [role]: token } });
    return token;
  }

  /** Makes the token of a role useless for new connections. Fails with `NOT_FOUND`. Returns when, in epoch ms. */
  revokeToken(deviceId: string, role: string): number {
    const device = this.#paired.get(deviceId);
    const stored = device?.tokens?.[role];
    if (device === undefined || stored === undefined) throw unknownDevice();
    const revokedAtMs = this.#clock.now();
    this.#store({ ...device, tokens: { ...device.tokens, [role]: { ...stored, revokedAtMs } } });
    return revokedAtMs;
  }

  #newToken(role: string, scopes: readonly string[], createdAtMs: number): StoredToken {
    return { token: this.#newSecret(), role, scopes: [...scopes].sort(), createdAtMs };
  }

  /** On disk first: what was not written is not believed either, so that a restart never changes who is paired. */
  #store(device: StoredDevice): void {
    const paired = new Map(this.#paired).set(device.deviceId, device);
    writeJsonFile(this.#pairedFile, Object.fromEntries(paired));
    this.#paired = paired;
  }

  #storeIfPossible(): void {
    try {
      writeJsonFile(this.#pairedFile, Object.fromEntries(this.#paired));
    } catch {
      // Names and times of last use are not worth refusing a client for; the next change writes them as well.
    }
  }

  #forget(requestId: string): void {
    this.#storePending(new Map([...this.#pending].filter(([id]) => id !== requestId)));
  }

  #storePending(pending: Map<string, PairingRequest>): void {
    writeJsonFile(this.#pendingFile, Object.fromEntries(pending));
    this.#pending = pending;
  }

  #prune(): void {
    const before = this.#clock.now() - REQUEST_TTL_MS;
    for (const [id, request] of this.#pending) if (request.ts < before) this.#pending.delete(id);
  }
}

/** The device as clients may see it: tokens without their secret. */
export function withoutSecrets(device: StoredDevice): PairedDevice {
  const { tokens, ...facts } = device;
  if (tokens === undefined || Object.keys(tokens).length === 0) return facts;
  return { ...facts, tokens: Object.values(tokens).map(({ token: _secret, ...info }) => info) };
}

function unknownDevice(): RequestError {
  return new RequestError("NOT_FOUND", "unknown deviceId/role");
}

function load<T>(file: string): Map<string, T> {
  return new Map(Object.entries(readJson(file) ?? {}) as [string, T][]);
}

function isSubset(wanted: readonly string[], granted: readonly string[]): boolean {
  return wanted.every((scope) => granted.includes(scope));
}

function union(a: readonly string[] | undefined, b: readonly string[] | undefined): string[] {
  return [...new Set([...(a ?? []), ...(b ?? [])])];
}

function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as never;
}
