/**
 * How much memory the gateway uses: what it says itself, and on Linux what its process shows from outside, also while it answers nobody.
 */
import type { Clock } from "../../shared/clock.ts";
import { DEFAULTS } from "../../shared/config/defaults.ts";
import type { Disposable } from "../../shared/lifecycle.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import { HEALTH_INTERVAL_MS } from "../model/limits.ts";
import type { MemoryUse } from "../model/tray-model.ts";

const MB = 1_048_576;
/** What is shown moves in steps of so many MB: the menu is not drawn anew for each of them. */
const STEP_MB = 10;
/** It counts as little again when this share of the limit is no longer used. */
const LEAVING_SHARE = 0.9;

/** What of it is asked of the system. */
export type ResidentBytes = (pid: number) => number | undefined;

export class MemoryWatch implements Disposable {
  readonly #pid: number | null;
  readonly #residentBytes: ResidentBytes;
  readonly #report: (use: MemoryUse | null) => void;
  readonly #timer: Disposable;
  #told: { rssBytes?: number; warnBytes: number; refuseBytes: number } = {
    warnBytes: DEFAULTS["gateway.guard.warnMb"] * MB,
    refuseBytes: DEFAULTS["gateway.guard.refuseMb"] * MB,
  };
  #last: MemoryUse | null = null;

  /** Reports what is new: how much is used that is much, and null when it no longer is. */
  constructor(
    pid: number | null,
    residentBytes: ResidentBytes,
    report: (use: MemoryUse | null) => void,
    clock: Clock,
  ) {
    this.#pid = pid;
    this.#residentBytes = residentBytes;
    this.#report = report;
    this.#timer = clock.every(HEALTH_INTERVAL_MS, () => this.look());
  }

  /** What the gateway says of itself in its health; other gateways say nothing, or something else. */
  told(memory: unknown): void {
    const { rssBytes, warnBytes, refuseBytes } = isRecord(memory) ? memory : {};
    if (!isSize(rssBytes) || !isSize(warnBytes) || !isSize(refuseBytes)) return;
    this.#told = { rssBytes, warnBytes, refuseBytes };
    this.look();
  }

  look(): void {
    const outside = this.#pid === null ? undefined : this.#residentBytes(this.#pid);
    const use = this.#judge(outside ?? this.#told.rssBytes ?? 0);
    const isNews = use?.usedMb !== this.#last?.usedMb || use?.isShort !== this.#last?.isShort;
    this.#last = use;
    if (isNews) this.#report(use);
  }

  dispose(): void {
    this.#timer.dispose();
  }

  #judge(bytes: number): MemoryUse | null {
    const { warnBytes, refuseBytes } = this.#told;
    const isMuch = bytes >= (this.#last === null ? warnBytes : LEAVING_SHARE * warnBytes);
    if (!isMuch) return null;
    const isShort = bytes >= (this.#last?.isShort ? LEAVING_SHARE * refuseBytes : refuseBytes);
    return { usedMb: Math.round(bytes / MB / STEP_MB) * STEP_MB, isShort };
  }
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value > 0;
}
