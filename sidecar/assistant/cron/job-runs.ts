/**
 * Carries runs of jobs out. A start is noted before anything is done for it, and its turn has a name that follows from that note: whatever
 * ends the process in between, the next one finds the note and goes on where this one stopped.
 */
import { randomUUID } from "node:crypto";
import { sleep } from "../../../shared/clock.ts";
import { errorSentence, errorText } from "../../../shared/errors.ts";
import { chooseLanguage } from "../../../shared/languages.ts";
import type { CronDue, CronJob, CronRun, CronSettlement } from "../../base/store/cron-store.ts";
import type { OutboxPart } from "../../base/store/outbox-records.ts";
import type { Inbound, Renewal } from "../../base/store/session-store.ts";
import { toldIn } from "../../texts/told-in.ts";
import { ownerZone } from "../prompt/settings.ts";
import { momentText } from "../prompt/time.ts";
import { keyRules, mainSessionKey } from "../session-key.ts";
import { fieldsAfterReset } from "../sessions/reset.ts";
import { begun, ended, MOST_INTERRUPTIONS, type Outcome, passedOver, statusOf } from "./job-slots.ts";
import type { CronPlace } from "./place.ts";
import { type Ending, endingText, saidBy } from "./words.ts";

/** How long one run may take where its job does not say, in ms. */
const RUN_MS = 600_000;
/** How long is waited before it is asked again whether a run has ended, in ms. */
const WAIT_MS = 3_600_000;
/** How soon an end is noted again that the disk did not take, in ms. */
const AGAIN_MS = 5_000;
/** As much of an answer as is kept of a run, in characters. */
const SUMMARY_CHARS = 2_000;
const FULL_CHARS = 8_000;

/** A run that is under way. */
export interface Underway {
  jobId: string;
  /** Resolves with how it came out; undefined where the process ends first, and the next one goes on. Never rejects. */
  end: Promise<Outcome | undefined>;
}

export class JobRuns {
  #place: CronPlace;
  #over = new AbortController();
  #running = new Map<string, Underway>();
  #ended: () => void;

  /** `ended` is called whenever a run is over. */
  constructor(place: CronPlace, ended: () => void) {
    this.#place = place;
    this.#ended = ended;
  }

  get count(): number {
    return this.#running.size;
  }

  isRunning(jobId: string): boolean {
    return this.#running.has(jobId);
  }

  /** Begins the run, once for each slot and attempt; undefined where it was begun before, or its job is gone. Fails where the store does. */
  async begin(job: CronJob, due: Pick<CronDue, "slotMs" | "attempt">): Promise<Underway | undefined> {
    const { store, clock, holder, bus, config } = this.#place;
    const nowMs = clock.now();
    const run = {
      jobId: job.id,
      slotMs: due.slotMs,
      attempt: due.attempt,
      runId: randomUUID(),
      startedAtMs: nowMs,
    };
    const zone = ownerZone(config());
    const isFirst = await store.claim(run, holder, (now) => begun(now, run, zone, nowMs));
    if (!isFirst) {
      await store.change(job.id, (now) => passedOver(now, zone, nowMs));
      return undefined;
    }
    bus.publish("cron", { jobId: job.id, action: "started", runAtMs: nowMs });
    return this.#follow(job, { ...run, seq: 0, state: "started", interrupted: 0 });
  }

  /** Goes on with what other processes began. */
  async takeUp(): Promise<void> {
    const { store, log, holder } = this.#place;
    for (const run of await store.takeUp(holder)) {
      const job = await store.job(run.jobId);
      log.info({ job: run.jobId, interrupted: run.interrupted }, "a run of a job was cut off");
      if (job === undefined)
        await store.settle({ run, state: "error", error: "the job is gone", change: same }, 0);
      else this.#follow(job, run);
    }
  }

  /** Resolves when nothing is under way any more; what runs is left to the next process. */
  async stop(): Promise<void> {
    this.#over.abort();
    await Promise.all([...this.#running.values()].map(({ end }) => end));
  }

  #follow(job: CronJob, run: CronRun): Underway {
    const end = this.#carryOut(job, run).catch((error: unknown) => {
      if (!this.#over.signal.aborted)
        this.#place.log.error({ job: job.id, err: error }, "a run could not be followed");
      return undefined;
    });
    const over = end.finally(() => {
      this.#running.delete(job.id);
      this.#ended();
    });
    const underway = { jobId: job.id, end: over };
    this.#running.set(job.id, underway);
    return underway;
  }

  async #carryOut(job: CronJob, run: CronRun): Promise<Outcome | undefined> {
    const outcome = await this.#outcomeOf(job, run);
    if (outcome === undefined) return undefined;
    for (;;) {
      try {
        await this.#settle(job, run, outcome);
        return outcome;
      } catch (error) {
        this.#place.log.error(
          { job: job.id, err: error },
          "how a run ended could not be kept; it is tried again",
        );
        await sleep(this.#place.clock, AGAIN_MS, this.#over.signal);
      }
    }
  }

  async #outcomeOf(job: CronJob, run: CronRun): Promise<Outcome | undefined> {
    const { household, config } = this.#place;
    const before = await (await household.store()).run(run.runId);
    if (run.interrupted >= MOST_INTERRUPTIONS && (before === undefined || before.state === "failed"))
      return INTERRUPTED;
    try {
      // What was accepted once is not accepted again, however long ago that was.
      if (before === undefined)
        await household.accept(this.#inbound(job, run), job.sessionTarget === "isolated" ? ANEW : undefined);
    } catch (error) {
      if (this.#over.signal.aborted) return undefined;
      const language = chooseLanguage({ configured: config().language });
      return { kind: "error", error: await toldIn(language, errorSentence(error)) };
    }
    for (;;) {
      const known = await household.waitFor(run.runId, WAIT_MS, this.#over.signal);
      if (known?.state === "done") return { kind: "ok", summary: known.result?.text ?? "" };
      if (known?.state === "failed")
        return known.result?.code === "BUDGET_REACHED"
          ? { kind: "refused", error: known.result.text }
          : { kind: "error", error: known.result?.text ?? "" };
      if (known?.state === "aborted")
        return known.result?.stopReason === "timeout"
          ? { kind: "error", error: "it took too long" }
          : { kind: "stopped", error: "it was stopped" };
      if (this.#over.signal.aborted) return undefined;
    }
  }

  #inbound(job: CronJob, run: CronRun): Inbound {
    const { config, clock } = this.#place;
    const rules = keyRules(config());
    const agentId = job.agentId ?? rules.defaultId;
    const { payload, sessionTarget, schedule } = job;
    const turn = payload.kind === "agentTurn" ? payload : undefined;
    const isTold = sessionTarget === "main" || turn?.deliver === true;
    const said = saidBy(job);
    const lateMs = run.startedAtMs - run.slotMs;
    const zone = ownerZone(config());
    const due = momentText(run.slotMs, { zone, isTwelveHour: false });
    return {
      idempotency: { scope: "cron", key: `${job.id}:${run.slotMs}:${run.attempt}` },
      runId: run.runId,
      sessionKey:
        sessionTarget === "main" ? mainSessionKey(rules, agentId) : `agent:${agentId}:cron:${job.id}`,
      agentId,
      channel: "cron",
      chat: job.id,
      // Whatever else waits in the conversation, it stands in a turn of its own.
      thread: run.runId,
      sender: job.principal,
      authority: job.authority,
      origin: "cron",
      text: run.attempt === 1 && lateMs > LATE_MS ? `${said}\n(This was due at ${due}, and is late.)` : said,
      ...(isTold && job.route !== undefined && { route: job.route }),
      parts: { atMs: clock.now() },
      options: {
        task: job.name,
        ...(isTold && schedule.kind === "at" && { mustTell: true }),
        timeoutMs: turn?.timeoutSeconds === undefined ? RUN_MS : turn.timeoutSeconds * 1_000,
        ...(turn?.model && { model: turn.model }),
        ...(turn?.thinking && { thinking: turn.thinking }),
      },
    };
  }

  async #settle(job: CronJob, run: CronRun, outcome: Outcome): Promise<void> {
    const { store, clock, bus, config } = this.#place;
    const nowMs = clock.now();
    // It may be another one by now than it was when it began.
    const after = ended((await store.job(job.id)) ?? job, run, outcome, nowMs);
    const text =
      after.ending && endingText(after.ending, job, config(), outcome.kind === "ok" ? "" : outcome.error);
    const settlement: CronSettlement = {
      run,
      state: statusOf(outcome),
      ...(outcome.kind === "ok"
        ? { summary: outcome.summary.slice(0, SUMMARY_CHARS) }
        : { error: outcome.error.slice(0, SUMMARY_CHARS) }),
      change: (now) => ended(now, run, outcome, nowMs).job,
      said: this.#saidOf(job, outcome, nowMs),
      notices: text === undefined ? [] : await this.#noticesOf(job, text),
    };
    const settled = await store.settle(settlement, nowMs);
    if (settled === false) return;
    if (text !== undefined) {
      this.#place.surface?.written?.();
      await this.#note(job, text);
    }
    // Where no chat is meant, it is told in the main conversation.
    if (outcome.kind === "ok" && isDelivered(job) && job.route === undefined && !isNothing(outcome.summary))
      await this.#note(job, outcome.summary);
    const nextRunAtMs = settled.job?.due?.atMs;
    bus.publish("cron", {
      jobId: job.id,
      action: "finished",
      status: settlement.state === "missed" ? "skipped" : settlement.state,
      ...(settlement.summary === undefined ? {} : { summary: settlement.summary }),
      ...(settlement.error === undefined ? {} : { error: settlement.error }),
      runAtMs: run.startedAtMs,
      durationMs: Math.max(0, nowMs - run.startedAtMs),
      ...(nextRunAtMs === undefined ? {} : { nextRunAtMs }),
    });
    if (settled.job === undefined) bus.publish("cron", { jobId: job.id, action: "removed" });
  }

  /** A model wrote it, who may have read anything: it is history for the main conversation, and no event of the gateway. */
  #saidOf(job: CronJob, outcome: Outcome, nowMs: number): CronSettlement["said"] {
    const { sessionTarget, isolation, name, authority } = job;
    if (sessionTarget !== "isolated" || outcome.kind !== "ok" || isNothing(outcome.summary)) return undefined;
    const {
      postToMainPrefix: prefix = "Cron",
      postToMainMode = "summary",
      postToMainMaxChars,
    } = isolation ?? {};
    const most = postToMainMode === "full" ? (postToMainMaxChars ?? FULL_CHARS) : SUMMARY_CHARS;
    return {
      sessionKey: mainSessionKey(keyRules(this.#place.config()), job.agentId),
      line: {
        kind: "said",
        text: `${prefix}: ${outcome.summary.slice(0, most)}`,
        author: name,
        authority,
        atMs: nowMs,
      },
    };
  }

  /** In the main conversation, which may be there only from now on. */
  async #note({ agentId }: CronJob, text: string): Promise<void> {
    const { household, config, clock } = this.#place;
    const rules = keyRules(config());
    const main = mainSessionKey(rules, agentId);
    await (await household.store()).patch(main, agentId ?? rules.defaultId, {}, clock.now());
    await household.note({ sessionKey: main, sessionName: main }, text);
  }

  /** Where the job speaks, else where its owner was heard last. */
  async #noticesOf(job: CronJob, text: string): Promise<OutboxPart[]> {
    const route = job.route ?? (await this.#place.surface?.ownerRoute?.().catch(() => undefined)); // The conversation tells it as well.
    return route === undefined ? [] : [{ kind: "notice", route, payload: { text } }];
  }

  /** A start that comes too late is told in the same way as one that failed for good. */
  async tellEnding(ending: Ending, job: CronJob, reason: string): Promise<void> {
    const { household, config, clock, log } = this.#place;
    const text = endingText(ending, job, config(), reason);
    const notices = await this.#noticesOf(job, text);
    try {
      const store = await household.store();
      if (notices.length > 0) await store.addOutbox(notices, clock.now());
      this.#place.surface?.written?.();
      await this.#note(job, text);
    } catch (error) {
      log.warn({ job: job.id, reason: errorText(error) }, "the owner could not be told of a job");
    }
  }
}

const LATE_MS = 120_000;
const INTERRUPTED: Outcome = { kind: "error", error: "the gateway ended twice while it ran" };
/** A run has a conversation of its own. */
const ANEW: Renewal = ({ fields }) => fieldsAfterReset(fields);

function isDelivered({ sessionTarget, payload }: CronJob): boolean {
  return sessionTarget === "isolated" && payload.kind === "agentTurn" && payload.deliver === true;
}

function same(job: CronJob): CronJob {
  return job;
}

/** Whether a model said that there is nothing to say. */
function isNothing(text: string): boolean {
  return /^(?:NO_REPLY)?$/i.test(
    text.replace(/[*_~`\s]/g, (character) => (character === "_" ? "_" : "")).replace(/^_+|_+$/g, ""),
  );
}
