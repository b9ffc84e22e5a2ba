/** A job as somebody describes it, made into one that can be started: its parts go together, its moment is known. */
import { agentIds, agentName } from "../../../shared/config/agents.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { isZone } from "../../../shared/config/zone.ts";
import { quoted, RequestError, SetupError } from "../../../shared/errors.ts";
import { CRON_REFUSALS } from "../../../shared/protocol/cron-refusals.ts";
import type { CronJobInput, CronJobPatch } from "../../../shared/protocol/methods/cron.ts";
import { advice, joined } from "../../../shared/remedy.ts";
import type { CronPayload, CronSchedule, CronSpec } from "../../base/store/cron-store.ts";
import { ownerZone } from "../prompt/settings.ts";
import { momentText } from "../prompt/time.ts";
import { expressionProblem } from "./next-slot.ts";
import { momentOf } from "./spoken-time.ts";

/** By what it is judged. */
export interface SpecRules {
  config: GatewayConfig;
  nowMs: number;
}

/** What lies this far back is still taken for now, in ms. */
const NOW_MS = 60_000;
/** Nobody means what comes more often than this. */
const LEAST_PERIOD_MS = 1_000;

/** Fails with `CRON_INVALID` and `AGENT_UNKNOWN`, naming the part, its value and what would do. */
export function specOf(input: CronJobInput, rules: SpecRules): CronSpec {
  const { name, agentId, description, enabled = true, deleteAfterRun, sessionTarget, wakeMode } = input;
  const spec: CronSpec = {
    ...(agentId != null && { agentId: knownAgent(agentId, rules.config) }),
    name: name.trim(),
    ...(description !== undefined && { description }),
    isEnabled: enabled,
    ...(deleteAfterRun !== undefined && { deleteAfterRun }),
    schedule: scheduleOf(input.schedule, rules),
    sessionTarget,
    wakeMode,
    payload: input.payload,
    ...(input.isolation !== undefined && { isolation: input.isolation }),
  };
  refuseStrange(spec);
  if (spec.isEnabled) refusePast(spec.schedule, rules);
  return spec;
}

/** The same of a job that is changed: what the patch does not name stays. */
export function patched(before: CronSpec, patch: CronJobPatch, rules: SpecRules): CronSpec {
  const { state: _kept, agentId, enabled, schedule, payload, isolation, ...plain } = patch;
  const { agentId: formerAgent, ...rest } = before;
  const agent =
    agentId === undefined ? formerAgent : agentId === null ? undefined : knownAgent(agentId, rules.config);
  const spec: CronSpec = {
    ...rest,
    ...Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)),
    ...(agent !== undefined && { agentId: agent }),
    isEnabled: enabled ?? before.isEnabled,
    schedule: schedule === undefined ? before.schedule : scheduleOf(schedule, rules),
    payload: payload === undefined ? before.payload : payloadAfter(before.payload, payload),
    ...(isolation !== undefined && { isolation: { ...before.isolation, ...isolation } }),
  };
  refuseStrange(spec);
  if (spec.isEnabled && (schedule !== undefined || !before.isEnabled)) refusePast(spec.schedule, rules);
  return spec;
}

function scheduleOf(schedule: CronJobInput["schedule"], { config, nowMs }: SpecRules): CronSchedule {
  const zone = ownerZone(config);
  switch (schedule.kind) {
    case "at": {
      const { atMs, at } = schedule;
      if (atMs !== undefined) return { kind: "at", atMs };
      const moment = at === undefined ? undefined : momentOf(at, nowMs, zone);
      if (moment !== undefined) return { kind: "at", atMs: moment };
      throw at === undefined
        ? new RequestError(
            "CRON_INVALID",
            "invalid cron.add params: at /schedule: must have required property 'atMs'",
          )
        : new RequestError("CRON_INVALID", CRON_REFUSALS.noMoment(quoted(at)));
    }
    case "every":
      if (schedule.everyMs < LEAST_PERIOD_MS)
        throw new RequestError("CRON_INVALID", CRON_REFUSALS.tooOften(String(schedule.everyMs)));
      return schedule;
    case "cron": {
      const { expr, tz } = schedule;
      if (tz !== undefined && tz.trim() !== "" && !isZone(tz.trim()))
        throw new RequestError("CRON_INVALID", CRON_REFUSALS.noZone(quoted(tz)));
      const problem = expressionProblem(expr, nowMs);
      if (problem !== undefined)
        throw new RequestError("CRON_INVALID", CRON_REFUSALS.noExpression(quoted(expr), problem));
      return { kind: "cron", expr: expr.trim(), ...(tz?.trim() && { tz: tz.trim() }) };
    }
  }
}

function payloadAfter(before: CronPayload, patch: NonNullable<CronJobPatch["payload"]>): CronPayload {
  const known = before.kind === patch.kind ? before : {};
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  const after = { ...known, ...given } as CronPayload;
  const said = after.kind === "systemEvent" ? after.text : after.message;
  if (said !== undefined) return after;
  throw new RequestError(
    "CRON_INVALID",
    patch.kind === "systemEvent"
      ? "a payload of the kind systemEvent needs a text"
      : "a payload of the kind agentTurn needs a message",
  );
}

/** In the words that clients of the protocol know. */
function refuseStrange({ sessionTarget, payload }: CronSpec): void {
  if (sessionTarget === "main" && payload.kind !== "systemEvent")
    throw new SetupError("CRON_INVALID", 'Error: main cron jobs require payload.kind="systemEvent"');
  if (sessionTarget === "isolated" && payload.kind !== "agentTurn")
    throw new SetupError("CRON_INVALID", 'Error: isolated cron jobs require payload.kind="agentTurn"');
}

function refusePast(schedule: CronSchedule, { config, nowMs }: SpecRules): void {
  if (schedule.kind !== "at" || schedule.atMs >= nowMs - NOW_MS) return;
  const zone = ownerZone(config);
  const style = { zone, isTwelveHour: false };
  throw new RequestError(
    "CRON_INVALID",
    CRON_REFUSALS.past(momentText(schedule.atMs, style), zone, momentText(nowMs, style)),
  );
}

function knownAgent(id: string, config: GatewayConfig): string {
  const ids = agentIds(config);
  const named = agentName(id);
  if (ids.includes(named)) return named;
  throw new RequestError(
    "AGENT_UNKNOWN",
    advice`There is no agent ${quoted(named)}; there is ${joined(ids.map(quoted), ", ")}`,
  );
}
