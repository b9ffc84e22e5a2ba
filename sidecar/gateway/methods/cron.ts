/** `cron.*` and `wake`. */
import { defaultAgentId } from "../../../shared/config/agents.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { RequestError } from "../../../shared/errors.ts";
import { cronMethods } from "../../../shared/protocol/methods/cron.ts";
import type { Assistant } from "../../assistant/assistant.ts";
import { jobView, runView } from "../../assistant/cron/job-view.ts";
import type { CronCaller } from "../../assistant/cron/jobs.ts";
import { type Call, implement, type Method } from "../rpc/implement.ts";
import { senderOf } from "./chat-commands.ts";

export interface CronMethodsPlace {
  assistant: Assistant;
  config: () => GatewayConfig;
}

const RUNS = 200;

export function cronHandlers({ assistant, config }: CronMethodsPlace): Method[] {
  return implement(cronMethods, {
    "cron.list": async ({ includeDisabled = false }, call) => {
      if (!assistant.hasStore) return { jobs: [] };
      const desk = await assistant.cron();
      const jobs = await desk.list(callerOf(call), { includesDisabled: includeDisabled });
      return { jobs: jobs.map(jobView), ...waitOf(desk.waitsUntilMs) };
    },

    "cron.status": async () => {
      const storePath = assistant.storeFile;
      if (!assistant.hasStore) {
        const enabled = config().cron?.enabled !== false;
        return { enabled, storePath, jobs: 0, nextWakeAtMs: null };
      }
      const { isOn, enabledJobs, nextAtMs, waitsUntilMs } = await (await assistant.cron()).status();
      return {
        enabled: isOn,
        storePath,
        jobs: enabledJobs,
        nextWakeAtMs: nextAtMs ?? null,
        ...waitOf(waitsUntilMs),
      };
    },

    "cron.add": async (params, call) => {
      const desk = await assistant.cron();
      const job = await desk.add(params, callerOf(call));
      const nextRun = desk.nextRun(job);
      return { ...jobView(job), ...(nextRun !== undefined && { nextRun }) };
    },

    "cron.update": async ({ id, jobId, patch }, call) => {
      const desk = await assistant.cron();
      const job = await desk.update(named("cron.update", id ?? jobId), patch, callerOf(call));
      const nextRun = desk.nextRun(job);
      return { ...jobView(job), ...(nextRun !== undefined && { nextRun }) };
    },

    "cron.remove": async ({ id, jobId }, call) => {
      const wanted = named("cron.remove", id ?? jobId);
      const removed = assistant.hasStore && (await (await assistant.cron()).remove(wanted, callerOf(call)));
      return { ok: true as const, removed };
    },

    "cron.run": async ({ id, jobId, mode = "due" }, call) => {
      const desk = await assistant.cron();
      const started = await desk.run(named("cron.run", id ?? jobId), mode, callerOf(call));
      return { ok: true as const, ...started };
    },

    "cron.runs": async ({ id, jobId, limit = RUNS }, call) => {
      const wanted = named("cron.runs", id ?? jobId);
      if (!assistant.hasStore) return { entries: [] };
      const runs = await (await assistant.cron()).runs(wanted, limit, callerOf(call));
      return { entries: runs.map(runView) };
    },

    wake: async ({ mode, text }) => {
      if (text.trim() === "") return { ok: false };
      await assistant.tell(defaultAgentId(config()), text.trim(), mode);
      return { ok: true };
    },
  });
}

/** Whoever may change jobs at all may change all of them; what they say goes to where the owner was heard last. */
function callerOf({ identity }: Call): CronCaller {
  return { principal: `webchat:${senderOf(identity)}`, authority: "owner", isConversation: false };
}

function waitOf(waitsUntilMs: number | undefined): { waitsUntilMs?: number } {
  return waitsUntilMs === undefined ? {} : { waitsUntilMs: Math.round(waitsUntilMs) };
}

/** A job is named in one of two ways. */
function named(method: string, id: string | undefined): string {
  if (id !== undefined) return id;
  throw new RequestError("PARAMS_INVALID", `invalid ${method} params: must have required property 'id'`);
}
