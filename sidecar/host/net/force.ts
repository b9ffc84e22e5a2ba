/** Frees a port for `--force`: ends what listens on it, politely first, and proves it by binding the port. */

import { type Clock, sleep, systemClock } from "../../../shared/clock.ts";
import { SetupError, systemCode } from "../../../shared/errors.ts";
import { ancestorsOf } from "../../../shared/node/ancestors.ts";
import { signalProcess } from "../../../shared/node/end-process.ts";
import { gatewayAt } from "../../../shared/node/gateway/healthz.ts";
import { isLive } from "../../../shared/node/gateway/live.ts";
import { recognized } from "../../../shared/node/gateway/recognize.ts";
import { type Caller, inTheWay, notPermitted, refusalFor } from "../../../shared/node/listener-guard.ts";
import { hiddenHolder } from "../../../shared/node/lock-holder.ts";
import { describeListener, type Listener, listenersOn } from "../../../shared/node/port-owner.ts";
import { isAlive } from "../../../shared/node/process-identity.ts";
import { type RuntimeInfo, readFacts } from "../../../shared/node/run-state.ts";
import { advice, joined, type Remedy, whole } from "../../../shared/remedy.ts";
import { takenHosts } from "./bind-test.ts";

export interface ForceOptions {
  /** Takes each line of the report, without a line end. */
  tick: (line: Remedy) => void;
  /** `run/gateway.json` of our own state directory: the gateway it names is ours to replace. */
  factsFile: string;
  /** Its lock: who holds it, is ours too, also when that file was deleted. */
  lockFile: string;
  env: Record<string, string | undefined>;
  platform: NodeJS.Platform;
  /** Asks the operator; absent when nobody can answer. */
  confirm?: (question: Remedy) => Promise<boolean>;
  clock?: Clock;
}

const POLL_MS = 100;
/** From SIGTERM to SIGKILL. */
const POLITE_MS = 700;
/** From SIGTERM until the port must be free. */
const TOTAL_MS = 2_000;

/**
 * Makes `port` bindable on all `hosts`. Fails with `PORT_IN_USE` when a listener may not be ended (then none is), or
 * when the port is still taken after 2 s; the message names every pid, user and command that remains.
 */
export async function freePort(port: number, hosts: readonly string[], options: ForceOptions): Promise<void> {
  const own = readFacts(options.factsFile);
  const listeners = await recognized(await listenersOn(port, options.platform), port, own);
  const found = inTheWay(listeners, await takenHosts(hosts, port));
  if (found.length === 0) {
    options.tick(advice`force: nothing listened on port ${port}`);
    return;
  }
  await new Eviction(port, hosts, options).run(found);
}

/** One attempt to free the port. */
class Eviction {
  readonly #port: number;
  readonly #hosts: readonly string[];
  readonly #options: ForceOptions;
  readonly #clock: Clock;
  /** Our own earlier gateway: its end is needed too, because it holds the lock of the state directory. */
  readonly #ownGateway: RuntimeInfo | undefined;
  readonly #victims = new Map<number, Listener>();

  constructor(port: number, hosts: readonly string[], options: ForceOptions) {
    this.#port = port;
    this.#hosts = hosts;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#ownGateway = readFacts(options.factsFile);
  }

  async run(found: readonly Listener[]): Promise<void> {
    await this.#admit(found);
    const startedAt = this.#clock.monotonicMs();
    for (const victim of this.#victims.values()) await this.#signal(victim, "SIGTERM");
    if (!(await this.#ended(startedAt + POLITE_MS))) await this.#insist(startedAt);
    for (const victim of this.#victims.values()) this.#report(victim);
    const waitedMs = Math.round(this.#clock.monotonicMs() - startedAt);
    this.#options.tick(advice`force: waited ${waitedMs}ms for port ${this.#port} to free`);
  }

  /** Takes listeners as victims, all or none. */
  async #admit(listeners: readonly Listener[]): Promise<void> {
    const { env, platform } = this.#options;
    const caller: Caller = { pid: process.pid, ancestors: await ancestorsOf(process.pid, platform), env };
    const refusals = listeners.flatMap((listener) => refusalFor(listener, this.#port, caller) ?? []);
    if (refusals.length > 0) {
      const lines = refusals.map(({ reason, remedy }) => advice`force: ${reason}: ${whole(remedy)}`);
      throw this.#refused(joined(lines, "\n"), listeners);
    }
    const forbidden = listeners.filter((listener) => !isPermitted(listener));
    if (forbidden.length > 0)
      throw this.#refused(
        joined(
          forbidden.map((listener) => advice`force: ${notPermitted(listener)}`),
          "\n",
        ),
        listeners,
      );
    for (const listener of listeners) await this.#spareOtherGateway(listener);
    for (const listener of listeners) {
      if (listener.pid !== undefined) this.#victims.set(listener.pid, listener);
    }
  }

  async #spareOtherGateway(listener: Listener): Promise<void> {
    const own = this.#ownGateway?.instanceId;
    const answers = await Promise.all(
      listener.addresses.map((address) => gatewayAt(address, this.#port, own)),
    );
    const gateway = answers.find((answer) => answer !== undefined);
    if (gateway === undefined || (own !== undefined && gateway.instanceId === own)) return;
    if (listener.pid !== undefined && listener.pid === hiddenHolder(this.#options.lockFile)) return;
    const what = advice`a healthy gateway with another state directory listens on port ${this.#port}: ${describeListener(listener)}`;
    if (await this.#options.confirm?.(advice`${what}. End it?`)) return;
    const remedy = this.#options.confirm
      ? advice`not confirmed`
      : advice`without a terminal nobody can confirm its end`;
    throw this.#refused(advice`force: ${what}; ${remedy}. Stop it with its own profile or use --port`, [
      listener,
    ]);
  }

  /** The second stage: whoever still holds the port gets SIGKILL. */
  async #insist(startedAt: number): Promise<void> {
    const holders = await this.#holders();
    await this.#admit(holders.filter(({ pid }) => pid === undefined || !this.#victims.has(pid)));
    for (const victim of this.#victims.values()) {
      if (!holders.some(({ pid }) => pid === victim.pid) && !this.#isOwnGateway(victim)) continue;
      if (victim.pid === undefined || !isAlive(victim.pid)) continue;
      this.#options.tick(
        advice`force: pid ${victim.pid} (${victim.command}) still there after ${POLITE_MS}ms, sent SIGKILL`,
      );
      await this.#signal(victim, "SIGKILL");
    }
    if (await this.#ended(startedAt + TOTAL_MS)) return;
    if ((await takenHosts(this.#hosts, this.#port)).length === 0) return;
    const remaining = await this.#holders();
    const names = remaining.map(
      (listener) => advice`\n  ${describeListener(listener)}: ${listener.commandLine}`,
    );
    if (names.length === 0)
      names.push(advice`\n  no program listens on it, but another socket is bound to it`);
    const what = advice`force: port ${this.#port} is still taken after ${TOTAL_MS}ms; end this yourself or use --port`;
    throw this.#refused(joined([what, ...names], ""), remaining);
  }

  async #holders(): Promise<Listener[]> {
    const listeners = await listenersOn(this.#port, this.#options.platform);
    return inTheWay(await recognized(listeners, this.#port, this.#ownGateway), this.#hosts);
  }

  /** Waits until the victims are gone and the port can be bound; false when `deadline` comes first. */
  async #ended(deadline: number): Promise<boolean> {
    for (;;) {
      const alive = [...this.#victims.keys()].some(isAlive);
      if (!alive && (await takenHosts(this.#hosts, this.#port)).length === 0) return true;
      const leftMs = deadline - this.#clock.monotonicMs();
      if (leftMs <= 0) return false;
      await sleep(this.#clock, Math.min(POLL_MS, leftMs));
    }
  }

  async #signal(victim: Listener, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const { pid, startId } = victim;
    if (pid === undefined) return;
    try {
      // Where the system tells no start, it told a moment ago who listens.
      await signalProcess({ pid, startId: startId ?? "" }, signal, { platform: this.#options.platform });
    } catch (error) {
      throw this.#refused(advice`force: ${notPermitted(victim)}`, [victim], error);
    }
  }

  #report({ pid, command }: Listener): void {
    const gone = pid === undefined || !isAlive(pid);
    const what = gone
      ? advice`killed pid ${pid ?? ""} (${command}) on`
      : advice`pid ${pid ?? ""} (${command}) let go of`;
    this.#options.tick(advice`force: ${what} port ${this.#port}`);
  }

  #isOwnGateway({ pid }: Listener): boolean {
    return this.#ownGateway !== undefined && this.#ownGateway.pid === pid && isLive(this.#ownGateway);
  }

  #refused(message: Remedy, listeners: readonly Listener[], cause?: unknown): SetupError {
    return new SetupError("PORT_IN_USE", message, {
      cause,
      details: { port: this.#port, listeners },
    });
  }
}

function isPermitted({ pid }: Listener): boolean {
  try {
    if (pid !== undefined) process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== "EPERM";
  }
}
