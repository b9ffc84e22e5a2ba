/**
 * Starts jobs when they are due, a few at once, and sleeps in between. What was missed while nobody was there, or while the clock was put
 * on, comes once, a moment after the start and one after the other.
 */
import { MAX_DELAY_MS } from "../../../shared/clock.ts";
import { durationMs } from "../../../shared/config/amounts.ts";
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import type { CronDue, CronJob } from "../../base/store/cron-store.ts";
import { ownerZone } from "../prompt/settings.ts";
import { JobRuns } from "./job-runs.ts";
import { passedOver, rulesOf } from "./job-slots.ts";
import { lastSlot } from "./next-slot.ts";
import type { CronPlace } from "./place.ts";

/** What is later than this was missed, and a clock that is this far from where it should be was set, in ms. */
const MISSED_MS = 120_000;
/** What comes once and was missed for longer than this does not come any more, in ms. */
const ONCE_MS = 86_400_000;
/** The machine has other things to do when it has just been started, in ms. */
const SETTLE_MS = 60_000;
/** Between what was missed and is made up for, in ms. */
const APART_MS = 5_000;
/** Machines sleep, and clocks are set: how often it is looked whether something is due, in ms. */
const LOOK_MS = 60_000;
/** How soon it is looked again when the store could not be read, in ms. */
const AGAIN_MS = 5_000;

export class Scheduler {
  readonly runs: JobRuns;
  #place: CronPlace;
  #timer: Disposable | undefined;
  #isStarted = false;
  #isOver = false;
  #looking: Promise<void> | undefined;
  #isDue = false;
  /** On the monotonic clock: before this nothing begins, and nothing that was missed. */
  #notBefore = 0;
  #missedNotBefore = 0;
  /** Both clocks at the last look. */
  #lookedAt: { nowMs: number; monotonicMs: number } | undefined;

  constructor(place: CronPlace) {
    this.#place = place;
    this.runs = new JobRuns(place, () => this.changed());
  }

  /** Goes on where the last process stopped. Does nothing where it was called before. */
  async start(): Promise<void> {
    if (this.#isStarted || this.#isOver) return;
    this.#isStarted = true;
    const { clock, log, notBefore } = this.#place;
    this.#missedNotBefore = clock.monotonicMs() + SETTLE_MS;
    this.#notBefore = await notBefore();
    if (this.waitsUntilMs !== undefined) log.warn("the gateway was started again and again; jobs wait");
    await this.runs.takeUp();
    this.changed();
  }

  /** When jobs begin again that wait because the gateway was started too often; undefined where none do. */
  get waitsUntilMs(): number | undefined {
    const { clock } = this.#place;
    const waitMs = this.#notBefore - clock.monotonicMs();
    return waitMs > 0 ? clock.now() + waitMs : undefined;
  }

  /** Jobs are not what they were: looks what is due, and when to look next. */
  changed(): void {
    if (!this.#isStarted || this.#isOver) return;
    this.#isDue = true;
    this.#looking ??= this.#lookAll().finally(() => {
      this.#looking = undefined;
      // It was asked for at the very end.
      if (this.#isDue) this.changed();
    });
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#timer?.dispose();
    await this.#looking;
    await this.runs.stop();
  }

  async #lookAll(): Promise<void> {
    while (this.#isDue && !this.#isOver) {
      this.#isDue = false;
      try {
        this.#arm(await this.#look());
      } catch (error) {
        this.#place.log.error({ err: error }, "it could not be seen which jobs are due; it is looked again");
        this.#arm(AGAIN_MS);
      }
    }
  }

  /** Begins what is due. In how many ms it is to be looked again; undefined where nothing is to come. */
  async #look(): Promise<number | undefined> {
    const { store, clock, isOn } = this.#place;
    await this.#seeClocks();
    // Somebody may switch them on again.
    if (!isOn()) return LOOK_MS;
    const monotonicMs = clock.monotonicMs();
    if (monotonicMs < this.#notBefore) return this.#notBefore - monotonicMs;
    const nowMs = clock.now();
    const onTime = await store.due({ fromMs: nowMs - MISSED_MS, toMs: nowMs }, this.#free());
    for (const job of onTime) await this.#begin(job);
    const waitMs = await this.#makeUp();
    const next = this.#free() === 0 ? undefined : await store.nextDueAt(nowMs);
    const { enabled } = await store.count();
    if (enabled === 0 && this.runs.count === 0) return undefined;
    const untilNext = next === undefined ? LOOK_MS : Math.max(0, next - clock.now());
    return Math.min(LOOK_MS, untilNext, waitMs ?? LOOK_MS);
  }

  /** What was missed, one after the other. In how many ms the next one may come; undefined where there is none. */
  async #makeUp(): Promise<number | undefined> {
    const { store, clock, config } = this.#place;
    const zone = ownerZone(config());
    for (;;) {
      const nowMs = clock.now();
      const [job] = await store.due({ fromMs: 0, toMs: nowMs - MISSED_MS }, 1);
      if (job?.due === undefined) return undefined;
      const { due, schedule } = job;
      const slotMs =
        due.attempt > 1
          ? due.slotMs
          : lastSlot(schedule, rulesOf(job, zone), { sinceMs: due.slotMs, untilMs: nowMs });
      const mostMs = schedule.kind === "at" ? ONCE_MS : this.#catchUpMs();
      if (nowMs - slotMs >= mostMs && due.attempt === 1) {
        await this.#passOver(job, slotMs);
        continue;
      }
      const waitMs = this.#missedNotBefore - clock.monotonicMs();
      if (waitMs > 0) return waitMs;
      if (this.#free() === 0) return undefined;
      this.#missedNotBefore = clock.monotonicMs() + APART_MS;
      await this.#begin(job, { slotMs, attempt: due.attempt });
    }
  }

  async #begin(job: CronJob, due: Pick<CronDue, "slotMs" | "attempt"> | undefined = job.due): Promise<void> {
    if (due === undefined || this.#isOver) return;
    await this.runs.begin(job, due);
  }

  async #passOver(job: CronJob, slotMs: number): Promise<void> {
    const { store, clock, config, log } = this.#place;
    const nowMs = clock.now();
    const zone = ownerZone(config());
    log.warn({ job: job.id, name: job.name, slotMs }, "nobody was there when a job was due");
    await store.miss(job.id, slotMs, nowMs, (now) => passedOver(now, zone, nowMs));
    if (job.schedule.kind === "at") await this.runs.tellEnding("too-late", job, "");
  }

  /** A clock that was put on is like a machine that slept; one that was put back has jobs come too late. */
  async #seeClocks(): Promise<void> {
    const { clock, store, config, log } = this.#place;
    const seen = { nowMs: clock.now(), monotonicMs: clock.monotonicMs() };
    const before = this.#lookedAt ?? seen;
    this.#lookedAt = seen;
    const setByMs = seen.nowMs - before.nowMs - (seen.monotonicMs - before.monotonicMs);
    if (Math.abs(setByMs) <= MISSED_MS) return;
    log.warn({ byMs: setByMs }, "the clock was set, or the machine slept");
    this.#missedNotBefore = Math.max(this.#missedNotBefore, seen.monotonicMs + SETTLE_MS);
    if (setByMs > 0) return;
    const zone = ownerZone(config());
    for (const job of await store.jobs({ includesDisabled: false })) {
      if (job.schedule.kind === "at" || job.due === undefined) continue;
      await store.change(job.id, (now) => passedOver(now, zone, seen.nowMs));
    }
  }

  #free(): number {
    const most = this.#place.config().cron?.maxConcurrentRuns ?? DEFAULTS["cron.maxConcurrentRuns"];
    return Math.max(0, most - this.runs.count);
  }

  #catchUpMs(): number {
    const configured = this.#place.config().cron?.catchUp ?? DEFAULTS["cron.catchUp"];
    return durationMs(configured) ?? durationMs(DEFAULTS["cron.catchUp"]) ?? 0;
  }

  #arm(delayMs: number | undefined): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    if (delayMs === undefined || this.#isOver) return;
    this.#timer = this.#place.clock.after(Math.min(delayMs, MAX_DELAY_MS), () => this.changed());
  }
}
