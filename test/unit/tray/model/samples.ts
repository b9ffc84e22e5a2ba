/** One model for every shape of every state, and one event of every type and shape, for the tests that walk the table. */

import type { GatewayEvent } from "../../../../tray/model/events.ts";
import {
  type BlockedReason,
  type Crash,
  DEFAULT_INTENT,
  type GatewayInfo,
  type GatewayState,
  type Intent,
  initialModel,
  SERVICE_RUNTIMES,
  SERVICE_VERBS,
  type TrayModel,
} from "../../../../tray/model/tray-model.ts";

export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
/** Jitter of zero. */
export const middle = () => 0.5;

export const GATEWAY: GatewayInfo = {
  pid: 4711,
  url: "ws://127.0.0.1:18789",
  startedAtMs: NOW - 3 * 3_600_000 - 12 * 60_000,
  clients: 2,
  agentModel: "anthropic/claude-opus-4-5",
  service: null,
};
export const UNIT = "clawdbot-gateway.service";
/** The same, generation by a service. */
export const SERVED: GatewayInfo = { ...GATEWAY, service: UNIT };

export const CRASH: Crash = {
  atMs: NOW - 1_000,
  cause: "exit",
  code: 1,
  signal: null,
  pid: 4711,
  uptimeMs: 60_000,
  evidence: "crash-2026-01-02T03-04-04-000Z.json",
};

export const REASONS: readonly BlockedReason[] = [
  { kind: "port-in-use", port: 18789, pid: 812, command: "nginx", user: "www-data" },
  { kind: "port-in-use", port: null, pid: null, command: null, user: null },
  { kind: "config-invalid", path: "/home/me/.clawdbot/clawdbot.json", issues: ["line 3: comma", "line 9"] },
  { kind: "auth-mismatch", message: "token mismatch" },
  { kind: "protocol-mismatch", theirs: 4, ours: 3 },
  { kind: "runtime-missing", message: "node is not installed" },
  { kind: "refused", message: "set gateway.mode=local", fix: "clawdbot config set gateway.mode local" },
  { kind: "not-set-up" },
];
export const PORT_IN_USE = REASONS[0] as BlockedReason;
export const AUTH_MISMATCH = REASONS[3] as BlockedReason;

const OWNERS = ["child", "service", "attached"] as const;
const STOP = { because: "asked", installs: false, killing: false, sinceMs: NOW } as const;

export const STATES: readonly GatewayState[] = [
  { kind: "stopped" },
  { kind: "probing", sinceMs: NOW },
  ...OWNERS.flatMap((owner): GatewayState[] => [
    { kind: "starting", mode: "normal", owner, pid: 4711, planned: true, verb: null, sinceMs: NOW },
    { kind: "degraded", owner, gateway: GATEWAY, trouble: { kind: "late", misses: 1 }, sinceMs: NOW },
    { kind: "degraded", owner, gateway: GATEWAY, trouble: { kind: "lost", retries: 1 }, sinceMs: NOW },
    { kind: "stopping", ...STOP, target: owner, pid: 4711 },
  ]),
  ...(["child", "service"] as const).flatMap((owner): GatewayState[] => [
    {
      kind: "degraded",
      owner,
      gateway: GATEWAY,
      trouble: { kind: "refused", reason: AUTH_MISMATCH },
      sinceMs: NOW,
    },
    {
      kind: "running",
      owner,
      gateway: { ...GATEWAY, service: owner === "service" ? UNIT : null },
      healthySinceMs: NOW,
    },
  ]),
  { kind: "starting", mode: "normal", owner: "child", pid: null, planned: false, verb: null, sinceMs: NOW },
  ...(["start", "restart", "install", null] as const).map(
    (verb): GatewayState => ({
      kind: "starting",
      mode: "normal",
      owner: "service",
      pid: null,
      planned: false,
      verb,
      sinceMs: NOW,
    }),
  ),
  { kind: "attached", gateway: GATEWAY, healthySinceMs: NOW },
  { kind: "stopping", ...STOP, target: "foreign", pid: 812, killing: true },
  { kind: "stopping", ...STOP, target: "child", pid: null, because: "not-ready" },
  { kind: "stopping", ...STOP, target: "child", pid: 4711, installs: true },
  { kind: "stopping", ...STOP, target: "service", pid: 4711, because: "elsewhere" },
  { kind: "backoff", by: "tray", crash: CRASH, attempt: 2, untilMs: NOW + 2_000 },
  { kind: "backoff", by: "service", crash: CRASH, attempt: 1, untilMs: NOW + 10_000 },
  { kind: "gave-up", crash: CRASH },
  ...REASONS.map((reason): GatewayState => ({ kind: "blocked", reason })),
];

/** The generation that every sample model is in. */
const generation = 7;
const exit = {
  type: "exited",
  generation,
  pid: 4711,
  signal: null,
  uptimeMs: 1_000,
  startBlocked: null,
} as const;

export const EVENTS: readonly GatewayEvent[] = [
  { type: "launched" },
  { type: "woke-from-sleep" },
  { type: "cause-changed", generation },
  { type: "user-start" },
  { type: "user-stop" },
  { type: "user-restart" },
  { type: "user-free-port" },
  { type: "user-toggle-dev" },
  { type: "user-reset-dev" },
  { type: "user-run-as-service", enabled: true },
  { type: "user-run-as-service", enabled: false },
  { type: "user-relaunch" },
  { type: "user-quit", gateway: "setting" },
  { type: "user-quit", gateway: "keep" },
  { type: "user-quit", gateway: "stop" },
  { type: "nobody-listening", generation },
  { type: "connected", generation, gateway: GATEWAY },
  { type: "connected", generation, gateway: SERVED },
  { type: "not-ready", generation, pid: 4711, answersHttp: false },
  { type: "not-ready", generation, pid: 4711, answersHttp: true },
  { type: "probe-blocked", generation, reason: AUTH_MISMATCH },
  { type: "spawned", generation, pid: 4711 },
  { type: "spawn-failed", generation, reason: { kind: "runtime-missing", message: "node" } },
  { ...exit, code: 0 },
  { ...exit, code: 1 },
  { ...exit, code: 78, startBlocked: { code: "CONFIG_INVALID", message: "line 3" } },
  { ...exit, code: 78, startBlocked: { code: "ALREADY_RUNNING", message: "pid 3" } },
  { type: "stop-failed", generation, message: "EPERM" },
  ...SERVICE_VERBS.flatMap((verb): GatewayEvent[] => [
    { type: "service-done", generation, mode: "normal", verb },
    {
      type: "service-failed",
      generation,
      mode: "normal",
      verb,
      refusal: { code: "SERVICE_FAILED", message: "no bus", fix: "log in" },
    },
  ]),
  {
    type: "service-failed",
    generation,
    mode: "normal",
    verb: "start",
    refusal: { code: "ALREADY_RUNNING", message: "pid 3" },
  },
  { type: "service-refused", generation },
  ...SERVICE_RUNTIMES.map(
    (runtime): GatewayEvent => ({ type: "service-status", generation, runtime, refusal: null }),
  ),
  {
    type: "service-status",
    generation,
    runtime: "blocked",
    refusal: { code: "CONFIG_INVALID", message: "line 3" },
  },
  { type: "gateway-returned", generation },
  { type: "health-ok", generation, gateway: { clients: 3 } },
  { type: "health-miss", generation, answersHttp: false },
  { type: "health-miss", generation, answersHttp: true },
  { type: "socket-lost", generation },
  { type: "shutdown-announced", generation, restartExpectedMs: 1_500 },
  { type: "shutdown-announced", generation, restartExpectedMs: null },
  { type: "probe-again" },
  { type: "readiness-timeout" },
  { type: "reconnect" },
  { type: "stop-deadline" },
  { type: "backoff-elapsed" },
];

/** A model in the given state, long after the quiet start. */
export function modelIn(gateway: GatewayState, intent: Partial<Intent> = {}): TrayModel {
  const model = initialModel({ ...DEFAULT_INTENT, ...intent }, "0.1.0", NOW - 60_000);
  return { ...model, gateway, facts: { ...model.facts, generation } };
}

/** The same with an installed service of the default profile. */
export function servedIn(gateway: GatewayState, intent: Partial<Intent> = {}): TrayModel {
  const model = modelIn(gateway, intent);
  return { ...model, facts: { ...model.facts, serviceInstalled: { normal: true, dev: false } } };
}

/** The first sample of a kind that has the given fields. */
export function stateOf(kind: GatewayState["kind"], fields: object = {}): GatewayState {
  const wanted = Object.entries(fields);
  const found = STATES.find(
    (state) =>
      state.kind === kind &&
      wanted.every(([key, value]) => Object.entries(state).some(([k, v]) => k === key && v === value)),
  );
  if (found === undefined) throw new Error(`no sample of ${kind} with ${JSON.stringify(fields)}`);
  return found;
}
