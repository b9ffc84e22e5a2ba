/** `config.*`: the file as it stands, with secrets replaced, and changes of it that keep them. */

import type * as z from "zod";
import type { Clock } from "../../../shared/clock.ts";
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import { type ConfigIssue, moreText } from "../../../shared/config/findings.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { mayHoldSecrets } from "../../../shared/config/secrets.ts";
import { type ConfigReading, readConfig } from "../../../shared/node/config-source.ts";
import { loadPart } from "../../../shared/node/part.ts";
import { type ConfigSnapshot, configMethods } from "../../../shared/protocol/methods/config.ts";
import { advice, english, ours } from "../../../shared/remedy.ts";
import type { Assistant } from "../../assistant/assistant.ts";
import { canonicalKey, keyRules } from "../../assistant/session-key.ts";
import type { ConfigPlace } from "../../base/config/config-file.ts";
import { planReload } from "../../base/config/reload-plan.ts";
import { implement, type Method } from "../rpc/implement.ts";
import { withoutStoredSecrets } from "./config/stored-secrets.ts";
import type { Stoppable } from "./lifecycle.ts";

/** What the handlers stand on. */
export interface ConfigMethodsPlace {
  file: ConfigPlace;
  /** What is in force. */
  config: () => GatewayConfig;
  clock: Clock;
  assistant: Pick<Assistant, "note">;
  process: Stoppable;
  /** Tells clients that the file is another one. */
  changed: (hash: string) => void;
}

type Writer = "config.apply" | "config.patch";
type Valid = Extract<ConfigReading, { state: "valid" }>;

/** When the gateway is restarted that does not take over changes by itself, in ms. */
const RESTART = { delayMs: 2_000, mostMs: 60_000 } as const;

export function configHandlers(place: ConfigMethodsPlace): Method[] {
  const { clock, file } = place;
  const write = async (sent: { raw: string; baseHash?: string | undefined }, how: "whole" | "patch") => {
    const { raw, baseHash } = sent;
    const { takeOver } = await loadPart(() => import("./config/take-over.ts"));
    const after = await takeOver(file, { raw, baseHash, how }, clock.now());
    const now = readConfig(file.file, file.env);
    place.changed(now.hash);
    return { now: now.state === "valid" ? now : after, plan: planReload(place.config(), after.config) };
  };
  const apply = async (
    writer: Writer,
    params: z.output<(typeof configMethods)["config.apply"]["params"]>,
  ) => {
    const { now, plan } = await write(params, writer === "config.patch" ? "patch" : "whole");
    const { sessionKey, note } = params;
    if (sessionKey !== undefined && note !== undefined) await keepNote(place, sessionKey, note);
    return {
      ...written(now),
      restart: restartOf(place, writer, { plan, wantedMs: params.restartDelayMs }),
      sentinel: sentinelOf(writer, { ts: clock.now(), path: now.path, sessionKey, note }),
    };
  };
  return implement(configMethods, {
    "config.get": () => snapshot(readConfig(file.file, file.env)),
    "config.set": async (params) => written((await write(params, "whole")).now),
    "config.apply": (params) => apply("config.apply", params),
    "config.patch": (params) => apply("config.patch", params),
    "config.schema": async () => {
      const { configSchema } = await loadPart(() => import("./config/config-schema.ts"));
      return configSchema(clock.now());
    },
  });
}

function written(reading: Valid) {
  const { path, hash, merged } = reading;
  return { ok: true as const, path, hash, config: withoutStoredSecrets(merged) };
}

/** A gateway takes its file over by itself; one that is told not to is restarted, as somebody asks for it here. */
function restartOf(
  { clock, config, process: { requestRestart } }: ConfigMethodsPlace,
  writer: Writer,
  {
    plan,
    wantedMs = RESTART.delayMs,
  }: { plan: ReturnType<typeof planReload>; wantedMs?: number | undefined },
) {
  const { mode = DEFAULTS["gateway.reload.mode"], debounceMs = DEFAULTS["gateway.reload.debounceMs"] } =
    config().gateway?.reload ?? {};
  const isTakenOver = mode === "hybrid" || mode === "restart";
  const needed = plan.restart.length > 0 || (mode !== "hybrid" && mode !== "hot" && plan.live.length > 0);
  const laterMs = Math.min(wantedMs, RESTART.mostMs);
  if (needed && !isTakenOver && requestRestart !== undefined)
    clock.after(laterMs, () => requestRestart(`asked for with ${writer}`));
  return {
    ok: true as const,
    needed,
    pid: process.pid,
    signal: "SIGUSR1" as const,
    delayMs: needed ? (isTakenOver ? debounceMs : laterMs) : 0,
    reason: writer,
    mode: "emit" as const,
  };
}

function sentinelOf(
  writer: Writer,
  about: { ts: number; path: string; sessionKey: string | undefined; note: string | undefined },
) {
  const { ts, path, sessionKey, note = null } = about;
  return {
    path: null,
    payload: {
      kind: "config-apply" as const,
      status: "ok" as const,
      ts,
      ...(sessionKey === undefined ? {} : { sessionKey }),
      message: note,
      doctorHint: english(advice`Run: ${ours`doctor`}`),
      stats: { mode: writer, root: path },
    },
  };
}

async function keepNote(
  { assistant, config }: ConfigMethodsPlace,
  name: string,
  note: string,
): Promise<void> {
  await assistant.note({ sessionKey: canonicalKey(name, keyRules(config())), sessionName: name }, note);
}

function snapshot(reading: ConfigReading): ConfigSnapshot {
  const base = { path: reading.path, hash: reading.hash, legacyIssues: [] };
  if (reading.state === "missing") {
    return {
      ...base,
      exists: false,
      raw: null,
      parsed: {},
      valid: true,
      config: {},
      issues: [],
      warnings: [],
    };
  }
  const parsed = withoutStoredSecrets(reading.parsed);
  const raw = textOf(reading);
  if (reading.state === "invalid") {
    return {
      ...base,
      exists: true,
      raw,
      parsed,
      valid: false,
      config: {},
      issues: withRest(reading.issues, reading.more),
      warnings: [],
    };
  }
  // A variable stays a name: what it holds may be a secret, wherever it stands.
  const config = withoutStoredSecrets(reading.merged);
  const warnings = withRest(reading.warnings, reading.more);
  return { ...base, exists: true, raw, parsed, valid: true, config, issues: [], warnings };
}

function withRest(issues: readonly ConfigIssue[], more: number | undefined) {
  const all = issues.map((issue) => ({ ...issue, message: english(issue.message) }));
  return more === undefined ? all : [...all, { path: "", message: moreText(more) }];
}

/** The text as clients may see it; null when it cannot be parsed, because its secrets cannot be found then. */
function textOf(reading: Exclude<ConfigReading, { state: "missing" }>): string | null {
  const { raw, parsed, state } = reading;
  if (raw === undefined || (state === "invalid" && Object.keys(parsed).length === 0)) return null;
  return mayHoldSecrets(raw) ? `${JSON.stringify(withoutStoredSecrets(parsed), null, 2)}\n` : raw;
}
