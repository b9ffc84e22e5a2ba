/** Takes a welcome apart: what answers may be anything, and what it says is used for timers, counts and paths. */
import { isRecord, WIRE_LIMITS } from "../protocol/frame.ts";
import type { HelloOk } from "../protocol/handshake.ts";
import type { PresenceEntry } from "../protocol/methods/presence.ts";

/** More clients than any gateway lists. */
const MAX_ENTRIES = 1_000;
/** Ticks more often or more seldom than this are no sign of life to go by, in ms. */
const TICK_RANGE = { min: 1_000, max: 3_600_000 } as const;
/** Longer than anything runs, in ms: a hundred years. */
const MAX_UPTIME_MS = 100 * 366 * 86_400_000;

/** The welcome with every part in its range, what makes no sense replaced by what says nothing; undefined when it is none. */
export function readHello(payload: unknown): HelloOk | undefined {
  if (!isRecord(payload) || payload.type !== "hello-ok" || typeof payload.protocol !== "number")
    return undefined;
  const [server, features, snapshot, policy, auth] = [
    payload.server,
    payload.features,
    payload.snapshot,
    payload.policy,
    payload.auth,
  ].map((part) => (isRecord(part) ? part : {}));
  const versions = isRecord(snapshot?.stateVersion) ? snapshot.stateVersion : {};
  const defaults = isRecord(snapshot?.sessionDefaults) ? snapshot.sessionDefaults : undefined;
  return {
    type: "hello-ok",
    protocol: payload.protocol,
    server: {
      version: textOf(server?.version) ?? "unknown",
      connId: textOf(server?.connId) ?? "",
      ...optional("commit", textOf(server?.commit)),
      ...optional("host", textOf(server?.host)),
    },
    features: { methods: textsOf(features?.methods), events: textsOf(features?.events) },
    snapshot: {
      presence: presenceOf(snapshot?.presence),
      health: snapshot?.health,
      stateVersion: { presence: countOf(versions.presence), health: countOf(versions.health) },
      uptimeMs: Math.min(countOf(snapshot?.uptimeMs), MAX_UPTIME_MS),
      ...optional("configPath", textOf(snapshot?.configPath)),
      ...optional("stateDir", textOf(snapshot?.stateDir)),
      ...optional("sessionDefaults", defaults && sessionDefaults(defaults)),
    },
    ...optional("canvasHostUrl", textOf(payload.canvasHostUrl)),
    ...optional("auth", auth && deviceAuth(auth)),
    policy: {
      maxPayload: countOf(policy?.maxPayload) || WIRE_LIMITS.maxPayloadBytes,
      maxBufferedBytes: countOf(policy?.maxBufferedBytes) || WIRE_LIMITS.maxBufferedBytes,
      tickIntervalMs: tickInterval(policy?.tickIntervalMs),
    },
  };
}

/** The entries of a presence list that are some, each with those of its parts that are what they should be. */
export function presenceOf(value: unknown): PresenceEntry[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MAX_ENTRIES).filter(isRecord).map(presenceEntry);
}

const ENTRY_TEXTS = [
  "host",
  "ip",
  "version",
  "platform",
  "deviceFamily",
  "modelIdentifier",
  "mode",
  "reason",
  "text",
  "deviceId",
  "instanceId",
] as const;
const ENTRY_LISTS = ["tags", "roles", "scopes"] as const;

function presenceEntry(value: Record<string, unknown>): PresenceEntry {
  const entry: PresenceEntry = { ts: countOf(value.ts) };
  for (const name of ENTRY_TEXTS) {
    const text = textOf(value[name]);
    if (text !== undefined) entry[name] = text;
  }
  for (const name of ENTRY_LISTS) if (Array.isArray(value[name])) entry[name] = textsOf(value[name]);
  if (value.lastInputSeconds !== undefined) entry.lastInputSeconds = countOf(value.lastInputSeconds);
  return entry;
}

function tickInterval(value: unknown): number {
  const isUsable = typeof value === "number" && value >= TICK_RANGE.min && value <= TICK_RANGE.max;
  return isUsable ? value : WIRE_LIMITS.tickIntervalMs;
}

function sessionDefaults(value: Record<string, unknown>): HelloOk["snapshot"]["sessionDefaults"] {
  const [defaultAgentId, mainKey, mainSessionKey] = [
    value.defaultAgentId,
    value.mainKey,
    value.mainSessionKey,
  ].map((text) => textOf(text) ?? "");
  return {
    defaultAgentId: defaultAgentId ?? "",
    mainKey: mainKey ?? "",
    mainSessionKey: mainSessionKey ?? "",
    ...optional("scope", textOf(value.scope)),
  };
}

function deviceAuth(value: Record<string, unknown>): HelloOk["auth"] {
  const deviceToken = textOf(value.deviceToken);
  if (deviceToken === undefined) return undefined;
  const issuedAtMs = typeof value.issuedAtMs === "number" ? value.issuedAtMs : undefined;
  return {
    deviceToken,
    role: textOf(value.role) ?? "operator",
    scopes: textsOf(value.scopes),
    ...optional("issuedAtMs", issuedAtMs),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** A whole number from 0 on; 0 for anything else. */
function countOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? Math.round(value) : 0;
}

function optional<K extends string, V>(key: K, value: V | undefined): { [Key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [Key in K]?: V });
}
