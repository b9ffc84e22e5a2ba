/**
 * Paired devices and requests that wait, in `<state>/devices/{paired,pending}.json`: owner-only, written atomically. Requests
 * expire by themselves; tokens are 32 lowercase hex characters per device and role.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import * as z from "zod";
import type { Clock } from "../../../shared/clock.ts";
import { AuthError, RequestError } from "../../../shared/errors.ts";
import { DeviceTokenInfo, PairedDevice, PairingRequest } from "../../../shared/protocol/methods/devices.ts";
import { ROLES, type Role } from "../../../shared/protocol/roles.ts";
import { secretsEqual } from "../../base/secrets-equal.ts";
import { cutText } from "../text-limits.ts";
import { RecordFile } from "./record-file.ts";
import { knownScopes } from "./scopes.ts";

/** What later versions add stays: the files outlive a step back. */
const StoredToken = z.looseObject({ ...DeviceTokenInfo.shape, token: z.string().min(1) });
const StoredDevice = z.looseObject({
  ...PairedDevice.shape,
  tokens: z.record(z.string(), StoredToken).optional(),
});
const StoredRequest = z.looseObject(PairingRequest.shape);

export type StoredToken = DeviceTokenInfo & { token: string };
export type StoredDevice = Omit<PairedDevice, "tokens"> & {
  tokens?: Record<string, StoredToken> | undefined;
};

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

/** Why a device must be approved, in OpenClaw's words. */
export type PairingNeed = "not-paired" | "role-upgrade" | "scope-upgrade";

/** A request that nobody answers is forgotten after five minutes. */
const REQUEST_TTL_MS = 300_000;
/** Requests kept at most in all and from one address, so that strangers can neither fill the disk nor push each other out. */
const MAX_PENDING = { all: 100, perAddress: 10 } as const;
/** What a device says of itself goes to every operator: each text of it is cut to this many characters. */
const MAX_FACT_CHARS = 200;
/**
 * When a token was used and what a device says of itself is written at most this often: a client that reconnects must not cost a
 * disk write each time.
 */
const MINOR_WRITE_MS = 60_000;

export class PairingStore {
  #clock: Clock;
  #newSecret: () => string;
  #paired: RecordFile<StoredDevice>;
  #pending: RecordFile<PairingRequest>;
  #minorWriteAtMs = Number.NEGATIVE_INFINITY;

  constructor(directory: string, clock: Clock, newSecret = () => randomBytes(16).toString("hex")) {
    this.#clock = clock;
    this.#newSecret = newSecret;
    this.#paired = new RecordFile(join(directory, "paired.json"), readDevice);
    this.#pending = new RecordFile(join(directory, "pending.json"), readRequest);
  }

  /** What of the files cannot be used and is kept, one sentence each. */
  get problems(): string[] {
    return [this.#paired.problem, this.#pending.problem].filter((problem) => problem !== undefined);
  }

  get(deviceId: string): StoredDevice | undefined {
    return this.#paired.records.get(deviceId);
  }

  /** Whether the device may have `role` with all `scopes` under this key without asking anybody. */
  covers(deviceId: string, publicKey: string, role: string, scopes: readonly string[]): boolean {
    return this.need(deviceId, publicKey, role, scopes) === undefined;
  }

  /** Why the device must be approved before it has `role` with all `scopes` under this key; undefined when it need not. */
  need(
    deviceId: string,
    publicKey: string,
    role: string,
    scopes: readonly string[],
  ): PairingNeed | undefined {
    const device = this.get(deviceId);
    if (device === undefined || device.publicKey !== publicKey) return "not-paired";
    if (!(device.roles ?? []).includes(role)) return "role-upgrade";
    return isSubset(scopes, device.scopes ?? []) ? undefined : "scope-upgrade";
  }

  /** Newest first; expired requests are gone. */
  list(): { pending: PairingRequest[]; paired: PairedDevice[] } {
    const newest = <T>(items: Iterable<T>, at: (item: T) => number) =>
      [...items].sort((a, b) => at(b) - at(a));
    return {
      pending: newest(this.#waiting().values(), (request) => request.ts),
      paired: newest(this.#paired.records.values(), (device) => device.approvedAtMs).map(withoutSecrets),
    };
  }

  /**
   * Records the wish. A device has one request at a time: a repeat returns the stored one with `created` false, unless the wish
   * is granted at once anyway; then it takes the place of the stored one. Fails with `AUTH_RATE_LIMITED` when too many of the same
   * address wait already.
   */
  request(wish: PairingWish): { request: PairingRequest; created: boolean } {
    const waiting = this.#waiting();
    const stored = [...waiting.values()].find((request) => request.deviceId === wish.deviceId);
    if (stored !== undefined && !wish.silent) return { request: stored, created: false };
    if (stored === undefined && !wish.silent) this.#requireRoom(wish.remoteIp, waiting);
    const { role, scopes, ...device } = wish;
    const request: PairingRequest = {
      requestId: stored?.requestId ?? randomUUID(),
      ...defined(cutFacts(device)),
      role,
      roles: [role],
      scopes: [...scopes],
      isRepair: this.get(wish.deviceId) !== undefined,
      ts: this.#clock.now(),
    };
    waiting.delete(request.requestId);
    const newest = [...waiting, [request.requestId, request] as const].slice(-MAX_PENDING.all);
    this.#pending.replace(new Map(newest));
    return { request, created: stored === undefined };
  }

  /** Pairs the device: roles and scopes are united, the requested role gets a new token. Fails with `NOT_FOUND`. */
  approve(requestId: string): StoredDevice {
    const request = this.find(requestId);
    const known = this.get(request.deviceId);
    const now = this.#clock.now();
    const scopes = knownScopes(request.scopes ?? []);
    const role = roleOf(request);
    const { requestId: _id, silent: _silent, isRepair: _repair, ts: _ts, ...facts } = request;
    const device: StoredDevice = {
      ...known,
      ...facts,
      role,
      roles: union(known?.roles, [role]),
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
    const request = this.#waiting().get(requestId);
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
  refresh(deviceId: string, facts: DeviceFacts): void {
    const device = this.get(deviceId);
    if (device === undefined) return;
    const said = defined(cutFacts(facts));
    const changed = Object.entries(said).some(([key, value]) => device[key as keyof StoredDevice] !== value);
    if (!changed) return;
    Object.assign(device, said);
    this.#storeSometimes();
  }

  /** The token for `role`: the stored one if it is valid and wide enough, else a new one. */
  tokenFor(deviceId: string, role: string, scopes: readonly string[]): StoredToken | undefined {
    const device = this.get(deviceId);
    if (device === undefined) return undefined;
    const stored = tokenOf(device, role);
    if (stored !== undefined && stored.revokedAtMs === undefined && isSubset(scopes, stored.scopes))
      return stored;
    const token = this.#newToken(role, scopes, this.#clock.now());
    this.#store({ ...device, tokens: { ...device.tokens, [role]: token } });
    return token;
  }

  /** Whether `token` is the device's own for `role` and covers `scopes`; if not, what is wrong with it. Notes the use. */
  judgeToken(deviceId: string, role: string, scopes: readonly string[], token: string): TokenVerdict {
    const device = this.get(deviceId);
    const stored = device && tokenOf(device, role);
    if (stored === undefined || !secretsEqual(stored.token, token)) {
      return device !== undefined && TOKEN_FORM.test(token) ? "replaced" : "unknown";
    }
    if (stored.revokedAtMs !== undefined) return "replaced";
    if (!isSubset(scopes, stored.scopes)) return "too-narrow";
    stored.lastUsedAtMs = this.#clock.now();
    this.#storeSometimes();
    return "good";
  }

  /** Whether `judgeToken` finds the token good. */
  acceptsToken(deviceId: string, role: string, scopes: readonly string[], token: string): boolean {
    return this.judgeToken(deviceId, role, scopes, token) === "good";
  }

  /** What the token of an operator's device opens, whosever it is; undefined for what is no such token, or not any more. */
  scopesOf(token: string): readonly string[] | undefined {
    if (!TOKEN_FORM.test(token)) return undefined;
    const tokens = [...this.#paired.records.values()].map((device) => tokenOf(device, "operator"));
    const found = tokens.find((each) => each !== undefined && secretsEqual(each.token, token));
    return found?.revokedAtMs === undefined ? found?.scopes : undefined;
  }

  /** The scopes that a rotation would leave the token of the role with; a node's has none. Fails with `NOT_FOUND` for an unknown device. */
  scopesAfterRotation(deviceId: string, role: string, scopes: readonly string[] | undefined): string[] {
    const device = this.get(deviceId);
    if (device === undefined) throw unknownDevice();
    if (role === "node") return [];
    return [...(scopes ?? tokenOf(device, role)?.scopes ?? device.scopes ?? [])];
  }

  /** Replaces the token of a role, or creates one. Fails with `NOT_FOUND` for an unknown device. */
  rotateToken(deviceId: string, role: string, scopes: readonly string[] | undefined): StoredToken {
    const after = this.scopesAfterRotation(deviceId, role, scopes);
    const device = this.get(deviceId);
    if (device === undefined) throw unknownDevice();
    const now = this.#clock.now();
    const token: StoredToken = {
      ...this.#newToken(role, after, tokenOf(device, role)?.createdAtMs ?? now),
      rotatedAtMs: now,
    };
    const replaced = scopes !== undefined && after.length > 0 ? { scopes: after } : {};
    this.#store({ ...device, ...replaced, tokens: { ...device.tokens, [role]: token } });
    return token;
  }

  /** Makes the token of a role useless for new connections. Fails with `NOT_FOUND`. Returns when, in epoch ms. */
  revokeToken(deviceId: string, role: string): number {
    const device = this.get(deviceId);
    const stored = device && tokenOf(device, role);
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
    this.#paired.replace(new Map(this.#paired.records).set(device.deviceId, device));
  }

  #storeSometimes(): void {
    const now = this.#clock.monotonicMs();
    if (now - this.#minorWriteAtMs < MINOR_WRITE_MS) return;
    this.#minorWriteAtMs = now;
    try {
      this.#paired.rewrite();
    } catch {
      // Names and times of last use are not worth refusing a client for; the next change writes them as well.
    }
  }

  /** An address that nobody knows is everybody's. */
  #requireRoom(remoteIp: string | undefined, waiting: ReadonlyMap<string, PairingRequest>): void {
    if (remoteIp === undefined) return;
    const ofAddress = [...waiting.values()].filter((request) => request.remoteIp === remoteIp);
    const [oldest] = ofAddress;
    if (oldest === undefined || ofAddress.length < MAX_PENDING.perAddress) return;
    const retryAfterMs = oldest.ts + REQUEST_TTL_MS - this.#clock.now();
    throw new AuthError("AUTH_RATE_LIMITED", "too many pairing requests of this address wait already", {
      retryAfterMs,
    });
  }

  #forget(requestId: string): void {
    this.#pending.replace(new Map([...this.#pending.records].filter(([id]) => id !== requestId)));
  }

  /** The requests that are not expired. One from the future was made before the clock was set back. */
  #waiting(): Map<string, PairingRequest> {
    const now = this.#clock.now();
    return new Map([...this.#pending.records].filter(([, { ts }]) => Math.abs(now - ts) <= REQUEST_TTL_MS));
  }
}

/** What a device says of itself. */
export type DeviceFacts = Pick<
  PairingWish,
  "displayName" | "platform" | "clientId" | "clientMode" | "remoteIp"
> & {
  role?: string;
};

/** `replaced` is a token of this device no more, `unknown` none that it ever had. */
export type TokenVerdict = "good" | "replaced" | "too-narrow" | "unknown";

/** Tokens that were made here; the original's look the same. */
const TOKEN_FORM = /^[0-9a-f]{32}$/;

/** The device as clients may see it: tokens without their secret, and nothing that this version does not know. */
export function withoutSecrets({ tokens = {}, ...facts }: StoredDevice): PairedDevice {
  const listed = Object.values(tokens);
  return PairedDevice.parse(listed.length === 0 ? facts : { ...facts, tokens: listed });
}

function unknownDevice(): RequestError {
  return new RequestError("NOT_FOUND", "unknown deviceId/role");
}

/** Roles come from the wire, so a name that every object has must not find anything. */
function tokenOf({ tokens = {} }: StoredDevice, role: string): StoredToken | undefined {
  return Object.hasOwn(tokens, role) ? tokens[role] : undefined;
}

function readDevice(value: unknown, key: string): StoredDevice | undefined {
  const device = StoredDevice.safeParse(value);
  return device.success && device.data.deviceId === key ? device.data : undefined;
}

function readRequest(value: unknown, key: string): PairingRequest | undefined {
  const request = StoredRequest.safeParse(value);
  return request.success && request.data.requestId === key ? request.data : undefined;
}

/** Another version may have written a request for a role that this one cannot grant. */
function roleOf({ role = "operator" }: PairingRequest): Role {
  const known = ROLES.find((each) => each === role);
  if (known === undefined) throw new RequestError("ROLE_UNKNOWN", "invalid role");
  return known;
}

function cutFacts<T extends object>(facts: T): T {
  const cut = (value: unknown) => (typeof value === "string" ? cutText(value, MAX_FACT_CHARS) : value);
  return Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, cut(value)])) as T;
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
