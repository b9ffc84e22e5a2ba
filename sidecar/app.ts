/** Composition root: takes the lock, opens the log, starts the gateway, and undoes it all in reverse order. */
import { systemClock } from "../shared/clock.ts";
import { agentModel } from "../shared/config/schema.ts";
import { errorText, SetupError, systemCode } from "../shared/errors.ts";
import { Disposables } from "../shared/lifecycle.ts";
import type { ConfigReading } from "../shared/node/config-source.ts";
import { acquireLock } from "../shared/node/lock.ts";
import { readFacts } from "../shared/node/run-state.ts";
import type { GatewaySettings } from "./base/config/settings.ts";
import { type GatewayLog, openLog } from "./base/log/logger.ts";
import { GatewayRun } from "./run/gateway-run.ts";
import type { StartHooks } from "./run/start-hooks.ts";
import { takeSentinel } from "./setup/service/restart-sentinel.ts";

export interface RunningGateway {
  /** Of the gateway in force; an in-process restart makes a new one. */
  readonly instanceId: string;
  /** `ws://…` of every reachable address, the primary first. */
  readonly urls: string[];
  agentModel: string;
  logFile: string;
  /** Stops in order within the budget; safe to call twice. Clients are told when to expect the next one, if there is one. */
  stop(reason: string, restartExpectedMs?: number): Promise<void>;
  /** Restarts in this process, with settings read anew and the same lock. */
  restart(reason: string): Promise<void>;
  /** Restarts if the configuration lets somebody outside ask for it (`commands.restart`). */
  restartOnSignal(signal: string): void;
  /** Reads the configuration now, as if it had changed. */
  reload(): void;
  /** Resolves when the gateway has stopped, whoever asked; rejects when a restart could not start it again. */
  ended: Promise<void>;
}

/**
 * Starts the gateway and resolves once it listens. Fails with `ALREADY_RUNNING`, `PORT_IN_USE`, `ADDRESS_UNAVAILABLE` or
 * `STATE_UNWRITABLE`, leaving nothing behind. The settings were made from `reading`.
 */
export async function startGateway(
  settings: GatewaySettings,
  reading: ConfigReading,
  hooks: StartHooks,
): Promise<RunningGateway> {
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
    const run = new GatewayRun(settings, log, hooks);
    await run.start(reading);
    reportRestart(settings, log, hooks);
    return {
      get instanceId() {
        return run.instanceId;
      },
      get urls() {
        return run.urls;
      },
      agentModel: agentModel(settings.config),
      logFile: settings.logFile,
      stop: (reason, restartExpectedMs) => run.stop(reason, restartExpectedMs),
      restart: (reason) => run.restart(reason),
      restartOnSignal: (signal) => run.restartOnSignal(signal),
      reload: () => run.reload(),
      ended: run.ended.finally(() => undo.dispose()),
    };
  } catch (error) {
    undo.dispose();
    throw error;
  }
}

/** Says why this start happened, if somebody planned it. */
function reportRestart({ paths }: GatewaySettings, log: GatewayLog, hooks: StartHooks): void {
  try {
    const planned = takeSentinel(paths);
    if (planned === undefined) return;
    const requestedAt = new Date(planned.atMs).toISOString();
    log.logger.info(
      { reason: planned.reason, requestedAt, requestedBy: planned.pid },
      "restarted as planned",
    );
    hooks.say(`✓ restarted as planned: ${planned.reason}`);
  } catch (error) {
    hooks.warn(errorText(error));
  }
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
