/** Composition root: takes the lock, opens the log, binds the addresses, starts the gateway, and undoes it all in reverse. */
import { existsSync, rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { systemClock } from "../shared/clock.ts";
import { agentModel } from "../shared/config/schema.ts";
import { errorText, SetupError, systemCode } from "../shared/errors.ts";
import { Disposables } from "../shared/lifecycle.ts";
import { acquireLock } from "../shared/node/lock.ts";
import { startIdOf } from "../shared/node/process-identity.ts";
import { readFacts, writeJsonFile } from "../shared/node/run-state.ts";
import { APP_VERSION } from "../shared/version.ts";
import type { GatewaySettings } from "./base/config/settings.ts";
import { type GatewayLog, openLog } from "./base/log/logger.ts";
import { Gateway } from "./gateway/gateway.ts";
import { bindError } from "./gateway/http/server.ts";
import { isListening, LOOPBACK } from "./host/net/bind.ts";

/** What the start may tell the terminal. */
export interface StartHooks {
  /** One line for the console, newline included: log lines as far as `--verbose` asks, and what the disk refused. */
  console: (text: string) => void;
  /** Something did not work that the gateway can do without. */
  warn: (message: string) => void;
  env: NodeJS.ProcessEnv;
}

export interface RunningGateway {
  instanceId: string;
  /** `ws://…` of every bound address, the primary first. */
  urls: string[];
  agentModel: string;
  logFile: string;
  /** Stops in order within the budget; safe to call twice. Resolves with what had to be left behind. */
  stop(reason: string): Promise<void>;
  /** Resolves when the gateway has stopped, whoever asked. */
  ended: Promise<void>;
}

/** Everything about stopping must fit in here; the process then ends anyway. */
export const SHUTDOWN_BUDGET_MS = 5_000;
/** While nobody listens, a port may still be cooling down: try this often, this far apart. */
const BIND_RETRIES = { count: 10, everyMs: 200 } as const;

/**
 * Starts the gateway and resolves once it listens. Fails with `ALREADY_RUNNING`, `PORT_IN_USE`, `ADDRESS_UNAVAILABLE` or
 * `STATE_UNWRITABLE`, leaving nothing behind.
 */
export async function startGateway(settings: GatewaySettings, hooks: StartHooks): Promise<RunningGateway> {
  const undo = new Disposables();
  try {
    if (hooks.env.CLAWDBOT_ALLOW_MULTI_GATEWAY !== "1") undo.add(await takeLock(settings));
    const log = openLog({
      file: settings.logFile,
      level: settings.logLevel,
      consoleLevel: settings.verbose ? "debug" : "warn",
      console: hooks.console,
      clock: systemClock,
    });
    undo.add({ dispose: () => log.close() });
    return await run(settings, log, hooks, undo);
  } catch (error) {
    undo.dispose();
    throw error;
  }
}

async function run(
  settings: GatewaySettings,
  log: GatewayLog,
  hooks: StartHooks,
  undo: Disposables,
): Promise<RunningGateway> {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let stopping: Promise<void> | undefined;
  const stop = (reason: string) => {
    stopping ??= stopInOrder(gateway, log, reason).finally(() => {
      undo.dispose();
      end();
    });
    return stopping;
  };
  const requestStop = () => {
    stop("gateway stopping").catch((error: unknown) => hooks.warn(`stop failed: ${errorText(error)}`));
  };
  const gateway = new Gateway(settings, log, { requestStop }, { uiFolder: uiFolder() });
  const bound = await bindAll(gateway, settings.port, hooks);
  gateway.start();
  gateway.phase = "ready";

  const factsFile = settings.paths.factsFile;
  const urls = bound.map(({ host, port }) => `ws://${host.includes(":") ? `[${host}]` : host}:${port}`);
  try {
    const facts = {
      pid: process.pid,
      startId: startIdOf(process.pid) ?? "",
      instanceId: gateway.instanceId,
      port: bound[0]?.port ?? settings.port,
      hosts: bound.map(({ host }) => host),
      version: APP_VERSION,
      phase: gateway.phase,
      startedAtMs: systemClock.now(),
    };
    writeJsonFile(factsFile, facts, { durable: false });
    undo.add({ dispose: () => removeOwnFacts(factsFile, gateway.instanceId) });
  } catch (error) {
    hooks.warn(
      `${factsFile} cannot be written (${systemCode(error) ?? errorText(error)}); the gateway goes on`,
    );
  }
  log.logger.info(
    { urls, pid: process.pid, version: APP_VERSION, instanceId: gateway.instanceId },
    "listening",
  );
  return {
    instanceId: gateway.instanceId,
    urls,
    agentModel: agentModel(settings.config),
    logFile: settings.logFile,
    stop,
    ended,
  };
}

async function takeLock(settings: GatewaySettings) {
  const { lockFile, factsFile, stateDir } = settings.paths;
  try {
    const lock = await acquireLock(lockFile);
    if (lock !== undefined) return lock;
  } catch (error) {
    const reason = systemCode(error) ?? errorText(error);
    throw new SetupError("STATE_UNWRITABLE", `State directory ${stateDir} cannot be written (${reason}).`, {
      cause: error,
      fix: "make it writable for this user, or set CLAWDBOT_STATE_DIR to another directory",
    });
  }
  const facts = readFacts(factsFile);
  const who = facts === undefined ? "another process" : `PID ${facts.pid}`;
  throw new SetupError("ALREADY_RUNNING", `Gateway already running locally (${who}, state ${stateDir}).`, {
    details: { ...facts },
  });
}

/** Binds the primary address, or fails; then the aliases, which may fail with a warning. */
async function bindAll(gateway: Gateway, port: number, hooks: StartHooks) {
  const primary = await bindPrimary(gateway, port);
  const bound = [primary];
  for (const host of LOOPBACK.aliases) {
    try {
      bound.push(await gateway.http.listen(host, primary.port));
    } catch (error) {
      if (systemCode(error) === "EADDRNOTAVAIL" || systemCode(error) === "EAFNOSUPPORT") continue;
      hooks.warn(
        `[${host}]:${primary.port} cannot be bound (${systemCode(error)}); ${primary.host} serves alone`,
      );
    }
  }
  return bound;
}

async function bindPrimary(gateway: Gateway, port: number) {
  const host = LOOPBACK.primary;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await gateway.http.listen(host, port);
    } catch (error) {
      const coolingDown = systemCode(error) === "EADDRINUSE" && !(await isListening(host, port));
      if (!coolingDown || attempt >= BIND_RETRIES.count) throw bindError(host, port, error);
      await delay(BIND_RETRIES.everyMs);
    }
  }
}

async function stopInOrder(gateway: Gateway, log: GatewayLog, reason: string): Promise<void> {
  log.logger.info({ reason }, "stopping");
  const budget = new AbortController();
  const finished = gateway.stop(reason, null).then(() => "finished" as const);
  const late = delay(SHUTDOWN_BUDGET_MS, "late" as const, { signal: budget.signal }).catch(
    () => "late" as const,
  );
  const outcome = await Promise.race([finished, late]);
  budget.abort();
  if (outcome === "late")
    log.logger.warn({ hung: ["client connections"] }, "the stop took too long; ending anyway");
  else log.logger.info("stopped");
}

function removeOwnFacts(file: string, instanceId: string): void {
  if (readFacts(file)?.instanceId === instanceId) rmSync(file, { force: true });
}

/** The built dashboard: beside the bundle, or in `dist/` when run from source. */
function uiFolder(): URL {
  const bundled = new URL("./ui/", import.meta.url);
  return existsSync(new URL("index.html", bundled)) && existsSync(new URL("main.js", bundled))
    ? bundled
    : new URL("../dist/ui/", import.meta.url);
}
