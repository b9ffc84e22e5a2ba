/**
 * Looks after what a running gateway has on the disk: the state directory, its lock, its facts, its log. What somebody took away is made
 * anew, and what cannot be is told by `/readyz`.
 */
import { constants } from "node:fs";
import { access, stat, statfs } from "node:fs/promises";
import type { Clock } from "../../../shared/clock.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import { type HeldLock, LOCK_LOOK_MS } from "../../../shared/node/held-lock.ts";
import { unwritable } from "../../../shared/node/unwritable.ts";
import type { Logger } from "../log/logger.ts";

/** What is looked after. */
export interface WatchedPlace {
  stateDir: string;
  lockFile: string;
  /** Absent where several gateways may share the place. */
  lock?: HeldLock;
  log: { logger: Logger; look(): void };
  /** Sees to it that others find the gateway. */
  keepFacts(): void;
  /** Another process has the lock now: there must not be two. */
  lost(): void;
  /** Whatever else is to be looked after. */
  alsoLook?(): void;
}

/** Whether a part is well, as `/readyz` tells it. */
export interface PartHealth {
  ok: boolean;
  detail?: string;
}

/** A disk that takes longer to answer is none to rely on. */
const SILENT_MS = 5_000;

export class PlaceWatch implements Disposable {
  readonly #place: WatchedPlace;
  readonly #clock: Clock;
  readonly #problems = new Map<"state" | "lock", string>();
  #beat: Disposable | undefined;
  /** On the monotonic clock; undefined while nobody looks. */
  #lookingSince: number | undefined;

  constructor(place: WatchedPlace, clock: Clock) {
    this.#place = place;
    this.#clock = clock;
  }

  /** Looks from now on every two seconds. */
  start(): void {
    this.#beat = this.#clock.every(LOCK_LOOK_MS, () => void this.look());
  }

  dispose(): void {
    this.#beat?.dispose();
  }

  /** What the last look found. */
  components(): Record<string, PartHealth> {
    const health = (problem: string | undefined): PartHealth =>
      problem === undefined ? { ok: true } : { ok: false, detail: problem };
    return {
      state: health(this.#silence() ?? this.#problems.get("state")),
      ...(this.#place.lock === undefined ? {} : { lock: health(this.#problems.get("lock")) }),
    };
  }

  /** One look; a further one while it lasts does nothing. Never rejects. */
  async look(): Promise<void> {
    if (this.#lookingSince !== undefined) return;
    this.#lookingSince = this.#clock.monotonicMs();
    try {
      // First what does not stop this process when the disk does not answer.
      const problem = await problemOf(this.#place.stateDir);
      this.#place.log.look();
      this.#note("state", problem);
      await this.#lookAfterLock();
      this.#place.alsoLook?.();
    } catch (error) {
      this.#place.log.logger.error({ err: error }, "the state directory could not be looked after");
    } finally {
      this.#lookingSince = undefined;
    }
  }

  async #lookAfterLock(): Promise<void> {
    const { lock, lockFile, log, keepFacts, lost } = this.#place;
    const state = (await lock?.look()) ?? { kind: "held" };
    switch (state.kind) {
      case "held":
        this.#note("lock", undefined);
        break;
      case "remade":
        this.#note("lock", undefined);
        log.logger.warn({ file: lockFile }, "the lock was taken away; made again");
        break;
      case "hidden":
        this.#note("lock", `the lock was taken away and cannot be made again: ${state.reason}`);
        return;
      case "taken":
        this.#note("lock", `another process holds ${lockFile}`);
        this.dispose();
        return lost();
    }
    if (!this.#problems.has("state")) keepFacts();
  }

  #silence(): string | undefined {
    if (this.#lookingSince === undefined || this.#clock.monotonicMs() - this.#lookingSince < SILENT_MS)
      return undefined;
    return `the disk of ${this.#place.stateDir} does not answer`;
  }

  #note(part: "state" | "lock", problem: string | undefined): void {
    const before = this.#problems.get(part);
    if (problem === before) return;
    const { logger } = this.#place.log;
    if (problem === undefined) {
      this.#problems.delete(part);
      logger.info({ part }, "well again");
    } else {
      this.#problems.set(part, problem);
      logger.warn({ part, problem }, "not well");
    }
  }
}

/** Why the gateway cannot keep its state there; undefined while it can. */
async function problemOf(stateDir: string): Promise<string | undefined> {
  try {
    if (!(await stat(stateDir)).isDirectory()) return `${stateDir} is not a directory`;
    await access(stateDir, constants.W_OK | constants.X_OK);
    const { bfree, bavail, files, ffree } = await statfs(stateDir);
    const free = process.geteuid?.() === 0 ? bfree : bavail;
    const isFull = free === 0 || (files > 0 && ffree === 0);
    return isFull ? unwritable(stateDir, Object.assign(new Error(), { code: "ENOSPC" })).message : undefined;
  } catch (error) {
    const isGone = error instanceof Error && "code" in error && error.code === "ENOENT";
    return isGone ? `${stateDir} is gone` : unwritable(stateDir, error).message;
  }
}
