/**
 * The gateway as a service: install, start, stop, restart and uninstall, each with what has to hold before it and proof of its
 * effect afterwards. The command line, doctor, onboarding and uninstall all go through here.
 */

import { SetupError } from "../../../shared/errors.ts";
import { waitUntilGone } from "../../../shared/node/end-process.ts";
import { liveGateway } from "../../../shared/node/gateway/live.ts";
import { answers } from "../../../shared/node/gateway/recognize.ts";
import type { ProfileContext } from "../../../shared/node/profile-context.ts";
import {
  type RuntimeInfo,
  readFacts,
  readStartBlocked,
  type StartRefusal,
} from "../../../shared/node/run-state.ts";
import type { ServiceIdentity } from "../../../shared/node/service-identity.ts";
import { advice, joined, ours, type Remedy } from "../../../shared/remedy.ts";
import { takenHosts } from "../../host/net/bind-test.ts";
import { createServiceManager } from "../../host/service/index.ts";
import type {
  InstallOutcome,
  ServiceManager,
  ServiceRuntime,
  ServiceStatus,
} from "../../host/service/service-manager.ts";
import { nativeStop } from "./command-line.ts";
import { alreadyRunning, howToStop, stillThere, withoutManager } from "./conflicts.ts";
import { wantedService } from "./definition.ts";
import { endGateway } from "./end-gateway.ts";
import { findUnrecorded } from "./find-without-pid-file.ts";
import {
  insideGateway,
  isInsideGateway,
  refuseDowngrade,
  refuseManagedElsewhere,
  refuseOtherProduct,
  refuseOtherState,
} from "./guards.ts";
import { portArgument, resolveInstalled } from "./installed.ts";
import { exclusively, removeOperationLock } from "./operation-lock.ts";
import { recorded } from "./operation-log.ts";
import { assertPortFree, preflight, writeToken } from "./preflight.ts";
import { failure, type HealthyGateway, refusalAfter, waitUntilHealthy } from "./readiness.ts";
import type {
  InstallOptions,
  RestartOptions,
  ServiceAction,
  ServiceReport,
  ServiceResult,
  StopOptions,
} from "./report.ts";
import { requestShutdown } from "./request-shutdown.ts";
import { leaveSentinel, takeSentinel } from "./restart-sentinel.ts";
import { checkRuntime } from "./runtime.ts";
import { assertProgramThere, assertRestartable } from "./startable.ts";

/** How long a start may take until the gateway answers. */
const READY_MS = 30_000;
const STOP_MS = 30_000;
/** From the moment the manager calls it stopped until its process must be gone. */
const GONE_MS = 2_000;

/** The service of this profile. Nothing is asked of the system yet. */
export async function gatewayService(context: ProfileContext): Promise<GatewayService> {
  return new GatewayService(context, await createServiceManager(context));
}

/**
 * Every method fails with `SERVICE_UNAVAILABLE` and `SERVICE_FAILED` as the manager does, the latter also when the gateway does not
 * answer or does not go, and with `SERVICE_REFUSED` for what must not be done from here.
 */
export class GatewayService {
  readonly manager: ServiceManager;
  readonly #context: ProfileContext;

  constructor(context: ProfileContext, manager: ServiceManager) {
    this.#context = context;
    this.manager = manager;
  }

  get identity(): ServiceIdentity {
    return this.manager.identity;
  }

  /**
   * Registers and starts the service and waits until its gateway answers; an equal one that runs is left alone. Fails with the refusal
   * of the start when it could not start (nothing is installed then), and with `ALREADY_RUNNING` while a gateway runs without it.
   */
  async install(options: InstallOptions = {}): Promise<ServiceReport> {
    checkRuntime(options.runtime);
    refuseManagedElsewhere("install", this.#context);
    await this.manager.assertInstallable();
    await this.#refuseInside("install");
    return this.#operate("install", () => this.#install(options));
  }

  /** Starts it and waits until its gateway answers. Fails with `SERVICE_NOT_INSTALLED`, and with `ALREADY_RUNNING` as `install` does. */
  async start(): Promise<ServiceReport> {
    await this.#assertInstalled("start");
    return this.#operate("start", () => this.#start());
  }

  /** Stops it and proves that its process and its port are gone. One that is not there or does not run is no failure. */
  async stop({ timeoutMs }: StopOptions = {}): Promise<ServiceReport> {
    const status = await this.#statusFor("stop");
    if (!isActive(status) && this.#ours() === undefined) return this.#notRunning(status);
    await this.#refuseOthers("stop");
    await this.#refuseInside("stop");
    return this.#operate("stop", () => this.#stop(timeoutMs ?? STOP_MS), timeoutMs);
  }

  /**
   * Ends its gateway and waits until another one answers. Requests at the same time are one restart; from inside the gateway the
   * system is asked to do it, and the result is `restarting`. Fails as `start` does.
   */
  async restart(options: RestartOptions = {}): Promise<ServiceReport> {
    const requestedAtMs = options.requestedAtMs ?? Date.now();
    await this.#assertInstalled("restart");
    if (await isInsideGateway(this.identity, this.#context)) {
      return recorded(this.#context.paths, "restart", () => this.#restartDetached(options));
    }
    const work = () => this.#restart({ ...options, requestedAtMs });
    return this.#operate("restart", work, options.timeoutMs);
  }

  /** Stops it and takes away everything that `install` made; state and configuration stay. */
  async uninstall(): Promise<ServiceReport> {
    refuseManagedElsewhere("uninstall", this.#context);
    const status = await this.manager.status();
    if (!status.installed && !status.loaded) {
      return this.#report("uninstall", "not-loaded", status, {
        message: advice`The service (${this.identity.name}) is not installed.`,
      });
    }
    await this.#refuseOthers("uninstall");
    await this.#refuseInside("uninstall");
    return this.#operate("uninstall", () => this.#uninstall());
  }

  /** One at a time, and written down; whoever has only so much time does not wait longer for others. */
  #operate(
    action: ServiceAction,
    work: () => Promise<ServiceReport>,
    waitMs?: number,
  ): Promise<ServiceReport> {
    const { paths } = this.#context;
    const options = {
      evenUnlocked: action === "stop" || action === "uninstall",
      ...(waitMs === undefined ? {} : { waitMs }),
    };
    return exclusively(paths, () => recorded(paths, action, work), options);
  }

  async #install({ port, token, force = false }: InstallOptions): Promise<ServiceReport> {
    const { manager } = this;
    const context = this.#context;
    // Whoever insists does not depend on what is there, nor on whether it can be read.
    const installed = force ? undefined : await manager.readDefinition();
    if (!force) {
      refuseOtherProduct(installed, this.identity, "install");
      refuseDowngrade(installed, context);
      refuseOtherState(installed, context, "install");
    }
    const kept = installed === undefined ? undefined : portArgument(installed.command);
    const wanted = await wantedService(context, port === "config" ? undefined : (port ?? kept), {
      node: process.execPath,
      script: process.argv[1],
      installedEntry: installed?.command[1],
    });
    const before = liveGateway(context.paths);
    const stranger = before !== undefined && !this.#isOurs(before) ? before : undefined;
    const isKept = stranger?.service !== undefined;
    if (stranger !== undefined && (isKept || !force)) throw alreadyRunning(stranger, "install", context);
    const { settings, warnings } = await preflight(wanted.definition, context, token);
    const { runtime, pid } = await manager.status();
    await assertPortFree(settings, [before?.pid, pid], context.platform);
    if (token !== undefined) await writeToken(context, token, Date.now());
    if (stranger !== undefined) await endGateway(stranger, context);

    const refusal = this.#lastRefusal();
    const outcome = await this.#explained(refusal, () => manager.install(wanted.definition, { force }));
    const isSame = outcome.change === "unchanged" && !force;
    const facts = await this.#ready(refusal, isSame ? undefined : before?.instanceId);
    const result = outcome.change === "unchanged" ? "already-installed" : outcome.change;
    const wasIdle = isSame && runtime !== "running";
    const message =
      stranger !== undefined
        ? advice`The gateway with PID ${stranger.pid} was stopped; the service runs in its place.`
        : wasIdle
          ? "The service was installed already and did not run; it is started."
          : undefined;
    return this.#report("install", result, await manager.status(), {
      warnings: [...wanted.warnings, ...warnings, ...outcome.warnings],
      hints: keptHints(outcome),
      ...(message === undefined ? {} : { message }),
      facts,
    });
  }

  async #start(): Promise<ServiceReport> {
    const { manager } = this;
    const before = liveGateway(this.#context.paths);
    if (before !== undefined && !this.#isOurs(before)) throw alreadyRunning(before, "start", this.#context);
    const { runtime } = await manager.status();
    const wasRunning = runtime === "running";
    const installed = wasRunning ? undefined : await manager.readDefinition();
    if (installed !== undefined) assertProgramThere(installed);
    const warnings = wasRunning ? [] : await this.#endOrphan(before, runtime);
    const refusal = this.#lastRefusal();
    if (!wasRunning) await this.#explained(refusal, () => manager.start());
    const facts = await this.#ready(refusal, undefined);
    const message = wasRunning ? { message: advice`The service runs already (PID ${facts.pid}).` } : {};
    const result = wasRunning ? "already-running" : "started";
    return this.#report("start", result, await manager.status(), { ...message, warnings, facts });
  }

  async #stop(timeoutMs: number): Promise<ServiceReport> {
    const ours = this.#ours();
    await this.#askFirst(ours, timeoutMs);
    await within(timeoutMs, this.manager.stop(), this.identity);
    const orphaned = await this.#endOrphan(this.#ours(), (await this.manager.status()).runtime);
    const warnings = [...orphaned, ...(await this.#assertGone(ours))];
    return this.#report("stop", "stopped", await this.manager.status(), { warnings });
  }

  async #restart({ reason, requestedAtMs = 0, timeoutMs = STOP_MS }: RestartOptions): Promise<ServiceReport> {
    const { manager } = this;
    const before = liveGateway(this.#context.paths);
    if (before !== undefined && !this.#isOurs(before)) {
      throw alreadyRunning(before, "restart", this.#context);
    }
    const isWell = before !== undefined && (await answers(before));
    if (isWell && isSince(before.startedAtMs, requestedAtMs)) {
      return this.#report("restart", "restarted", await manager.status(), {
        message: advice`The service has just been restarted (PID ${before.pid}).`,
        facts: before,
      });
    }
    const installed = await manager.readDefinition();
    if (installed !== undefined) {
      if (isWell) await assertRestartable(before, installed, this.#context);
      else assertProgramThere(installed);
    }
    const warnings = await this.#endOrphan(before, (await manager.status()).runtime);
    this.#leaveReason(reason);
    await this.#askFirst(this.#ours());
    const refusal = this.#lastRefusal();
    const facts = await this.#orForget(async () => {
      await this.#explained(refusal, () => within(timeoutMs + READY_MS, manager.restart(), this.identity));
      return this.#ready(refusal, before?.instanceId);
    });
    if (before !== undefined && !(await waitUntilGone(before, GONE_MS)))
      throw stillThere(before, this.identity);
    return this.#report("restart", "restarted", await manager.status(), { warnings, facts });
  }

  async #restartDetached({ reason }: RestartOptions): Promise<ServiceReport> {
    this.#leaveReason(reason ?? "gateway restart, from inside the gateway");
    const status = await this.manager.status();
    // From here on every moment may be the last one of this command.
    await this.manager.restartDetached();
    return this.#report("restart", "restarting", status, {
      message:
        "This command runs inside the gateway: the system restarts the service in a moment, and what runs inside ends with it.",
      hints: [advice`${ours`gateway status`} shows the new one`],
    });
  }

  async #uninstall(): Promise<ServiceReport> {
    const { paths } = this.#context;
    const ours = this.#ours();
    await this.#askFirst(ours);
    const done = await this.manager.uninstall();
    const orphaned = await this.#endOrphan(this.#ours(), "stopped");
    const warnings = [...orphaned, ...(await this.#assertGone(ours))];
    removeOperationLock(paths);
    return this.#report("uninstall", "uninstalled", await this.manager.status(), {
      ...(done.length === 0 ? {} : { message: joined(done, "\n") }),
      warnings,
      hints: [advice`configuration and state stay in ${paths.stateDir}`],
    });
  }

  /** Where there is no manager the error tells of a gateway that runs without it. */
  async #statusFor(action: ServiceAction): Promise<ServiceStatus> {
    try {
      return await this.manager.status();
    } catch (error) {
      const context = this.#context;
      throw withoutManager(error, liveGateway(context.paths), { action, context });
    }
  }

  async #assertInstalled(action: ServiceAction): Promise<void> {
    const status = await this.#statusFor(action);
    if (status.installed) return this.#refuseOthers(action);
    const other = liveGateway(this.#context.paths);
    const running = other === undefined ? "" : advice` A gateway runs without it (PID ${other.pid}).`;
    throw new SetupError(
      "SERVICE_NOT_INSTALLED",
      advice`gateway ${action}: the service (${this.identity.name}) is not installed.${running}`,
      {
        fix: advice`install it with ${ours`gateway install`}, or run the gateway in the foreground: ${ours`gateway`}`,
      },
    );
  }

  /** What the service of another state directory does is not for this command to change, nor could it see the outcome. */
  async #refuseOthers(action: ServiceAction): Promise<void> {
    // One that cannot be read is the manager's to judge.
    const installed = await this.manager.readDefinition().catch(() => undefined);
    if (action !== "stop") refuseOtherProduct(installed, this.identity, action);
    refuseOtherState(installed, this.#context, action);
  }

  async #refuseInside(action: ServiceAction): Promise<void> {
    if (await isInsideGateway(this.identity, this.#context)) throw insideGateway(action);
  }

  #notRunning(status: ServiceStatus): ServiceReport {
    const other = liveGateway(this.#context.paths);
    const name = this.identity.name;
    const what = status.installed
      ? advice`The service (${name}) does not run.`
      : advice`The service (${name}) is not installed.`;
    if (other === undefined)
      return this.#report("stop", status.installed ? "stopped" : "not-loaded", status, { message: what });
    const { pid, port, service } = other;
    const as = service === undefined ? advice`in the foreground` : advice`as another service, ${service}`;
    const native = service === undefined ? undefined : nativeStop(service, this.#context);
    return this.#report("stop", "not-loaded", status, {
      message: advice`${what} A gateway runs ${as} (PID ${pid}, port ${port}).`,
      hints: [native === undefined ? howToStop(other, this.#context) : advice`stop it with ${native}`],
    });
  }

  /** The live gateway that this service started. */
  #ours(): RuntimeInfo | undefined {
    const facts = liveGateway(this.#context.paths);
    return facts !== undefined && this.#isOurs(facts) ? facts : undefined;
  }

  /** A gateway of ours that the manager lost would keep the next one out; it is ended, which is worth a warning. */
  async #endOrphan(ours: RuntimeInfo | undefined, runtime: ServiceRuntime): Promise<Remedy[]> {
    const isLost = runtime === "stopped" || runtime === "blocked" || runtime === "crash-looping";
    if (ours === undefined || !isLost) return [];
    await endGateway(ours, this.#context);
    return [advice`process ${ours.pid} of an earlier start, which the system no longer knew, was ended`];
  }

  /** A gateway that the manager started says so itself. */
  #isOurs({ service }: RuntimeInfo): boolean {
    return service === this.identity.name;
  }

  /** Windows ends a task without a word to its process. */
  async #askFirst(ours: RuntimeInfo | undefined, timeoutMs = ASKED_MS): Promise<void> {
    const context = this.#context;
    if (ours === undefined || context.platform !== "win32") return;
    const installed = await this.manager.readDefinition().catch(() => undefined);
    // Its secret may come from the variables of the service.
    const env = installed && resolveInstalled(installed, context)?.env;
    const asked = await requestShutdown(ours, env === undefined ? context : { ...context, env });
    if (asked) await waitUntilGone(ours, Math.min(ASKED_MS, timeoutMs));
  }

  #lastRefusal(): StartRefusal | undefined {
    return readStartBlocked(this.#context.paths.startBlockedFile);
  }

  /** A manager that waits for the start reports its failure; the gateway has left the reason. */
  async #explained<T>(formerRefusal: StartRefusal | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const blocked = refusalAfter(this.#context.paths, formerRefusal);
      if (blocked === undefined) throw error;
      throw failure(this.manager, await this.manager.status(), blocked);
    }
  }

  #ready(
    formerRefusal: StartRefusal | undefined,
    formerInstance: string | undefined,
  ): Promise<HealthyGateway> {
    const context = this.#context;
    return waitUntilHealthy(this.manager, context.paths, {
      formerRefusal,
      formerInstance,
      timeoutMs: READY_MS,
      findUnrecorded: async (pid) => {
        const installed = await this.manager.readDefinition();
        if (installed === undefined) return undefined;
        const { settings } = await preflight(installed, context, undefined);
        return findUnrecorded(pid, settings, context.platform);
      },
    });
  }

  /** What remains of others on the port is worth a warning, what remains of ours is a failure. */
  async #assertGone(ours: RuntimeInfo | undefined): Promise<Remedy[]> {
    if (ours === undefined) return [];
    if (!(await waitUntilGone(ours, GONE_MS)) || (await answers(ours))) throw stillThere(ours, this.identity);
    const taken = await takenHosts(ours.hosts, ours.port);
    return taken.length === 0
      ? []
      : [advice`port ${ours.port} is still taken on ${taken.join(", ")} by another program`];
  }

  /** A restart that failed is not the reason of a later start. */
  async #orForget<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      takeSentinel(this.#context.paths);
      throw error;
    }
  }

  #leaveReason(reason = "gateway restart"): void {
    try {
      leaveSentinel(this.#context.paths, { reason, atMs: Date.now(), pid: process.pid });
    } catch {
      // The restart counts, not its reason: a full disk must not keep a service from being restarted.
    }
  }

  /** It works, but nobody finds it without its facts. */
  #unrecorded(gateway: HealthyGateway | undefined): Remedy[] {
    const { factsFile } = this.#context.paths;
    if (gateway === undefined || readFacts(factsFile)?.instanceId === gateway.instanceId) return [];
    return [
      advice`the gateway could not write ${factsFile}; ${ours`doctor`} says what is wrong with that place`,
    ];
  }

  #report(
    action: ServiceAction,
    result: ServiceResult,
    status: ServiceStatus,
    more: { message?: Remedy; warnings?: Remedy[]; hints?: Remedy[]; facts?: HealthyGateway } = {},
  ): ServiceReport {
    const { message, hints = [], facts } = more;
    const warnings = [...(more.warnings ?? []), ...this.#unrecorded(facts)];
    return {
      action,
      result,
      ...(message === undefined ? {} : { message }),
      warnings,
      hints,
      status,
      ...(facts === undefined
        ? {}
        : { gateway: { pid: facts.pid, port: facts.port, instanceId: facts.instanceId } }),
    };
  }
}

/** How long a gateway that agreed to stop may take: its own budget and a little. */
const ASKED_MS = 8_000;

/** The process exists, or is about to again. */
function isActive({ runtime }: ServiceStatus): boolean {
  return (
    runtime === "running" || runtime === "starting" || runtime === "stopping" || runtime === "crash-looping"
  );
}

/** What it replaced and did not write itself, with the way back. */
function keptHints({ kept }: InstallOutcome): Remedy[] {
  if (kept === undefined) return [];
  return [advice`the former service is kept as ${kept.copy}; back to it: ${kept.wayBack.join(" && ")}`];
}

/** By a clock that was set back meanwhile, everything from before lies ahead: that is no start since then. */
function isSince(atMs: number, requestedAtMs: number): boolean {
  return atMs >= requestedAtMs && atMs <= Date.now();
}

async function within<T>(ms: number, work: Promise<T>, { name }: ServiceIdentity): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const message = advice`The service (${name}) did not stop within ${ms / 1_000} s.`;
      reject(
        new SetupError("SERVICE_FAILED", message, {
          fix: advice`${ours`gateway status`} shows what it does`,
        }),
      );
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
