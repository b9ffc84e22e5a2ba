/** The gateway as a scheduled task of Windows that its user's login starts; from the Startup folder where tasks are not allowed. */

import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { SetupError } from "../../../../shared/errors.ts";
import { productOfService } from "../../../../shared/lineage.ts";
import { waitUntilGone } from "../../../../shared/node/end-process.ts";
import { isLive } from "../../../../shared/node/gateway/live.ts";
import type { ProfileContext } from "../../../../shared/node/profile-context.ts";
import { type RuntimeInfo, readFacts, readStartBlocked } from "../../../../shared/node/run-state.ts";
import type { ServiceIdentity } from "../../../../shared/node/service-identity.ts";
import { advice, ours, type Remedy, whole } from "../../../../shared/remedy.ts";
import { checkDefinition } from "../definition-check.ts";
import type {
  AuditIssue,
  ExtraService,
  InstalledDefinition,
  InstallOutcome,
  KeptDefinition,
  ServiceDefinition,
  ServiceManager,
  ServiceStatus,
} from "../service-manager.ts";
import { auditTask } from "./audit-task.ts";
import { readForeignScript, readLaunchScript, renderLaunchScript } from "./launch-script.ts";
import { LauncherFiles } from "./launcher-files.ts";
import { findOtherTasks } from "./other-tasks.ts";
import { refuseNames, refuseNix, refuseSystemAccount } from "./refusals.ts";
import { Registration } from "./registration.ts";
import { renderRestartScript } from "./restart-script.ts";
import { TaskScheduler, type TaskState } from "./scheduler.ts";
import { isRunning, taskStatus } from "./task-status.ts";
import { knownVariables, Windows } from "./windows.ts";

/** How long a started task may take until its gateway says that it is there; health is asked for by the caller. */
const STARTED_MS = 10_000;
const GONE_MS = 10_000;
const POLL_MS = 100;
/** Asking for a task starts PowerShell. */
const ASK_TASK_MS = 1_000;
/** From the stop file to the end of a launcher that no task holds. */
const LAUNCHER_GONE_MS = 1_500;

export class SchtasksManager implements ServiceManager {
  readonly identity: ServiceIdentity;
  readonly #context: ProfileContext;
  readonly #windows: Windows;
  readonly #scheduler: TaskScheduler;
  readonly #files: LauncherFiles;
  readonly #registration: Registration;

  constructor(identity: ServiceIdentity, context: ProfileContext) {
    this.identity = identity;
    this.#context = context;
    this.#windows = new Windows(context.env);
    this.#scheduler = new TaskScheduler(this.#windows);
    this.#files = new LauncherFiles(identity.file, startupEntryFile(identity, context));
    this.#registration = new Registration(this.#windows, this.#scheduler, this.#files);
  }

  async assertInstallable(): Promise<void> {
    await this.#installableTask();
  }

  async status(): Promise<ServiceStatus> {
    return this.#statusOf(await this.#scheduler.query(this.identity.name));
  }

  async readDefinition(): Promise<InstalledDefinition | undefined> {
    const { file } = this.identity;
    const bytes = this.#files.readScript();
    if (bytes === undefined) return undefined;
    const script = readLaunchScript(bytes, this.#userProfile());
    if (script !== undefined) return { ...script, sourcePath: file, overridePaths: [] };
    const foreign = readForeignScript(bytes);
    if (productOfService(foreign) !== undefined) return { ...foreign, sourcePath: file, overridePaths: [] };
    throw new SetupError("SERVICE_FAILED", advice`${file} is not a script that an installation wrote.`, {
      fix: advice`write it anew: ${ours`gateway install --force`}`,
    });
  }

  async audit(_definition: ServiceDefinition): Promise<AuditIssue[]> {
    const { script, launcher } = this.#files;
    if (this.#files.readScript() === undefined) return [];
    const [state, ...access] = await Promise.all([
      this.#scheduler.query(this.identity.name),
      ...[script, launcher].map(async (file) => ({ file, sddl: await this.#windows.accessOf(file) })),
    ]);
    return auditTask(state?.task, access);
  }

  async findOthers(): Promise<ExtraService[]> {
    return findOtherTasks(await this.#scheduler.list(), this.identity.name, this.#context);
  }

  async install(definition: ServiceDefinition, { force }: { force: boolean }): Promise<InstallOutcome> {
    checkDefinition(definition);
    const script = renderLaunchScript(definition, await this.#scriptSurroundings());
    const task = await this.#installableTask();
    const previous = this.#files.readScript();
    const isCurrent = this.#files.areCurrent(script) && (await this.#registration.isCurrent(task));
    if (isCurrent && !force) {
      await this.#startFrom(task);
      return { change: "unchanged", warnings: [] };
    }
    // cmd.exe reads a batch file while it runs, so nothing may run while it is replaced.
    const wasRunning = isAliveNow(this.#facts());
    await this.#stop(task);
    let warnings: Remedy[];
    let kept: string | undefined;
    try {
      kept = this.#files.write(script);
      const { description } = definition;
      warnings = await this.#registration.register({ name: this.identity.name, description, task, force });
      await this.#bringUp();
    } catch (error) {
      await this.#putBack(previous, wasRunning);
      throw error;
    }
    const change = previous === undefined ? "installed" : "updated";
    return { change, warnings, ...(kept === undefined ? {} : { kept: this.#keptAs(kept) }) };
  }

  async start(): Promise<void> {
    await this.#startFrom(await this.#installedTask());
  }

  async stop(): Promise<void> {
    await this.#stop(await this.#scheduler.query(this.identity.name));
  }

  async restart(): Promise<void> {
    await this.#stop(await this.#installedTask());
    await this.#bringUp();
  }

  async restartDetached(): Promise<void> {
    const task = await this.#installedTask();
    const { name } = this.identity;
    const { launcher, restartScript } = this.#files;
    const installed = await this.readDefinition();
    const facts = this.#facts();
    const helperTask = `${name} restart`;
    const script = renderRestartScript(
      {
        target: task === undefined ? { launcher } : { task: name, helperTask },
        pid: isAliveNow(facts) ? facts?.pid : undefined,
        polite: installed === undefined ? undefined : politeStop(installed),
      },
      await this.#scriptSurroundings(),
    );
    this.#files.writeRestartScript(script);
    if (task !== undefined) await this.#registration.runOnce(helperTask, restartScript);
    else await this.#scheduler.detach(launcher, ["once", basename(restartScript)]);
  }

  async uninstall(): Promise<Remedy[]> {
    refuseNix("uninstalled", this.#context.env);
    const { name } = this.identity;
    const task = await this.#scheduler.query(name);
    await this.#stop(task);
    const told: Remedy[] = [];
    if (task !== undefined) {
      await this.#scheduler.delete(name);
      told.push(advice`the task "${name}" was deleted`);
    }
    const helperTask = `${name} restart`;
    if ((await this.#scheduler.query(helperTask)) !== undefined) await this.#scheduler.delete(helperTask);
    return [...told, ...this.#files.remove()];
  }

  /** A former batch file, with the commands that put it back into force. */
  #keptAs(copy: string): KeptDefinition {
    const { name, file } = this.identity;
    const wayBack = [
      // Whatever becomes of the first: it fails where nothing runs.
      `schtasks /End /TN "${name}" & copy /y "${copy}" "${file}"`,
      `schtasks /Create /F /SC ONLOGON /TN "${name}" /TR "${file}"`,
      `schtasks /Run /TN "${name}"`,
    ];
    return { copy, wayBack };
  }

  /** The task as it is, if there is one. Fails like `assertInstallable`. */
  async #installableTask(): Promise<TaskState | undefined> {
    const { env } = this.#context;
    refuseNix("installed", env);
    refuseNames(this.identity, env);
    refuseSystemAccount(await this.#windows.account());
    return this.#scheduler.query(this.identity.name);
  }

  #statusOf(task: TaskState | undefined): ServiceStatus {
    const facts = this.#facts();
    return taskStatus({
      installed: this.#files.readScript() !== undefined,
      task,
      hasStartupEntry: this.#files.hasStartupEntry(),
      facts,
      isAlive: isAliveNow(facts),
      blocked: readStartBlocked(this.#context.paths.startBlockedFile),
    });
  }

  /** What a gateway of this service says of itself; one that somebody runs by hand is none of it. */
  #facts(): RuntimeInfo | undefined {
    const facts = readFacts(this.#context.paths.factsFile);
    return facts?.service === this.identity.name ? facts : undefined;
  }

  /** Undefined when the Startup folder stands in for it. Fails with `SERVICE_NOT_INSTALLED`. */
  async #installedTask(): Promise<TaskState | undefined> {
    const { name } = this.identity;
    const task = await this.#scheduler.query(name);
    const isThere = task !== undefined || this.#files.hasStartupEntry();
    if (isThere && this.#files.readScript() !== undefined) return task;
    throw new SetupError("SERVICE_NOT_INSTALLED", advice`The scheduled task "${name}" is not installed.`, {
      fix: advice`install it with: ${ours`gateway install`}`,
    });
  }

  async #startFrom(task: TaskState | undefined): Promise<void> {
    if (task?.enabled === false) await this.#scheduler.enable(this.identity.name);
    const { runtime } = this.#statusOf(task);
    if (runtime === "running" || runtime === "starting") return;
    if (runtime === "crash-looping" || runtime === "stopping") await this.#stop(task);
    await this.#bringUp();
  }

  async #stop(task: TaskState | undefined): Promise<void> {
    const isActive = task === undefined ? this.#files.hasStartupEntry() : isRunning(task);
    if (!isActive && !isAliveNow(this.#facts())) return;
    // So that a launcher that outlives its task does not start the gateway again.
    if (this.#files.readScript() !== undefined) this.#files.writeStopFile();
    if (task !== undefined) await this.#scheduler.end(this.identity.name);
    await this.#endGateway();
    await this.#waitForLauncher(task);
    await this.#endGateway();
    this.#files.removeStopFile();
  }

  async #bringUp(): Promise<void> {
    const isTask = !this.#files.hasStartupEntry();
    const former = this.#facts();
    this.#files.removeStopFile();
    if (isTask) await this.#scheduler.run(this.identity.name);
    else await this.#scheduler.detach(this.#files.launcher, []);
    await this.#waitForGateway(former, isTask);
  }

  /** Until the gateway is there, or the task ended without it. One that takes longer is left to the caller's patience. */
  async #waitForGateway(former: RuntimeInfo | undefined, isTask: boolean): Promise<void> {
    const { name } = this.identity;
    const until = performance.now() + STARTED_MS;
    let askTaskAt = performance.now() + ASK_TASK_MS;
    while (performance.now() < until) {
      const facts = this.#facts();
      if (facts?.startId !== former?.startId && isAliveNow(facts)) return;
      if (isTask && performance.now() >= askTaskAt) {
        const task = await this.#scheduler.query(name);
        if (task !== undefined && !isRunning(task)) throw this.#ended(task);
        askTaskAt = performance.now() + ASK_TASK_MS;
      }
      await delay(POLL_MS);
    }
  }

  #ended(task: TaskState): SetupError {
    const { name } = this.identity;
    const { detail, lastExit } = this.#statusOf(task);
    const how = detail ?? advice`it ended with ${lastExit?.status ?? task.lastResult}`;
    return new SetupError(
      "SERVICE_FAILED",
      advice`The task "${name}" did not start the gateway: ${whole(how)}.`,
      {
        fix: advice`${ours`gateway status`}, or read ${join(this.#context.paths.logDir, "gateway.err.log")}`,
        details: { lastResult: task.lastResult },
      },
    );
  }

  /** By pid and start id, with everything it started. Fails with `SERVICE_FAILED` when it cannot be ended. */
  async #endGateway(): Promise<void> {
    const facts = this.#facts();
    if (facts === undefined || !isAliveNow(facts)) return;
    await this.#windows.endProcess(facts.pid);
    if (await waitUntilGone(facts, GONE_MS, { pollMs: POLL_MS })) return;
    throw new SetupError("SERVICE_FAILED", advice`The process ${facts.pid} of the gateway cannot be ended.`, {
      fix: advice`as administrator: taskkill /PID ${facts.pid} /T /F`,
      details: { pid: facts.pid },
    });
  }

  /** Until nothing is left that would start the gateway again. */
  async #waitForLauncher(task: TaskState | undefined): Promise<void> {
    const { name } = this.identity;
    const until = performance.now() + (task === undefined ? LAUNCHER_GONE_MS : GONE_MS);
    while (performance.now() < until) {
      const state = task === undefined ? undefined : await this.#scheduler.query(name);
      const isGone =
        task === undefined ? !this.#files.hasStopFile() : state === undefined || !isRunning(state);
      if (isGone) return;
      await delay(POLL_MS);
    }
    if (task === undefined) return;
    throw new SetupError("SERVICE_FAILED", advice`The task "${name}" still runs.`, {
      fix: `schtasks /End /TN "${name}"`,
    });
  }

  async #putBack(previous: Buffer | undefined, wasRunning: boolean): Promise<void> {
    try {
      await this.stop();
      this.#files.restore(previous);
      if (previous !== undefined && wasRunning) await this.start();
      if (previous === undefined && (await this.#scheduler.query(this.identity.name)) !== undefined) {
        await this.#scheduler.delete(this.identity.name);
      }
    } catch {
      // The first failure is what is reported; what can be undone is undone.
    }
  }

  async #scriptSurroundings(): Promise<{ userProfile: string | undefined; codePage: number | undefined }> {
    return { userProfile: this.#userProfile(), codePage: await this.#windows.consolePage() };
  }

  #userProfile(): string | undefined {
    return this.#windows.variables("USERPROFILE").USERPROFILE;
  }
}

/** `Clawdbot Gateway.vbs` in the folder whose contents Windows starts at login. */
function startupEntryFile({ name }: ServiceIdentity, { env, paths }: ProfileContext): string {
  const { APPDATA = join(paths.home, "AppData", "Roaming") } = knownVariables(env, ["APPDATA"]);
  const file = `${name.replace(/[\\/:*?"<>|]/g, "_")}.vbs`;
  return join(APPDATA, "Microsoft", "Windows", "Start Menu", "Programs", "Startup", file);
}

function isAliveNow(facts: RuntimeInfo | undefined): boolean {
  return facts !== undefined && isLive(facts);
}

/** The gateway's own command line can ask it to stop, outside of the service. */
function politeStop({ command, environment }: InstalledDefinition) {
  const [node, entry, verb] = command;
  if (node === undefined || entry === undefined || verb !== "gateway") return undefined;
  const { CLAWDBOT_SERVICE_MARKER, CLAWDBOT_SERVICE_KIND, ...rest } = environment;
  return { command: [node, entry, "gateway", "stop"], environment: rest };
}
