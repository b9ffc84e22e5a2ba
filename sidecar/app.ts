/** Composition root: takes the lock, opens the log, starts the gateway, and undoes it all in reverse order. */

import { join } from "node:path";
import { systemClock } from "../shared/clock.ts";
import { DEFAULTS } from "../shared/config/defaults.ts";
import { agentModel } from "../shared/config/schema.ts";
import { errorText, SetupError } from "../shared/errors.ts";
import { type Disposable, Disposables } from "../shared/lifecycle.ts";
import type { ConfigReading } from "../shared/node/config-source.ts";
import { HeldLock } from "../shared/node/held-lock.ts";
import { InstalledProgram } from "../shared/node/installed-program.ts";
import { acquireLock } from "../shared/node/lock.ts";
import { memoryBytes } from "../shared/node/machine.ts";
import { watchProgram } from "../shared/node/program-watch.ts";
import { readFacts } from "../shared/node/run-state.ts";
import { unwritable } from "../shared/node/unwritable.ts";
import { advice, english, ours } from "../shared/remedy.ts";
import { APP_VERSION } from "../shared/version.ts";
import { modelInForce } from "./assistant/models/choose-model.ts";
import type { GatewaySettings } from "./base/config/settings.ts";
import { MemoryGuard } from "./base/guard/memory-guard.ts";
import { memoryLimits } from "./base/guard/memory-limits.ts";
import { ProcessGauges } from "./base/guard/process-gauges.ts";
import { type GatewayLog, openLog } from "./base/log/logger.ts";
import { OwnOutput } from "./base/log/own-output.ts";
import { PlaceWatch } from "./base/state/place-watch.ts";
import { refuseUnwritable } from "./base/state/refuse-unwritable.ts";
import { storedProviders } from "./base/store/stored-providers.ts";
import { unseenGateway } from "./host/net/unseen-gateway.ts";
import { fallbackLogDir, OUTPUT_FILES } from "./host/service/launchd/output.ts";
import { GatewayServer } from "./run/gateway-server.ts";
import type { RunContext } from "./run/run-context.ts";
import { takeSentinel } from "./setup/service/restart-sentinel.ts";

export interface GatewayHandle {
  /** Of the gateway in force; an in-process restart makes a new one. */
  readonly instanceId: string;
  /** `ws://…` of every reachable address, the primary first. */
  readonly urls: string[];
  /** The configured model, and who answers in its place where that does not. */
  agentModel: string;
  modelInForce: ReturnType<typeof modelInForce>["kind"];
  logFile: string;
  /** Stops in order within the budget; safe to call twice. Clients are told when to expect the next one, if there is one. */
  stop(reason: string, restartExpectedMs?: number): Promise<void>;
  /** Restarts in this process, with settings read anew and the same lock. */
  restart(reason: string): Promise<void>;
  /** Restarts if the configuration lets somebody outside ask for it (`commands.restart`). */
  restartOnSignal(signal: string): void;
  /** Reads the configuration now, as if it had changed. */
  reload(): void;
  /** Whether it ended so that another process takes its place. */
  readonly renews: boolean;
  /** Resolves when the gateway has stopped, whoever asked; rejects when a restart could not start it again. */
  ended: Promise<void>;
}

/**
 * Starts the gateway and resolves once it listens. Fails with `ALREADY_RUNNING`, `PORT_IN_USE`, `ADDRESS_UNAVAILABLE`,
 * `STATE_UNWRITABLE` or `RUNTIME_MISSING`, leaving nothing behind. The settings were made from `reading`.
 */
export async function startGateway(
  settings: GatewaySettings,
  reading: ConfigReading,
  context: RunContext,
): Promise<GatewayHandle> {
  const undo = new Disposables();
  try {
    refuseUnwritable(settings.paths);
    const isShared = context.env.CLAWDBOT_ALLOW_MULTI_GATEWAY === "1";
    const lock = isShared ? undefined : undo.add(await takeLock(settings));
    const log = openLog({
      file: settings.logFile,
      level: settings.logLevel,
      consoleLevel: settings.verbose ? "debug" : "warn",
      console: context.console,
      clock: systemClock,
    });
    undo.add({ dispose: () => log.close() });
    const watch = undo.add(watchPlace(settings, { log, lock, run: () => run, context }));
    const guard = undo.add(watchMemory(log, context, () => run));
    const components = () => ({ ...watch.components(), ...guard.components() });
    const run = new GatewayServer(settings, log, context, { components, guard });
    await run.start(reading);
    watch.start();
    guard.start();
    undo.add(watchUpgrades(log, context));
    void run.loadAhead();
    reportRestart(settings, log, context);
    const kept = await storedProviders(settings.paths.storeFile);
    const inForce = modelInForce(settings.config, context.env, kept);
    return {
      get instanceId() {
        return run.instanceId;
      },
      get urls() {
        return run.urls;
      },
      agentModel: inForce.kind === "echo" ? agentModel(settings.config) : inForce.model,
      modelInForce: inForce.kind,
      logFile: settings.logFile,
      stop: (reason, restartExpectedMs) => run.stop(reason, restartExpectedMs),
      restart: (reason) => run.restart(reason),
      restartOnSignal: (signal) => run.restartOnSignal(signal),
      reload: () => run.reload(),
      get renews() {
        return run.renews;
      },
      ended: run.ended.finally(() => undo.dispose()),
    };
  } catch (error) {
    undo.dispose();
    throw error;
  }
}

interface Watched {
  log: GatewayLog;
  lock: HeldLock | undefined;
  run: () => GatewayServer;
  context: RunContext;
}

function watchPlace({ paths }: GatewaySettings, { log, lock, run, context }: Watched): PlaceWatch {
  const { stateDir, lockFile } = paths;
  const folders = [paths.logDir, fallbackLogDir(paths)];
  const output = new OwnOutput(folders.flatMap((folder) => OUTPUT_FILES.map((name) => join(folder, name))));
  const lost = () => {
    const reason = advice`another process has taken ${lockFile}; there must not be two gateways on ${stateDir}`;
    log.logger.error({ file: lockFile }, english(reason));
    context.warn(reason);
    run()
      .stop("another gateway has taken the place of this one")
      .catch((error: unknown) => context.warn(`stop failed: ${errorText(error)}`));
  };
  const place = {
    stateDir,
    lockFile,
    log,
    keepFacts: () => run().keepFacts(),
    lost,
    // Behind the requests for files of the look itself.
    alsoLook: () => void setImmediate(() => output.look()),
  };
  return new PlaceWatch(lock === undefined ? place : { ...place, lock }, systemClock);
}

function watchMemory({ logger }: GatewayLog, { warn }: RunContext, run: () => GatewayServer): MemoryGuard {
  const guarded = {
    limits: () => memoryLimits(run().settings.config, memoryBytes()),
    delayLimitMs: () => run().settings.config.gateway?.guard?.delayMs ?? DEFAULTS["gateway.guard.delayMs"],
    counts: () => run().census(),
    evidenceFolder: () => run().settings.paths.logDir,
    changed: () => run().refreshHealth(),
    renew: (reason: string) => run().renew(reason),
  };
  return new MemoryGuard(guarded, new ProcessGauges(systemClock), { logger, warn }, systemClock);
}

/** Says once that another program lies where this one did: it goes on, with what it has loaded, until somebody restarts it. */
function watchUpgrades({ logger }: GatewayLog, { warn, service }: RunContext): Disposable {
  return watchProgram(systemClock, new InstalledProgram(import.meta.url, "sidecar.js"), (replacement) => {
    if (replacement === null) return logger.info("the program that runs is installed again");
    const { version } = replacement;
    if (version === null) return logger.warn("the program that runs is no longer installed");
    const text = advice`version ${version} was installed; this gateway goes on as ${APP_VERSION} until it is restarted`;
    logger.warn({ running: APP_VERSION, installed: version }, english(text));
    const how = service === undefined ? advice`end it and start it again` : ours`gateway restart`;
    warn(advice`${text}: ${how}`);
  });
}

/** Says why this start happened, if somebody planned it. */
function reportRestart({ paths }: GatewaySettings, log: GatewayLog, context: RunContext): void {
  try {
    const planned = takeSentinel(paths);
    if (planned === undefined) return;
    const requestedAt = new Date(planned.atMs).toISOString();
    log.logger.info(
      { reason: planned.reason, requestedAt, requestedBy: planned.pid },
      "restarted as planned",
    );
    context.tick(advice`restarted as planned: ${planned.reason}`);
  } catch (error) {
    context.warn(errorText(error));
  }
}

/** The lock alone does not tell of a gateway whose lock was deleted; that one makes it again in a moment. */
async function takeLock({ paths }: GatewaySettings): Promise<HeldLock> {
  const { lockFile, factsFile, stateDir } = paths;
  const lock = await acquireLock(lockFile).catch((error: unknown) => {
    throw unwritable(lockFile, error);
  });
  const unseen = lock === undefined ? undefined : await unseenGateway(paths);
  if (lock !== undefined && unseen === undefined) return new HeldLock(lockFile, lock);
  lock?.dispose();
  const facts = readFacts(factsFile);
  const pid = unseen ?? facts?.pid;
  const who = pid === undefined ? advice`another process` : advice`PID ${pid}`;
  throw new SetupError(
    "ALREADY_RUNNING",
    advice`Gateway already running locally (${who}, state ${stateDir}).`,
    {
      details: { ...facts, ...(unseen === undefined ? {} : { unseen }) },
    },
  );
}
