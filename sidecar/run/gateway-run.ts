/**
 * One run of the gateway from the first bind to the end: it may change its addresses, take over another configuration, restart
 * in place and stop, one after the other and never two at once.
 */

import { existsSync, rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { hostPort } from "../../shared/address.ts";
import { systemClock } from "../../shared/clock.ts";
import { errorText, SetupError, systemCode } from "../../shared/errors.ts";
import { type Disposable, Disposables } from "../../shared/lifecycle.ts";
import { type ConfigReading, readConfig } from "../../shared/node/config-source.ts";
import { interfaces } from "../../shared/node/machine.ts";
import { startIdOf } from "../../shared/node/process-identity.ts";
import { readFacts, writeJsonFile } from "../../shared/node/run-state.ts";
import { APP_VERSION } from "../../shared/version.ts";
import { keepLastGood } from "../base/config/config-file.ts";
import type { GatewaySettings } from "../base/config/settings.ts";
import { ConfigWatch } from "../base/config/watch.ts";
import type { GatewayLog } from "../base/log/logger.ts";
import { Gateway, type GatewaySurroundings } from "../gateway/gateway.ts";
import { Listeners } from "../gateway/http/listeners.ts";
import {
  type BindPlan,
  bindRequest,
  covers,
  planBind,
  reachableAddresses,
  TAILNET_RECHECK_MS,
} from "../host/net/bind.ts";
import { Outreach } from "./outreach.ts";
import { keepSecured, ReloadControl } from "./reload-control.ts";
import type { StartHooks } from "./start-hooks.ts";

/** Everything about stopping must fit in here; the process then ends anyway. */
export const SHUTDOWN_BUDGET_MS = 5_000;
/** A restart waits no longer than this for clients that do not let go: they must not keep the others out. */
const RESTART_BUDGET_MS = 1_000;
/** How soon clients may expect a gateway that restarts in place. */
const RESTART_EXPECTED_MS = 1_500;

export class GatewayRun {
  readonly ended: Promise<void>;
  #end: { resolve: () => void; reject: (error: unknown) => void } = { resolve: () => {}, reject: () => {} };
  #settings: GatewaySettings;
  #log: GatewayLog;
  #hooks: StartHooks;
  #components: GatewaySurroundings["components"];
  #gateway: Gateway;
  #listeners: Listeners;
  #running = new Disposables();
  #outreach: Outreach;
  #tailnetTimer: Disposable | undefined;
  #startedAtMs = systemClock.now();
  #reload: ReloadControl;
  /** Why the facts could not be written, which is said once. */
  #factsProblem: string | undefined;
  #stopping: Promise<void> | undefined;
  #restarting: Promise<void> | undefined;
  /** Changes wait for each other here. */
  #queue: Promise<void> = Promise.resolve();

  /** `components` tells how what the gateway depends on is, for `/readyz`. */
  constructor(
    settings: GatewaySettings,
    log: GatewayLog,
    hooks: StartHooks,
    components?: GatewaySurroundings["components"],
  ) {
    this.#settings = settings;
    this.#log = log;
    this.#hooks = hooks;
    this.#components = components;
    this.ended = new Promise((resolve, reject) => {
      this.#end = { resolve, reject };
    });
    this.#gateway = this.#build();
    this.#listeners = new Listeners(this.#gateway.http, hooks.warn);
    this.#outreach = new Outreach(hooks);
    this.#reload = new ReloadControl(this, log.logger, systemClock);
  }

  get instanceId(): string {
    return this.#gateway.instanceId;
  }

  get settings(): GatewaySettings {
    return this.#settings;
  }

  get urls(): string[] {
    const own = interfaces();
    const urls = this.#listeners.addresses.flatMap(({ host, port }) =>
      reachableAddresses(host, own).map((address) => `ws://${hostPort(address, port)}`),
    );
    return [...new Set(urls)];
  }

  /** Binds and serves. `configHash` is the content of the configuration in force. */
  async start(configHash: string): Promise<void> {
    await this.#open();
    const { paths } = this.#settings;
    this.#running.add({ dispose: () => removeOwnFacts(paths.factsFile, this.instanceId) });
    const watch = new ConfigWatch(paths.configFile, configHash, (reading) => this.#changed(reading), {
      clock: systemClock,
      debounceMs: () => this.#settings.config.gateway?.reload?.debounceMs ?? 300,
    });
    this.#running.add(watch);
  }

  settle(reading: ConfigReading) {
    return this.#hooks.settle(reading);
  }

  /** Takes over settings without a restart. The addresses move first; when they cannot, the old ones stay and so do the rest. */
  async applyLive(next: GatewaySettings): Promise<void> {
    const before = this.#settings;
    const plan = planBind(bindRequest(next));
    const moved =
      next.port !== before.port || JSON.stringify(plan) !== JSON.stringify(planBind(bindRequest(before)));
    const served = this.#listeners.addresses.map(({ host }) => host);
    if (moved) await this.#listeners.move(plan, next.port);
    this.#settings = next;
    this.#log.setLevel(next.logLevel);
    this.#gateway.apply(next, { addressClosed: moved && served.some((host) => !covers(plan, host)) });
    if (moved) {
      this.#lookOutForTailnet(plan);
      this.#announce();
      this.#log.logger.info({ urls: this.urls }, "listening");
    }
    await this.#reachOut();
  }

  /** Writes the facts anew when somebody took them away; not while the gateway starts or stops, which write them themselves. */
  keepFacts(): void {
    if (this.#stopping !== undefined || this.#gateway.phase !== "ready") return;
    if (readFacts(this.#settings.paths.factsFile)?.instanceId !== this.instanceId) this.#announce();
  }

  /** Keeps a copy of a configuration that works. */
  keepGood(reading: ConfigReading): void {
    if (reading.state !== "valid") return;
    try {
      keepLastGood(this.#settings.paths.lastGoodConfigFile, reading.raw);
    } catch (error) {
      this.#hooks.warn(errorText(error));
    }
  }

  /** Ends the gateway and starts a new one here, with settings read anew. The lock stays. Requests meanwhile are the same one. */
  restart(reason: string): Promise<void> {
    this.#restarting ??= this.#enqueue(() => this.restartNow(reason)).finally(() => {
      this.#restarting = undefined;
    });
    return this.#restarting;
  }

  /** The restart itself, for those who are in the queue already. */
  async restartNow(reason: string): Promise<void> {
    if (this.#stopping !== undefined) return;
    this.#log.logger.info({ reason }, "restarting");
    await this.#stopGateway("gateway restarting", RESTART_EXPECTED_MS);
    try {
      await this.#startWithConfig().catch((error: unknown) => this.#startWithLastGood(error));
    } catch (error) {
      this.#log.logger.error({ reason: errorText(error) }, "the restart failed");
      this.#running.dispose();
      this.#end.reject(error);
    }
  }

  restartOnSignal(signal: string): void {
    if (this.#settings.config.commands?.restart !== true) {
      this.#log.logger.warn({ signal }, "restart asked for, but commands.restart is not true: ignored");
      return;
    }
    this.restart(signal).catch((error: unknown) => this.#hooks.warn(errorText(error)));
  }

  reload(): void {
    this.#changed(readConfig(this.#settings.paths.configFile));
  }

  /** Stops in order within the budget; safe to call twice. */
  stop(reason: string, restartExpectedMs: number | null = null): Promise<void> {
    this.#stopping ??= this.#enqueue(async () => {
      await this.#stopGateway(reason, restartExpectedMs);
      this.#running.dispose();
      this.#end.resolve();
    });
    return this.#stopping;
  }

  #enqueue(change: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(change);
    this.#queue = done.catch(() => {
      // Reported to whoever asked; the next change starts afresh.
    });
    return done;
  }

  #changed(reading: ConfigReading): void {
    this.#enqueue(async () => {
      if (this.#stopping === undefined) await this.#reload.take(reading);
    }).catch((error: unknown) => this.#hooks.warn(errorText(error)));
  }

  #build(): Gateway {
    const requestStop = () => {
      this.stop("gateway stopping").catch((error: unknown) =>
        this.#hooks.warn(`stop failed: ${errorText(error)}`),
      );
    };
    const components = this.#components;
    const around = { uiFolder: uiFolder(), ...(components === undefined ? {} : { components }) };
    return new Gateway(this.#settings, this.#log, { requestStop }, around);
  }

  async #open(): Promise<void> {
    const plan = planBind(bindRequest(this.#settings));
    await this.#listeners.open(plan, this.#settings.port);
    this.#lookOutForTailnet(plan);
    this.#gateway.start();
    this.#startedAtMs = systemClock.now();
    this.#gateway.phase = "ready";
    this.#announce();
    const { urls, instanceId } = this;
    this.#log.logger.info({ urls, pid: process.pid, version: APP_VERSION, instanceId }, "listening");
    await this.#reachOut();
  }

  #reachOut(): Promise<void> {
    return this.#outreach.apply(this.#settings, this.#listeners.addresses, this.#gateway.tailscale);
  }

  /** A tailnet that comes up after us gets its listener then. */
  #lookOutForTailnet({ warnings, awaitsTailnet }: BindPlan): void {
    this.#tailnetTimer?.dispose();
    for (const warning of warnings) this.#hooks.warn(warning);
    if (!awaitsTailnet) return;
    const timer = systemClock.every(TAILNET_RECHECK_MS, () => {
      const { awaitsTailnet, primary, aliases } = planBind(bindRequest(this.#settings));
      if (awaitsTailnet) return;
      timer.dispose();
      this.#enqueue(async () => {
        if (timer !== this.#tailnetTimer) return;
        for (const host of [primary, ...aliases]) await this.#listeners.add(host);
        this.#announce();
        this.#log.logger.info({ urls: this.urls }, "tailnet address found, listening");
      }).catch((error: unknown) => this.#hooks.warn(errorText(error)));
    });
    this.#tailnetTimer = timer;
  }

  /** A file that was there and is gone counts as unusable, not as an empty one. */
  async #startWithConfig(): Promise<void> {
    const { paths, config } = this.#settings;
    const reading = readConfig(paths.configFile);
    if (reading.state === "missing" && Object.keys(config).length > 0) {
      throw new SetupError("CONFIG_MISSING", `${paths.configFile} is gone`);
    }
    await this.#startAgain(reading);
  }

  async #startAgain(reading: ConfigReading): Promise<void> {
    this.#settings = keepSecured(this.settle(reading).settings, this.#settings, this.#log.logger);
    this.#log.setLevel(this.#settings.logLevel);
    this.#gateway = this.#build();
    this.#listeners = new Listeners(this.#gateway.http, this.#hooks.warn);
    await this.#open();
    this.keepGood(reading);
  }

  async #startWithLastGood(cause: unknown): Promise<void> {
    const reading = readConfig(this.#settings.paths.lastGoodConfigFile);
    if (reading.state !== "valid") throw cause;
    await this.#startAgain(reading);
    this.#hooks.warn(
      `the configuration could not be used (${errorText(cause)}); running on the last good one`,
    );
  }

  async #stopGateway(reason: string, restartExpectedMs: number | null): Promise<void> {
    const { logger } = this.#log;
    this.#tailnetTimer?.dispose();
    this.#tailnetTimer = undefined;
    const budgetMs = restartExpectedMs === null ? SHUTDOWN_BUDGET_MS : RESTART_BUDGET_MS;
    logger.info({ reason }, "stopping");
    const budget = new AbortController();
    const hung = new Set<string>();
    const track = (what: string, work: Promise<void>) => {
      hung.add(what);
      return work.then(() => hung.delete(what));
    };
    const stopped = track("client connections", this.#gateway.stop(reason, restartExpectedMs));
    // What the neighbours know goes while the clients leave; a restart in place keeps it.
    const withdrawn =
      restartExpectedMs === null ? track("Tailscale", this.#outreach.stop(budgetMs)) : undefined;
    const finished = Promise.all([stopped, withdrawn]).then(() => "finished" as const);
    const late = delay(budgetMs, "late" as const, { signal: budget.signal }).catch(() => "late" as const);
    const outcome = await Promise.race([finished, late]);
    budget.abort();
    if (outcome === "late") logger.warn({ hung: [...hung] }, "the stop took too long; going on without them");
    else logger.info("stopped");
  }

  /** Writes the facts where other processes look for them, then tells whoever started the gateway. */
  #announce(): void {
    const { factsFile } = this.#settings.paths;
    const { addresses } = this.#listeners;
    const facts = {
      pid: process.pid,
      startId: startIdOf(process.pid) ?? "",
      instanceId: this.instanceId,
      port: addresses[0]?.port ?? this.#settings.port,
      hosts: addresses.map(({ host }) => host),
      version: APP_VERSION,
      phase: this.#gateway.phase,
      startedAtMs: this.#startedAtMs,
      ...(this.#hooks.service === undefined ? {} : { service: this.#hooks.service }),
    };
    try {
      writeJsonFile(factsFile, facts, { durable: false });
      this.#factsProblem = undefined;
    } catch (error) {
      const reason = systemCode(error) ?? errorText(error);
      if (reason !== this.#factsProblem)
        this.#hooks.warn(`${factsFile} cannot be written (${reason}); the gateway goes on`);
      this.#factsProblem = reason;
    }
    this.#hooks.listening?.(this.urls);
  }
}

function removeOwnFacts(file: string, instanceId: string): void {
  if (readFacts(file)?.instanceId === instanceId) rmSync(file, { force: true });
}

/** The built dashboard: beside the bundle, or in `dist/` when run from source. */
function uiFolder(): URL {
  const bundled = new URL("./ui/", import.meta.url);
  return existsSync(new URL("index.html", bundled)) && existsSync(new URL("main.js", bundled))
    ? bundled
    : new URL("../../dist/ui/", import.meta.url);
}
