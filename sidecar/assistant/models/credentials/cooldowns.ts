/**
 * Which key is not used for a while, and for which model: a provider that said no is not asked again at once, whoever asks and wherever
 * the key comes from. Limits of requests hold for a model, a wrong key and an empty account for all of them.
 */
import type { Clock } from "../../../../shared/clock.ts";
import type { Cooling } from "../../../base/store/credential-store.ts";
import type { FailureKind } from "../failure.ts";

/** A key by its name. */
export interface KeyName {
  provider: string;
  profile: string;
}

/** Told of every change, so that it can be kept. */
export type KeepCooling = (key: KeyName, cooling: Cooling) => void;

const MINUTE_MS = 60_000;
/** One step further with each failure in a row. */
const STEPS_MS = [30_000, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS];
const BILLING_STEPS_MS = [10 * MINUTE_MS, 60 * MINUTE_MS, 300 * MINUTE_MS];
/** After this long a failure is the first one again; and nobody has to be waited for longer. */
const DAY_MS = 24 * 60 * MINUTE_MS;

const ALL_MODELS = "*";

interface Entry {
  /** Of the monotonic clock: nobody who sets the time lengthens a wait. */
  untilMono: number;
  atMono: number;
  step: number;
  kind: FailureKind;
}

export class Cooldowns {
  readonly #clock: Clock;
  readonly #keep: KeepCooling;
  readonly #entries = new Map<string, Map<string, Entry>>();

  constructor(clock: Clock, keep: KeepCooling = () => {}) {
    this.#clock = clock;
    this.#keep = keep;
  }

  /** Failures of these kinds make a key cool down. The others are nobody's fault, or pass. */
  static isCause(kind: FailureKind): boolean {
    return kind === "auth" || kind === "billing" || kind === "rate" || kind === "overloaded";
  }

  /** How long until the key may be used for the model, in ms; 0 when it may be now. */
  leftMs(key: KeyName, model: string): number {
    const own = this.#entries.get(nameOf(key));
    const now = this.#clock.monotonicMs();
    const ends = [own?.get(model), own?.get(ALL_MODELS)].map((entry) => (entry?.untilMono ?? now) - now);
    return Math.max(0, ...ends);
  }

  /** Why it is not used now; undefined when it may be. */
  causeOf(key: KeyName, model: string): FailureKind | undefined {
    const own = this.#entries.get(nameOf(key));
    const now = this.#clock.monotonicMs();
    return [own?.get(ALL_MODELS), own?.get(model)].find((entry) => (entry?.untilMono ?? now) > now)?.kind;
  }

  /** Puts the key aside, for as long as the provider asks and no shorter than its turn is. */
  failed(key: KeyName, model: string, kind: FailureKind, retryAfterMs = 0): void {
    const isForAll = kind === "auth" || kind === "billing";
    const scope = isForAll ? ALL_MODELS : model;
    const own = this.#own(key);
    const before = own.get(scope);
    const now = this.#clock.monotonicMs();
    const isInRow = before !== undefined && before.kind === kind && now - before.atMono < DAY_MS;
    const step = isInRow ? before.step + 1 : 0;
    const steps = kind === "billing" ? BILLING_STEPS_MS : STEPS_MS;
    const ms = Math.max(steps[Math.min(step, steps.length - 1)] ?? 0, Math.min(retryAfterMs, DAY_MS));
    own.set(scope, { untilMono: now + ms, atMono: now, step, kind });
    this.#changed(key);
  }

  /** The key works for the model again. */
  succeeded(key: KeyName, model: string): void {
    const own = this.#entries.get(nameOf(key));
    if (own === undefined || own.size === 0) return;
    const isChanged = [own.delete(model), own.delete(ALL_MODELS)].includes(true);
    if (isChanged) this.#changed(key);
  }

  /** Forgets all about a key, which is another one now, or gone. */
  forget(key: KeyName): void {
    this.#entries.delete(nameOf(key));
  }

  /** Takes over what an earlier process kept; what this one knows already counts more. */
  restore(key: KeyName, cooling: Cooling): void {
    if (this.#entries.has(nameOf(key))) return;
    const [now, mono] = [this.#clock.now(), this.#clock.monotonicMs()];
    for (const [scope, { untilMs, atMs, step, kind }] of Object.entries(cooling)) {
      const leftMs = Math.min(Math.max(0, untilMs - now), DAY_MS);
      const agoMs = Math.max(0, now - atMs);
      this.#own(key).set(scope, {
        untilMono: mono + leftMs,
        atMono: mono - agoMs,
        step,
        kind: kind as FailureKind,
      });
    }
  }

  /** What cools down now, for whoever wants to see it. */
  all(): { key: KeyName; model: string | undefined; kind: FailureKind; leftMs: number }[] {
    const now = this.#clock.monotonicMs();
    return [...this.#entries].flatMap(([name, entries]) =>
      [...entries].flatMap(([scope, { untilMono, kind }]) => {
        const model = scope === ALL_MODELS ? undefined : scope;
        return untilMono > now ? [{ key: keyOf(name), model, kind, leftMs: untilMono - now }] : [];
      }),
    );
  }

  #own(key: KeyName): Map<string, Entry> {
    const name = nameOf(key);
    const own = this.#entries.get(name) ?? new Map<string, Entry>();
    this.#entries.set(name, own);
    return own;
  }

  #changed(key: KeyName): void {
    const [now, mono] = [this.#clock.now(), this.#clock.monotonicMs()];
    const entries = [...(this.#entries.get(nameOf(key)) ?? [])].map(
      ([scope, { untilMono, atMono, step, kind }]) =>
        [scope, { untilMs: now + untilMono - mono, atMs: now + atMono - mono, step, kind }] as const,
    );
    this.#keep(key, Object.fromEntries(entries));
  }
}

function nameOf({ provider, profile }: KeyName): string {
  return JSON.stringify([provider, profile]);
}

function keyOf(name: string): KeyName {
  const [provider, profile] = JSON.parse(name) as [string, string];
  return { provider, profile };
}
