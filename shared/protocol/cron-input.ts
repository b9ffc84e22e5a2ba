/** Jobs as clients and models write them: wrapped, with parts that follow from others left out, in the words of other releases. */
import { isRecord } from "./frame.ts";

/** The parameters of `cron.add` in full, as far as they can be told from what is there. */
export function jobParams(params: unknown): unknown {
  if (!isRecord(params)) return params;
  const inner = isRecord(params.data) ? params.data : isRecord(params.job) ? params.job : params;
  const job = partsOf(inner);
  const kind = isRecord(job.payload) ? job.payload.kind : undefined;
  const target = kind === "systemEvent" ? "main" : kind === "agentTurn" ? "isolated" : undefined;
  return {
    ...job,
    wakeMode: job.wakeMode ?? "next-heartbeat",
    ...(job.sessionTarget === undefined && target !== undefined && { sessionTarget: target }),
  };
}

/** The same of `cron.update`. */
export function runParams(params: unknown): unknown {
  return isRecord(params) && isRecord(params.patch) ? { ...params, patch: partsOf(params.patch) } : params;
}

function partsOf(job: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const enabled = job.enabled === "true" ? true : job.enabled === "false" ? false : job.enabled;
  return {
    ...job,
    ...(enabled === undefined ? {} : { enabled }),
    ...(isRecord(job.schedule) && { schedule: scheduleOf(job.schedule) }),
    ...(isRecord(job.payload) && { payload: payloadOf(job.payload) }),
  };
}

function scheduleOf(schedule: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { at, atMs, ...rest } = schedule;
  // Whoever writes a moment in words has the gateway read them.
  const words = typeof at === "string" ? at : typeof atMs === "string" ? atMs : undefined;
  const known = typeof atMs === "number" ? atMs : typeof at === "number" ? at : undefined;
  const moment = known !== undefined ? { atMs: known } : words !== undefined ? { at: words } : {};
  const kind =
    schedule.kind ??
    (at !== undefined || atMs !== undefined
      ? "at"
      : schedule.everyMs !== undefined
        ? "every"
        : schedule.expr !== undefined
          ? "cron"
          : undefined);
  return { ...rest, ...moment, ...(kind === undefined ? {} : { kind }) };
}

function payloadOf(payload: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kind =
    payload.kind ??
    (payload.message !== undefined ? "agentTurn" : payload.text !== undefined ? "systemEvent" : undefined);
  return { ...payload, ...(kind === undefined ? {} : { kind }) };
}
