/**
 * Exposes the gateway by Tailscale Serve or Funnel and takes it back, touching no rule that is not ours. A failure is a
 * warning, never an end: it is tried again, because tailscaled may come up minutes after us.
 */

import type { Clock } from "../../../shared/clock.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import { advice, english, type Remedy, whole } from "../../../shared/remedy.ts";
import { conflictWith, isInPlace, isRootOurs, removalOf, type ServeWish } from "./tailscale/serve-config.ts";
import { TailnetDirectory } from "./tailscale/tailnet-directory.ts";
import type { TailscaleCli, TailscaleFailure } from "./tailscale/tailscale-cli.ts";

export interface ExposureWish {
  mode: ServeWish["mode"];
  /** The gateway's port on loopback. */
  port: number;
  /** Take the exposure back when the gateway stops. */
  resetOnExit: boolean;
}

/** Takes lines without a line end: the promised ones, and what the gateway can do without. */
export interface ExposureVoice {
  tick(line: Remedy): void;
  warn(line: Remedy): void;
}

/** Where the exposure stands. */
export type ExposureState =
  | { kind: "idle" }
  | { kind: "attempting" }
  | { kind: "exposed"; url: string }
  | { kind: "waiting"; reason: Remedy; retry: Disposable }
  | { kind: "stopped" };

/** Waiting times between attempts: doubling at first, then steady, then now and then. */
const RETRY = { firstMs: 5_000, mostMs: 60_000, eagerForMs: 600_000, laterMs: 300_000 } as const;

/** What a person does about a state of tailscaled in which nothing can be served. */
const NOT_RUNNING: Record<string, Problem> = {
  NeedsLogin: { reason: "Tailscale is not logged in", remedy: "tailscale up" },
  Stopped: { reason: "Tailscale is stopped", remedy: "tailscale up" },
  NeedsMachineAuth: {
    reason: "this machine waits for approval in the tailnet",
    remedy: "approve it on the Machines page of the Tailscale admin console",
  },
};

interface Problem {
  reason: Remedy;
  /** A command or a sentence. */
  remedy?: Remedy | undefined;
}

export class TailscaleExposure {
  readonly #wish: ExposureWish;
  readonly #cli: TailscaleCli;
  readonly #voice: ExposureVoice;
  readonly #clock: Clock;
  readonly #directory: TailnetDirectory;
  readonly #aborted = new AbortController();
  readonly #warned = new Set<string>();
  #state: ExposureState = { kind: "idle" };
  #attempt: Promise<void> = Promise.resolve();
  #attempts = 0;
  /** On the monotonic clock. */
  #startedAt = 0;
  /** The name under which our handler stands or may stand, from the first time we tried. */
  #host: string | undefined;
  #sudoTried = false;
  #elevated = false;
  #stopped: Promise<boolean> | undefined;

  constructor(wish: ExposureWish, cli: TailscaleCli, voice: ExposureVoice, clock: Clock) {
    this.#wish = wish;
    this.#cli = cli;
    this.#voice = voice;
    this.#clock = clock;
    this.#directory = new TailnetDirectory(cli, clock);
  }

  get state(): ExposureState {
    return this.#state;
  }

  /** Whether requests can come through Tailscale Serve by our doing. Funnel never carries an identity. */
  isServing(): boolean {
    return this.#state.kind === "exposed" && this.#wish.mode === "serve";
  }

  /** The login of the person whose machine has this tailnet address, within about 5 s; undefined when nobody is known. */
  loginOf(address: string): Promise<string | undefined> {
    return this.#directory.loginOf(address);
  }

  /** Resolves after the first attempt, whatever came of it: usually within a second, at most after 45 s. Never rejects. */
  async start(): Promise<void> {
    if (this.#state.kind !== "idle") return;
    this.#startedAt = this.#clock.monotonicMs();
    await this.#try();
  }

  /** Ends attempts and, if asked for at the start, takes the exposure back. False when that was given up at the deadline. */
  stop(deadlineMs: number): Promise<boolean> {
    return this.#end(deadlineMs, this.#wish.resetOnExit);
  }

  /** Ends attempts and takes the exposure back in any case: for when the configuration no longer asks for it. */
  withdraw(deadlineMs: number): Promise<boolean> {
    return this.#end(deadlineMs, true);
  }

  #try(): Promise<void> {
    this.#state = { kind: "attempting" };
    this.#attempts += 1;
    this.#attempt = this.#expose().then((problem) => {
      if (this.#state.kind !== "attempting") return;
      if (problem === undefined) this.#announce();
      else this.#tryLater(problem);
    });
    return this.#attempt;
  }

  async #expose(): Promise<Problem | undefined> {
    const { signal } = this.#aborted;
    const status = await this.#cli.status(signal);
    if (!status.ok) return problemOf(status.failure);
    const { backendState, name } = status.value;
    if (backendState !== "Running" || name === undefined) {
      return NOT_RUNNING[backendState] ?? { reason: advice`Tailscale is not ready (${backendState})` };
    }
    const wish: ServeWish = { ...this.#wish, host: name };
    const before = await this.#cli.serveConfig(signal);
    if (!before.ok) return problemOf(before.failure);
    if (isInPlace(before.value, wish)) {
      this.#host = name;
      return undefined;
    }
    const conflict = conflictWith(before.value, wish);
    if (conflict !== undefined) {
      return { reason: advice`${conflict.reason}, which was left as it is`, remedy: conflict.remedy };
    }
    this.#host = name;
    return this.#command(wish);
  }

  /** Runs the command, once more through sudo when it is denied, and believes only what is served afterwards. */
  async #command(wish: ServeWish): Promise<Problem | undefined> {
    const { signal } = this.#aborted;
    let answer = await this.#cli.expose(wish, { signal, elevated: this.#elevated });
    if (!answer.ok && answer.failure.kind === "denied" && !this.#sudoTried && this.#cli.canElevate) {
      // Once only: every refused sudo is a line in the system's log, and some systems send mail about it.
      this.#sudoTried = true;
      const elevated = await this.#cli.expose(wish, { signal, elevated: true });
      this.#elevated = elevated.ok;
      if (elevated.ok) answer = elevated;
    }
    if (!answer.ok) return problemOf(answer.failure);
    const after = await this.#cli.serveConfig(signal);
    if (!after.ok) return problemOf(after.failure);
    if (isInPlace(after.value, wish)) return undefined;
    return { reason: answer.value || advice`tailscale ${wish.mode} changed nothing` };
  }

  #announce(): void {
    const url = `https://${this.#host}`;
    this.#state = { kind: "exposed", url };
    this.#warned.clear();
    if (this.#wish.mode === "serve") {
      this.#voice.tick("Tailscale identity detected");
      this.#voice.tick("advertising gateway via Tailscale Serve");
      this.#voice.tick(advice`MagicDNS: ${url}`);
    } else {
      this.#voice.tick("Tailscale Funnel enabled");
      this.#voice.tick(advice`Funnel URL: ${url}`);
    }
  }

  #tryLater({ reason, remedy }: Problem): void {
    const retry = this.#clock.after(this.#retryDelayMs(), () => void this.#try());
    this.#state = { kind: "waiting", reason, retry };
    const told = english(reason);
    if (this.#warned.has(told)) return;
    this.#warned.add(told);
    const cure = remedy === undefined ? "" : advice` To change that: ${whole(remedy)}.`;
    this.#voice.warn(
      advice`Tailscale ${this.#wish.mode} is not active: ${whole(reason)}.${cure} The gateway runs without it and keeps trying.`,
    );
  }

  #retryDelayMs(): number {
    if (this.#clock.monotonicMs() - this.#startedAt >= RETRY.eagerForMs) return RETRY.laterMs;
    return Math.min(RETRY.firstMs * 2 ** (this.#attempts - 1), RETRY.mostMs);
  }

  #end(deadlineMs: number, takeBack: boolean): Promise<boolean> {
    this.#stopped ??= this.#stopOnce(deadlineMs, takeBack);
    return this.#stopped;
  }

  async #stopOnce(deadlineMs: number, takeBack: boolean): Promise<boolean> {
    const deadline = AbortSignal.timeout(deadlineMs);
    if (this.#state.kind === "waiting") this.#state.retry.dispose();
    this.#state = { kind: "stopped" };
    this.#aborted.abort();
    this.#directory.close();
    await this.#attempt;
    if (takeBack && this.#host !== undefined) await this.#takeBack(this.#host, deadline);
    return !deadline.aborted;
  }

  async #takeBack(host: string, signal: AbortSignal): Promise<void> {
    const config = await this.#cli.serveConfig(signal);
    if (config.ok && !isRootOurs(config.value, { host, port: this.#wish.port })) return;
    const answer = config.ok ? await this.#cli.removeRoot({ signal, elevated: this.#elevated }) : config;
    if (answer.ok) return;
    const { reason } = answer.failure;
    this.#voice.warn(
      advice`Tailscale still hands https://${host}/ to the gateway: ${whole(reason)}. To end that: ${removalOf("/")}`,
    );
  }
}

function problemOf({ kind, reason }: TailscaleFailure): Problem {
  switch (kind) {
    case "denied":
      return { reason, remedy: "sudo tailscale set --operator=$USER" };
    case "not-installed":
      return { reason, remedy: "install Tailscale from https://tailscale.com/download" };
    case "too-old":
      return { reason, remedy: "tailscale update" };
    case "timed-out":
    case "aborted":
    case "failed":
      return { reason };
  }
}
