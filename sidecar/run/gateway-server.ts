/**
 * One run of the gateway from the first bind to the end: it may change its addresses, take over another configuration, restart
 * in place and stop, one after the other and never two at once.
 */

import { existsSync, rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { hostPort } from "../../shared/address.ts";
import { systemClock } from "../../shared/clock.ts";
import { DEFAULTS } from "../../shared/config/defaults.ts";
import { MOST_FINDINGS } from "../../shared/config/findings.ts";
import { isExampleSecret } from "../../shared/config/secrets.ts";
import { errorSentence, errorText, SetupError, systemCode } from "../../shared/errors.ts";
import { type Disposable, Disposables } from "../../shared/lifecycle.ts";
import type { ConfigReading } from "../../shared/node/config-source.ts";
import { isThere } from "../../shared/node/is-there.ts";
import { interfaces } from "../../shared/node/machine.ts";
import { startIdOf } from "../../shared/node/process-identity.ts";
import { type ConfigFacts, readFacts, writeJsonFile } from "../../shared/node/run-state.ts";
import { advice, ours } from "../../shared/remedy.ts";
import { APP_VERSION } from "../../shared/version.ts";
import { keepLastGood } from "../base/config/last-good.ts";
import { planReload } from "../base/config/reload-plan.ts";
import { type GatewaySettings, sharedSecret } from "../base/config/settings.ts";
import { ConfigWatch } from "../base/config/watch.ts";
import type { GatewayLog } from "../base/log/logger.ts";
import { Gateway, type GatewayDeps } from "../gateway/gateway.ts";
import { Listeners } from "../gateway/http/listeners.ts";
import type { Address } from "../gateway/http/server.ts";
import { UiFiles } from "../gateway/http/ui-files.ts";
import {
  type BindPlan,
  bindRequest,
  covers,
  isExposed,
  planBind,
  reachableAddresses,
  TAILNET_RECHECK_MS,
} from "../host/net/bind.ts";
import { leaveSentinel } from "../setup/service/restart-sentinel.ts";
import { ConfigVariables } from "./config-variables.ts";
import { NetworkExposure } from "./network-exposure.ts";
import { keepSecured, ReloadControl } from "./reload-control.ts";
import type { RunContext } from "./run-context.ts";
import { type Applied, applySteps, type Step } from "./steps.ts";

/** Everything about stopping must fit in here; the process then ends anyway. */
const SHUTDOWN_BUDGET_MS = 5_000;
/** What hangs is given up this long before all of it has to be over. */
const GIVING_UP_MS = 250;
/** A restart waits no longer than this for clients that do not let go: they must not keep the others out. */
const RESTART_BUDGET_MS = 1_000;
/** How soon clients may expect a gateway that restarts in place. */
const RESTART_EXPECTED_MS = 1_500;

/** Runs that are under way may go on for this long before another process takes the place of this one. */
const RENEWAL_PATIENCE_MS = 60_000;

const ADDRESSES = "the addresses";

/** What the process is watched by, whichever gateway is in it. */
type WatchedParts = Pick<GatewayDeps, "components" | "guard">;

/** What a restart starts with. `unused` is why the configuration cannot be used; the settings are then those in force. */
interface NextSettings {
  settings: GatewaySettings;
  reading: ConfigReading;
  unused?: unknown;
}

export class GatewayServer {
  readonly ended: Promise<void>;
  #end: { resolve: () => void; reject: (error: unknown) => void } = { resolve: () => {}, reject: () => {} };
  #settings: GatewaySettings;
  #log: GatewayLog;
  #context: RunContext;
  readonly #uiFiles = builtPage();
  #watched: WatchedParts;
  #gateway: Gateway;
  #listeners: Listeners;
  #running = new Disposables();
  #outreach: NetworkExposure;
  #variables: ConfigVariables;
  #config: ConfigFacts = { inForce: "" };
  /** What this process was started with, and what the gateway in it was opened with. */
  readonly #first: GatewaySettings;
  #opened: GatewaySettings;
  /** What the addresses were opened for; undefined when they are not those of any settings. */
  #bound: { plan: BindPlan; port: number } | undefined;
  #tailnetTimer: Disposable | undefined;
  #startedAtMs = systemClock.now();
  #reload: ReloadControl;
  /** Why the facts could not be written, which is said once. */
  #factsProblem: string | undefined;
  #stopping: Promise<void> | undefined;
  #renews = false;
  /** How often a gateway was opened in the place of another. */
  #restarts = 0;
  #restarting: Promise<void> | undefined;
  /** Changes wait for each other here. */
  #queue: Promise<void> = Promise.resolve();

  /** `watched` tells how what the gateway depends on is. */
  constructor(settings: GatewaySettings, log: GatewayLog, context: RunContext, watched: WatchedParts = {}) {
    this.#settings = settings;
    this.#first = settings;
    this.#opened = settings;
    this.#log = log;
    this.#context = context;
    this.#watched = watched;
    this.ended = new Promise((resolve, reject) => {
      this.#end = { resolve, reject };
    });
    this.#gateway = this.#build();
    this.#listeners = new Listeners(this.#gateway.http, context.warn);
    this.#outreach = new NetworkExposure(context);
    this.#variables = new ConfigVariables(context.programEnv);
    this.#reload = new ReloadControl(this, context.source, log.logger, systemClock);
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

  /** Binds and serves. The settings were made from `reading`. */
  async start(reading: ConfigReading): Promise<void> {
    this.#config = { inForce: reading.fingerprint, overruled: this.#context.source.overruled };
    await this.#open();
    this.#variables.give(this.#settings.variables ?? {});
    // What starts this program anew is to read them from the configuration again.
    this.#running.add({ dispose: () => this.#variables.give({}) });
    const { paths } = this.#settings;
    this.#running.add({ dispose: () => removeOwnFacts(paths.factsFile, this.instanceId) });
    const watch = new ConfigWatch(
      this.#context.source.place,
      reading,
      (changed) => this.#changed(changed, false),
      {
        clock: systemClock,
        debounceMs: () =>
          this.#settings.config.gateway?.reload?.debounceMs ?? DEFAULTS["gateway.reload.debounceMs"],
        onFailure: (reason) =>
          this.#log.logger.warn({ reason }, "the configuration cannot be read now; it is tried again"),
      },
    );
    this.#running.add(watch);
  }

  /** Takes over settings without a restart: all of them or, as far as it can be undone, none. Who has to leave does so in the end. */
  async applyLive(next: GatewaySettings): Promise<Applied> {
    const before = this.#settings;
    const served = [...this.#listeners.addresses];
    let plan: BindPlan | undefined;
    try {
      plan = planBind(bindRequest(next));
    } catch (reason) {
      return { kind: "undone", failed: ADDRESSES, reason };
    }
    const moved = !isDeepStrictEqual(this.#bound, { plan, port: next.port });
    const applied = await applySteps([
      ...this.#ruleSteps(before, next, moved ? [this.#addressStep(plan, next.port, served)] : []),
      {
        name: "the log level",
        apply: () => this.#log.setLevel(next.logLevel),
        undo: () => this.#log.setLevel(before.logLevel),
      },
      {
        name: "the variables for programs",
        apply: () => this.#variables.give(next.variables ?? {}),
        undo: () => this.#variables.give(before.variables ?? {}),
      },
      {
        name: "Tailscale and the announcement",
        apply: () => this.#reachOut(next),
        undo: () => this.#reachOut(before),
      },
    ]);
    if (applied.kind === "applied") this.#settings = next;
    if (moved) {
      // Whatever came of it: what is served now is what the others are told.
      if (applied.kind === "applied") this.#lookOutForTailnet(plan);
      this.#announce();
      this.#log.logger.info({ urls: this.urls }, "listening");
    }
    if (applied.kind !== "applied") return applied;
    const addressClosed = moved && served.some(({ host }) => !covers(plan, host));
    this.#gateway.dismissOutdated(before, { addressClosed });
    return applied;
  }

  /** Reads what an upgrade would take away. Never rejects. */
  loadAhead(): Promise<void> {
    return this.#uiFiles.load();
  }

  /** Writes the facts anew when somebody took them away; not while the gateway starts or stops, which write them themselves. */
  keepFacts(): void {
    if (this.#stopping !== undefined || this.#gateway.phase !== "ready") return;
    if (readFacts(this.#settings.paths.factsFile)?.instanceId !== this.instanceId) this.#announce();
  }

  /** The configuration is in force: others may know, and a copy of it is kept. */
  keepGood(reading: ConfigReading): void {
    const { overruled } = this.#config;
    this.#note({ inForce: reading.fingerprint, ...(overruled && { overruled }), pending: this.#pending() });
    if (reading.state !== "valid") return;
    try {
      keepLastGood(this.#settings.paths.lastGoodConfigFile, reading);
    } catch (error) {
      this.#context.warn(errorSentence(error));
    }
  }

  /** The configuration was read and is not used. */
  keepOld(reading: ConfigReading): void {
    this.#note({ ...this.#config, refused: reading.fingerprint });
  }

  /** What of the settings in force needs another gateway, or another process, than this one. */
  #pending(): string[] {
    const { config } = this.#settings;
    const { later } = planReload(this.#first.config, config);
    const { restart } = planReload(this.#opened.config, config);
    return [...later, ...restart, ...this.#keptSecret()].slice(0, MOST_FINDINGS);
  }

  /** A gateway keeps the secret that the file no longer has. */
  #keptSecret(): string[] {
    const { auth, config } = this.#settings;
    if (auth.mode !== "token" && auth.mode !== "password") return [];
    const path = `gateway.auth.${auth.mode}`;
    const isGiven =
      config.gateway?.auth?.[auth.mode] !== undefined || this.#config.overruled?.[path] !== undefined;
    return isGiven ? [] : [path];
  }

  /** Ends the gateway and starts a new one here, with settings read anew. The lock stays. Requests meanwhile are the same one. */
  restart(reason: string): Promise<void> {
    this.#restarting ??= this.#enqueue(() => this.restartNow(reason)).finally(() => {
      this.#restarting = undefined;
    });
    return this.#restarting;
  }

  /**
   * The restart itself, for those who are in the queue already. With settings that do not work, the gateway comes back with those
   * that did.
   */
  async restartNow(reason: string): Promise<void> {
    if (this.#stopping !== undefined) return;
    this.#log.logger.info({ reason }, "restarting");
    const before = this.#settings;
    const next = this.#nextSettings();
    await this.#stopGateway("gateway restarting", RESTART_EXPECTED_MS);
    try {
      await this.#startAgain(next.settings);
      if (next.unused === undefined) this.keepGood(next.reading);
      else this.#tellUnused(next.reading, next.unused);
    } catch (cause) {
      await this.#startFormer(before, next, cause);
    }
  }

  /** Read before anything is stopped: a file that cannot be used is no reason to be away any longer. */
  #nextSettings(): NextSettings {
    const { paths, config } = this.#settings;
    const reading = this.#context.source.read();
    try {
      // A file that was there and is gone counts as unusable, not as an empty one.
      if (reading.state === "missing" && Object.keys(config).length > 0) {
        throw new SetupError("CONFIG_MISSING", advice`${paths.configFile} is gone`);
      }
      return {
        reading,
        settings: keepSecured(this.#context.source.settle(reading), this.#settings, this.#log.logger),
      };
    } catch (unused) {
      return { reading, settings: this.#settings, unused };
    }
  }

  async #startFormer(
    before: GatewaySettings,
    { reading, settings }: NextSettings,
    cause: unknown,
  ): Promise<void> {
    try {
      if (settings === before) throw cause;
      await this.#startAgain(before);
      this.#tellUnused(reading, cause);
    } catch (error) {
      this.#log.logger.error({ reason: errorText(error) }, "the restart failed");
      this.#running.dispose();
      this.#end.reject(error);
    }
  }

  #tellUnused(reading: ConfigReading, cause: unknown): void {
    this.keepOld(reading);
    const reason = errorSentence(cause);
    this.#context.warn(advice`the configuration could not be used (${reason}); running on the last good one`);
  }

  /** What the gateway tells of itself when somebody looks into what it is busy with. */
  census(): Promise<Record<string, number>> {
    return this.#gateway.census();
  }

  refreshHealth(): void {
    this.#gateway.refreshHealth();
  }

  /** Whether it has ended so that another process takes its place. */
  get renews(): boolean {
    return this.#renews;
  }

  /** Ends so that another process takes its place: when no run is under way, or after a while. What is cut off then is taken up there. */
  async renew(reason: string): Promise<void> {
    await this.#gateway.idle(RENEWAL_PATIENCE_MS);
    if (this.#stopping !== undefined) return;
    this.#renews = true;
    try {
      leaveSentinel(this.#settings.paths, { reason, atMs: systemClock.now(), pid: process.pid });
    } catch (error) {
      this.#context.warn(errorText(error));
    }
    await this.stop(`gateway restarting (${reason})`, RESTART_EXPECTED_MS);
  }

  restartOnSignal(signal: string): void {
    if (this.#settings.config.commands?.restart !== true) {
      this.#log.logger.warn({ signal }, "restart asked for, but commands.restart is not true: ignored");
      return;
    }
    this.restart(signal).catch((error: unknown) => this.#context.warn(errorSentence(error)));
  }

  reload(): void {
    this.#changed(this.#context.source.read(), true);
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

  /** Whoever asked for it is served whatever the configuration says about reloads. */
  #changed(reading: ConfigReading, wasAsked: boolean): void {
    this.#gateway.configChanged(reading.hash);
    this.#enqueue(async () => {
      if (this.#stopping === undefined) await this.#reload.take(reading, { wasAsked });
    }).catch((error: unknown) => this.#context.warn(errorSentence(error)));
  }

  #build(): Gateway {
    const requestStop = () => {
      this.stop("gateway stopping").catch((error: unknown) =>
        this.#context.warn(advice`stop failed: ${errorSentence(error)}`),
      );
    };
    const requestRestart = (reason: string) => {
      this.restart(reason).catch((error: unknown) => this.#context.warn(errorSentence(error)));
    };
    const around = {
      uiFiles: this.#uiFiles,
      env: this.#context.env,
      channels: this.#context.channels,
      restarts: () => this.#restarts,
      ...this.#watched,
    };
    return new Gateway(this.#settings, this.#log, { requestStop, requestRestart }, around);
  }

  async #open(): Promise<void> {
    const plan = planBind(bindRequest(this.#settings));
    await this.#listeners.open(plan, this.#settings.port);
    this.#bound = { plan, port: this.#settings.port };
    this.#lookOutForTailnet(plan);
    this.#warnOfExample(plan);
    this.#opened = this.#settings;
    this.#gateway.start();
    this.#startedAtMs = systemClock.now();
    this.#gateway.phase = "ready";
    this.#announce();
    const { urls, instanceId } = this;
    this.#log.logger.info({ urls, pid: process.pid, version: APP_VERSION, instanceId }, "listening");
    // The gateway serves without it.
    await this.#reachOut(this.#settings).catch((error: unknown) => this.#context.warn(errorSentence(error)));
  }

  /** Whoever typed a guide's commands as they stand there has them work, and is told what they lack. */
  #warnOfExample(plan: BindPlan): void {
    const secret = sharedSecret(this.#settings.auth) ?? "";
    if (!isExposed(plan) || !isExampleSecret(secret)) return;
    const text =
      "other machines can reach this gateway, and its secret is that of an example, which everybody knows";
    this.#context.warn(advice`${text}; set another one: ${ours`config set gateway.auth.token <token>`}`);
  }

  #reachOut(settings: GatewaySettings): Promise<void> {
    return this.#outreach.apply(settings, this.#listeners.addresses, this.#gateway.tailscale);
  }

  /**
   * The secret counts before the addresses open, and what else may be looser only when those that close are closed: at no time does
   * anybody get in who could do so neither before nor after.
   */
  #ruleSteps(before: GatewaySettings, next: GatewaySettings, between: readonly Step[]): Step[] {
    const undo = () => this.#gateway.adopt(before);
    return [
      { name: "the secret", apply: () => this.#gateway.adopt({ ...before, auth: next.auth }), undo },
      ...between,
      { name: "the rules of admission", apply: () => this.#gateway.adopt(next), undo },
    ];
  }

  #addressStep(plan: BindPlan, port: number, served: readonly Address[]): Step {
    const before = this.#bound;
    return {
      name: ADDRESSES,
      apply: async () => {
        this.#bound = undefined;
        await this.#listeners.move(plan, port);
        this.#bound = { plan, port };
      },
      undo: async () => {
        this.#bound = undefined;
        await this.#listeners.restore(served);
        this.#bound = before;
      },
    };
  }

  /** A tailnet that comes up after us gets its listener then. */
  #lookOutForTailnet({ warnings, awaitsTailnet }: BindPlan): void {
    this.#tailnetTimer?.dispose();
    for (const warning of warnings) this.#context.warn(warning);
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
      }).catch((error: unknown) => this.#context.warn(errorSentence(error)));
    });
    this.#tailnetTimer = timer;
  }

  /** Builds a new gateway in the place of the one that was stopped. When it cannot be opened nothing of it stays. */
  async #startAgain(settings: GatewaySettings): Promise<void> {
    this.#settings = settings;
    this.#log.setLevel(settings.logLevel);
    this.#variables.give(settings.variables ?? {});
    this.#gateway = this.#build();
    this.#listeners = new Listeners(this.#gateway.http, this.#context.warn);
    try {
      await this.#open();
      this.#restarts += 1;
    } catch (error) {
      this.#tailnetTimer?.dispose();
      await this.#gateway.stop("gateway restarting", RESTART_EXPECTED_MS);
      throw error;
    }
  }

  async #stopGateway(reason: string, restartExpectedMs: number | null): Promise<void> {
    const { logger } = this.#log;
    this.#tailnetTimer?.dispose();
    this.#tailnetTimer = undefined;
    const budgetMs = restartExpectedMs === null ? SHUTDOWN_BUDGET_MS : RESTART_BUDGET_MS;
    logger.info({ reason }, "stopping");
    const budget = new AbortController();
    const hung = new Set<string>();
    const track = (what: string, work: Promise<boolean>) => {
      hung.add(what);
      return work.then((isDone) => isDone && hung.delete(what));
    };
    const served = this.#gateway.stop(reason, restartExpectedMs).then(() => true);
    const stopped = track("client connections", served);
    // What the neighbours know goes while the clients leave; a restart in place keeps it.
    const withdrawn =
      restartExpectedMs === null
        ? track("Tailscale", this.#outreach.stop(budgetMs - GIVING_UP_MS))
        : undefined;
    const finished = Promise.all([stopped, withdrawn]).then(() => "finished" as const);
    const late = delay(budgetMs, "late" as const, { signal: budget.signal }).catch(() => "late" as const);
    const outcome = await Promise.race([finished, late]);
    budget.abort();
    if (outcome === "late" || hung.size > 0)
      logger.warn({ hung: [...hung] }, "the stop took too long; going on without them");
    else logger.info("stopped");
  }

  #note(config: ConfigFacts): void {
    this.#config = config;
    this.#writeFacts();
  }

  /** Writes the facts where other processes look for them, then tells whoever started the gateway. */
  #announce(): void {
    this.#writeFacts();
    this.#context.listening?.(this.urls);
  }

  #writeFacts(): void {
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
      ...(this.#context.service === undefined ? {} : { service: this.#context.service }),
      config: this.#config,
    };
    // A state directory that somebody took away is not made again: it may come back.
    const parents = this.#gateway.phase !== "ready";
    if (!parents && !isThere(this.#settings.paths.stateDir)) return;
    try {
      writeJsonFile(factsFile, facts, { durable: false, parents });
      this.#factsProblem = undefined;
    } catch (error) {
      const reason = systemCode(error) ?? errorText(error);
      if (reason !== this.#factsProblem)
        this.#context.warn(advice`${factsFile} cannot be written (${reason}); the gateway goes on`);
      this.#factsProblem = reason;
    }
  }
}

function removeOwnFacts(file: string, instanceId: string): void {
  if (readFacts(file)?.instanceId === instanceId) rmSync(file, { force: true });
}

/** The built dashboard: beside the bundle, or in `dist/` when run from source, where it may be built anew at any time. */
function builtPage(): UiFiles {
  const bundled = new URL("./ui/", import.meta.url);
  const isBundle = existsSync(new URL("index.html", bundled)) && existsSync(new URL("main.js", bundled));
  return isBundle
    ? new UiFiles(bundled, { isKept: true })
    : new UiFiles(new URL("../../dist/ui/", import.meta.url), { isKept: false });
}
