/** `/healthz` (does it live) and `/readyz` (is it ready): a bare status for everybody, details for this machine. */
import type { ServerResponse } from "node:http";
import { APP_VERSION, PROTOCOL_VERSION } from "../../../shared/version.ts";
import { sendJson } from "./responses.ts";

/** What identifies a gateway to anybody who asks. */
const HEALTH_SIGNATURE = "clawdbot-gateway";

export type Phase = "starting" | "listening" | "ready" | "stopping";

/** What the routes report. */
export interface Vitals {
  instanceId: string;
  phase: Phase;
  startedAtMs: number;
  profile: string | undefined;
  components: Record<string, { ok: boolean; detail?: string }>;
}

/** Answers `/healthz`. `details` is true for callers on this machine. */
export function answerHealthz(response: ServerResponse, vitals: Vitals, details: boolean): void {
  sendJson(response, 200, { ok: true, service: HEALTH_SIGNATURE, ...(details ? vitalFacts(vitals) : {}) });
}

/** Answers `/readyz`: 200 when every component is well and start-up is over, else 503. */
export function answerReadyz(response: ServerResponse, vitals: Vitals, details: boolean): void {
  const ok = vitals.phase === "ready" && Object.values(vitals.components).every((component) => component.ok);
  const more = details ? { ...vitalFacts(vitals), components: vitals.components } : {};
  sendJson(response, ok ? 200 : 503, { ok, service: HEALTH_SIGNATURE, ...more });
}

function vitalFacts(vitals: Vitals) {
  return {
    instanceId: vitals.instanceId,
    pid: process.pid,
    version: APP_VERSION,
    protocol: PROTOCOL_VERSION,
    phase: vitals.phase,
    profile: vitals.profile ?? "default",
    startedAtMs: vitals.startedAtMs,
  };
}
