/** Where jobs are made, seen, changed and started by hand, for whoever may. */
import { randomUUID } from "node:crypto";
import { errorSentence, plainText, quoted, RequestError, SetupError } from "../../../shared/errors.ts";
import { CRON_REFUSALS } from "../../../shared/protocol/cron-refusals.ts";
import type { CronJobInput, CronJobPatch } from "../../../shared/protocol/methods/cron.ts";
import { advice, english } from "../../../shared/remedy.ts";
import type { CronJob, CronRun } from "../../base/store/cron-store.ts";
import { ownerZone } from "../prompt/settings.ts";
import { importJobs } from "./import-jobs.ts";
import { BY_HAND, firstDue } from "./job-slots.ts";
import { patched, specOf } from "./job-spec.ts";
import { targeted } from "./job-target.ts";
import type { CronCaller, CronStatus, Jobs, StartedByHand } from "./jobs.ts";
import type { CronPlace } from "./place.ts";
import { Scheduler } from "./scheduler.ts";
import { nextRunText } from "./words.ts";

export class CronDesk implements Jobs {
  #place: CronPlace;
  #scheduler: Scheduler;

  constructor(place: CronPlace) {
    this.#place = place;
    this.#scheduler = new Scheduler(place);
  }

  /** Takes over what another program kept, once, and starts jobs from then on. */
  async start(): Promise<void> {
    await importJobs(this.#place);
    await this.#scheduler.start();
  }

  async stop(): Promise<void> {
    await this.#scheduler.stop();
  }

  async list(caller: CronCaller, { includesDisabled }: { includesDisabled: boolean }): Promise<CronJob[]> {
    const jobs = await this.#place.store.jobs({ includesDisabled });
    return jobs.filter((job) => mayTouch(caller, job));
  }

  async status(): Promise<CronStatus> {
    const { store, isOn } = this.#place;
    const { enabled } = await store.count();
    return {
      isOn: isOn(),
      enabledJobs: enabled,
      nextAtMs: await store.nextDueAt(0),
      waitsUntilMs: this.waitsUntilMs,
    };
  }

  /** When jobs begin again that wait because the gateway was started too often; undefined where none do. */
  get waitsUntilMs(): number | undefined {
    return this.#scheduler.waitsUntilMs;
  }

  async add(input: CronJobInput, caller: CronCaller): Promise<CronJob> {
    const { store, clock, config, bus, surface } = this.#place;
    const nowMs = clock.now();
    await this.#refuseModel(input.payload);
    const { spec, route } = await targeted(specOf(input, { config: config(), nowMs }), caller, surface);
    const made: CronJob = {
      ...spec,
      id: randomUUID(),
      principal: caller.principal,
      authority: caller.authority,
      ...(route !== undefined && { route }),
      state: {},
      scheduledAtMs: nowMs,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    };
    const job = { ...made, due: firstDue(made, ownerZone(config()), nowMs) };
    await store.add(job);
    bus.publish("cron", { jobId: job.id, action: "added", ...nextOf(job) });
    await this.#changed();
    return job;
  }

  async update(id: string, patch: CronJobPatch, caller: CronCaller): Promise<CronJob> {
    const { store, clock, config, bus, surface } = this.#place;
    const before = await this.#job(id, caller);
    const nowMs = clock.now();
    const zone = ownerZone(config());
    if (patch.payload !== undefined) await this.#refuseModel(patch.payload);
    const wanted = patched(before, patch, { config: config(), nowMs });
    const target = patch.payload === undefined ? undefined : await targeted(wanted, caller, surface);
    const spec = target?.spec ?? wanted;
    const route = target === undefined ? {} : { route: target.route ?? before.route };
    const isNewTime = patch.schedule !== undefined || spec.isEnabled !== before.isEnabled;
    const isBack = spec.isEnabled && !before.isEnabled;
    const job = await store.change(id, (now) => {
      const state = isBack ? { ...now.state, failures: undefined, pausedBy: undefined } : now.state;
      const scheduledAtMs = patch.schedule === undefined ? now.scheduledAtMs : nowMs;
      const changed = { ...now, ...spec, ...route, state, scheduledAtMs, updatedAtMs: nowMs };
      return isNewTime ? { ...changed, due: firstDue(changed, zone, nowMs) } : changed;
    });
    if (job === undefined) throw unknownJob(id);
    bus.publish("cron", { jobId: id, action: "updated", ...nextOf(job) });
    await this.#changed();
    return job;
  }

  async remove(id: string, caller: CronCaller): Promise<boolean> {
    const { store, bus } = this.#place;
    const job = await store.job(id);
    if (job === undefined || !mayTouch(caller, job)) return false;
    const isGone = await store.remove(id);
    if (isGone) bus.publish("cron", { jobId: id, action: "removed" });
    await this.#changed();
    return isGone;
  }

  async run(id: string, mode: "due" | "force", caller: CronCaller): Promise<StartedByHand> {
    const { clock } = this.#place;
    const job = await this.#job(id, caller);
    const { runs } = this.#scheduler;
    if (runs.isRunning(id)) return { ran: false, reason: "already-running" };
    const nowMs = clock.now();
    const isDue = job.isEnabled && job.due !== undefined && job.due.atMs <= nowMs;
    if (mode === "due" && !isDue) return { ran: false, reason: "not-due" };
    const due = isDue && job.due !== undefined ? job.due : { slotMs: nowMs, attempt: BY_HAND };
    const underway = await runs.begin(job, due);
    if (underway === undefined) return { ran: false, reason: "already-running" };
    await underway.end;
    return { ran: true };
  }

  async runs(id: string, limit: number, caller: CronCaller): Promise<CronRun[]> {
    const { store } = this.#place;
    const job = await store.job(id);
    if (job === undefined ? caller.authority !== "owner" : !mayTouch(caller, job)) return [];
    return await store.runs(id, limit);
  }

  nextRun(job: CronJob): string | undefined {
    const { clock, config } = this.#place;
    return nextRunText(job, { nowMs: clock.now(), zone: ownerZone(config()) });
  }

  async #refuseModel(payload: { model?: string | undefined } | object): Promise<void> {
    const model = "model" in payload ? payload.model : undefined;
    if (model === undefined) return;
    try {
      await this.#place.knowsModel(model);
    } catch (error) {
      const why = english(errorSentence(error)).replace(/\.$/, "");
      throw new RequestError("CRON_INVALID", CRON_REFUSALS.noModel(quoted(model), plainText(why, 300)));
    }
  }

  async #job(id: string, caller: CronCaller): Promise<CronJob> {
    const job = await this.#place.store.job(id);
    if (job === undefined || !mayTouch(caller, job)) throw unknownJob(id);
    return job;
  }

  async #changed(): Promise<void> {
    await this.#scheduler.start();
    this.#scheduler.changed();
  }
}

/** In the words that clients of the protocol know. */
function unknownJob(id: string): SetupError {
  return new SetupError("CRON_UNKNOWN", advice`Error: unknown cron job id: ${plainText(id, 80)}`);
}

function mayTouch({ principal, authority }: CronCaller, job: CronJob): boolean {
  return authority === "owner" || principal === job.principal;
}

function nextOf({ due, isEnabled }: CronJob): { nextRunAtMs?: number } {
  return isEnabled && due !== undefined ? { nextRunAtMs: due.atMs } : {};
}
