/**
 * Looks after the memory of this process and the delays of its event loop: says so before they hurt, keeps new work away, and has
 * the process replaced in the end, because memory that was once taken does not come back in the old one.
 */
import type { Clock } from "../../../shared/clock.ts";
import { errorText } from "../../../shared/errors.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import { advice, english, type Remedy } from "../../../shared/remedy.ts";
import type { Logger } from "../log/logger.ts";
import type { PartHealth } from "../state/place-watch.ts";
import { type MemorySample, writeEvidence } from "./evidence.ts";
import type { MemoryLimits } from "./memory-limits.ts";

/** How far it has come, from nothing to say up to a process that is about to be replaced. */
export const STRAIN_LEVELS = ["ok", "warn", "refuse", "restart"] as const;
export type StrainLevel = (typeof STRAIN_LEVELS)[number];

/** What others are told. */
export interface Strain {
  memory: MemoryLimits & {
    rssBytes: number;
    level: StrainLevel;
    /** When another run may be asked for; absent while one may begin. */
    retryAfterMs?: number;
  };
  /** The longest that the event loop was held up within the last minute, in ms. */
  eventLoop: { delayMs: number };
}

/** What is measured, on this process or a made-up one. */
export interface Gauges extends Disposable {
  /** Measures from now on. */
  start(): void;
  /** Bytes, as `process.memoryUsage()` tells them. */
  memory(): Omit<MemorySample, "atMs" | "loopDelayMs">;
  /** Quicker than all of them. */
  rss(): number;
  /** The longest delay of the event loop since it was asked for last, in ms. */
  loopDelay(): number;
}

/** The gateway that is looked after. */
export interface Guarded {
  limits(): MemoryLimits;
  /** From which delay of the event loop on it is said, in ms. */
  delayLimitMs(): number;
  /** What stands in the evidence: how many there are of what. */
  counts(): Promise<Record<string, number>>;
  evidenceFolder(): string;
  /** The level is another one. */
  changed(): void;
  /** Has another process take the place of this one between two runs. */
  renew(reason: string): Promise<void>;
}

/** Where things are said. */
export interface GuardVoice {
  logger: Logger;
  warn(sentence: Remedy): void;
}

const LOOK_MS = 5_000;
/** Looks that are kept: those of ten minutes. */
const SAMPLES_KEPT = 120;
/** A level is left when this share of its limit is no longer used, so that it is not told again and again. */
const LEAVING_SHARE = 0.9;
/** Looks in a row above the limit before the process is replaced: a moment's need passes. */
const LOOKS_BEFORE_RENEWAL = 2;
/** So many refusing everybody, and it is replaced as well: garbage that nobody collects would keep it there for good. */
const LOOKS_OF_REFUSAL = 60;
/** A process that has not grown by this factor since its start would be no smaller after a restart. */
const WORTH_A_RESTART = 1.5;
const LOOP_WINDOW_MS = 60_000;
/** How soon whoever was refused may try again, in ms: after a restart, or when something may have been given back. */
const RETRY_MS = { restart: 5_000, refuse: 30_000 };

export class MemoryGuard implements Disposable {
  readonly #guarded: Guarded;
  readonly #gauges: Gauges;
  readonly #voice: GuardVoice;
  readonly #clock: Clock;
  readonly #startedAtMs: number;
  #timer: Disposable | undefined;
  #samples: MemorySample[] = [];
  /** The longest delays with their time on the monotonic clock, of the last minute. */
  #delays: { atMs: number; delayMs: number }[] = [];
  #level: StrainLevel = "ok";
  #looksAbove = 0;
  #looksShort = 0;
  #firstRss: number | undefined;
  #isRenewing = false;
  #saidUseless = false;
  #delaySaidAtMs = Number.NEGATIVE_INFINITY;

  constructor(guarded: Guarded, gauges: Gauges, voice: GuardVoice, clock: Clock) {
    this.#guarded = guarded;
    this.#gauges = gauges;
    this.#voice = voice;
    this.#clock = clock;
    this.#startedAtMs = clock.monotonicMs();
  }

  /** Looks from now on every five seconds. */
  start(): void {
    this.#gauges.start();
    this.#firstRss = this.#gauges.rss();
    this.#timer = this.#clock.every(LOOK_MS, () => this.look());
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#gauges.dispose();
  }

  /** As it is at this moment. */
  strain(): Strain {
    const rssBytes = this.#gauges.rss();
    const limits = this.#guarded.limits();
    const since = this.#clock.monotonicMs() - LOOP_WINDOW_MS;
    const delays = this.#delays.filter(({ atMs }) => atMs >= since).map(({ delayMs }) => delayMs);
    const level = this.#levelAt(rssBytes, limits);
    const retryAfterMs = this.#isRenewing ? RETRY_MS.restart : RETRY_MS.refuse;
    return {
      memory: { rssBytes, level, ...limits, ...(isShort(level) ? { retryAfterMs } : {}) },
      eventLoop: { delayMs: Math.max(0, ...delays) },
    };
  }

  /** For `/readyz`. Not well is what keeps the gateway from its work. */
  components(): Record<string, PartHealth> {
    const { memory, eventLoop } = this.strain();
    const detail = `${mb(memory.rssBytes)} MB of memory, warning from ${mb(memory.warnBytes)} MB on`;
    const delay = eventLoop.delayMs >= this.#guarded.delayLimitMs();
    return {
      memory:
        memory.retryAfterMs !== undefined
          ? {
              ok: false,
              detail: `${mb(memory.rssBytes)} MB of memory, no new messages from ${mb(memory.refuseBytes)} MB on`,
            }
          : memory.level === "warn"
            ? { ok: true, detail }
            : { ok: true },
      ...(delay ? { eventLoop: { ok: true, detail: `was held up for ${eventLoop.delayMs} ms` } } : {}),
    };
  }

  look(): void {
    const loopDelayMs = this.#gauges.loopDelay();
    const sample = { atMs: this.#clock.now(), ...this.#gauges.memory(), loopDelayMs };
    this.#samples = [...this.#samples.slice(1 - SAMPLES_KEPT), sample];
    this.#noteDelay(loopDelayMs);
    const limits = this.#guarded.limits();
    const before = this.#level;
    this.#level = this.#levelAt(sample.rss, limits);
    if (this.#level !== before) this.#tell(before, sample.rss, limits);
    this.#looksAbove = this.#level === "restart" ? this.#looksAbove + 1 : 0;
    this.#looksShort = isShort(this.#level) ? this.#looksShort + 1 : 0;
    const isDue = this.#looksAbove >= LOOKS_BEFORE_RENEWAL || this.#looksShort >= LOOKS_OF_REFUSAL;
    if (isDue) this.#renew(sample.rss, limits);
  }

  /** The level that is left behind counts until there is some distance to its limit. */
  #levelAt(rss: number, limits: MemoryLimits): StrainLevel {
    const reached = levelOf(rss, limits);
    const staying = levelOf(rss / LEAVING_SHARE, limits);
    const [now, low, high] = [this.#level, reached, staying].map((level) => STRAIN_LEVELS.indexOf(level));
    return STRAIN_LEVELS[Math.max(low ?? 0, Math.min(now ?? 0, high ?? 0))] ?? "ok";
  }

  #tell(before: StrainLevel, rss: number, limits: MemoryLimits): void {
    const { logger, warn } = this.#voice;
    const level = this.#level;
    const facts = { level, rssMb: mb(rss), ...limitsInMb(limits) };
    const isWorse = STRAIN_LEVELS.indexOf(level) > STRAIN_LEVELS.indexOf(before);
    if (!isWorse) logger.info(facts, "the gateway uses less memory again");
    else {
      const sentence =
        level === "warn"
          ? advice`the gateway uses ${mb(rss)} MB of memory; from ${mb(limits.refuseBytes)} MB on it takes no new messages`
          : advice`the gateway uses ${mb(rss)} MB of memory and takes no new messages; from ${mb(limits.restartBytes)} MB on it is replaced between two runs`;
      logger.warn(facts, english(sentence));
      warn(sentence);
    }
    if (level === "refuse" && isWorse) void this.#keepEvidence("refusing", limits);
    this.#guarded.changed();
  }

  #renew(rss: number, limits: MemoryLimits): void {
    if (this.#isRenewing) return;
    const firstRss = this.#firstRss ?? 0;
    if (rss < WORTH_A_RESTART * firstRss) {
      if (!this.#saidUseless) {
        const sentence = advice`the gateway needs ${mb(firstRss)} MB of memory right after its start: gateway.guard.restartMb (${mb(limits.restartBytes)}) is too low to help`;
        this.#voice.logger.warn(english(sentence));
        this.#voice.warn(sentence);
      }
      this.#saidUseless = true;
      return;
    }
    this.#isRenewing = true;
    const most = this.#level === "restart" ? limits.restartBytes : limits.refuseBytes;
    const reason = `${mb(rss)} MB of memory, ${mb(most)} MB at the most`;
    this.#voice.logger.warn({ rssMb: mb(rss), ...limitsInMb(limits) }, "the process is to be replaced");
    void this.#keepEvidence("restarting", limits)
      .then(() => this.#guarded.renew(reason))
      .catch((error: unknown) => {
        this.#isRenewing = false;
        this.#voice.logger.error({ reason: errorText(error) }, "the process could not be replaced");
      });
  }

  /** Never rejects. */
  async #keepEvidence(what: "refusing" | "restarting", limits: MemoryLimits): Promise<void> {
    const { logger } = this.#voice;
    try {
      const counts = await this.#guarded.counts();
      const uptimeMs = Math.round(this.#clock.monotonicMs() - this.#startedAtMs);
      const evidence = { what, uptimeMs, limits, counts, samples: this.#samples };
      const file = writeEvidence(this.#guarded.evidenceFolder(), evidence, this.#clock.now());
      logger.warn({ file, ...counts }, "what is known of the memory is kept");
    } catch (error) {
      logger.warn({ reason: errorText(error) }, "what is known of the memory could not be kept");
    }
  }

  /** Said at most once a minute: the longest is told by whoever asks. */
  #noteDelay(delayMs: number): void {
    const nowMs = this.#clock.monotonicMs();
    this.#delays = [
      ...this.#delays.filter(({ atMs }) => atMs >= nowMs - LOOP_WINDOW_MS),
      { atMs: nowMs, delayMs },
    ];
    if (delayMs < this.#guarded.delayLimitMs() || nowMs - this.#delaySaidAtMs < LOOP_WINDOW_MS) return;
    this.#delaySaidAtMs = nowMs;
    this.#voice.logger.warn({ delayMs }, "the event loop was held up: nobody was served meanwhile");
    this.#guarded.changed();
  }
}

function levelOf(rss: number, { warnBytes, refuseBytes, restartBytes }: MemoryLimits): StrainLevel {
  if (rss >= restartBytes) return "restart";
  if (rss >= refuseBytes) return "refuse";
  return rss >= warnBytes ? "warn" : "ok";
}

/** No new run may begin. */
function isShort(level: StrainLevel): boolean {
  return level === "refuse" || level === "restart";
}

function limitsInMb({ warnBytes, refuseBytes, restartBytes }: MemoryLimits) {
  return { warnMb: mb(warnBytes), refuseMb: mb(refuseBytes), restartMb: mb(restartBytes) };
}

function mb(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}
