/** The gateway as a scheduled task of Windows that its user's login starts; from the Startup folder where tasks are not allowed. */
import { basename, dirname, join, win32 } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { quoted, SetupError } from "../../../../shared/errors.ts";
import { isAlive, isSameProcess } from "../../../../shared/node/process-identity.ts";
import { type GatewayFacts, readFacts, readStartBlocked } from "../../../../shared/node/run-state.ts";
import type { ServiceIdentity } from "../../../../shared/node/service-identity.ts";
import type { Surroundings } from "../../../../shared/node/surroundings.ts";
import { checkDefinition } from "../definition-check.ts";
import type {
  AuditIssue,
  ExtraService,
  InstalledDefinition,
  InstallOutcome,
  ServiceDefinition,
  ServiceManager,
  ServiceStatus,
} from "../service-manager.ts";
import { auditTask } from "./audit-task.ts";
import { renderStartupEntry } from "./hidden-launcher.ts";
import { readLaunchScript, renderLaunchScript } from "./launch-script.ts";
import { LauncherFiles } from "./launcher-files.ts";
import { findOtherTasks } from "./other-tasks.ts";
import { renderRestartScript } from "./restart-script.ts";
import { isAccessDenied, knownVariables, TaskScheduler, type TaskState } from "./scheduler.ts";
import { isRunning, taskStatus } from "./task-status.ts";
import { type RegisteredTask, renderTask, type TaskAction } from "./task-xml.ts";

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
  readonly #surroundings: Surroundings;
  readonly #scheduler: TaskScheduler;
  readonly #files: LauncherFiles;

  constructor(identity: ServiceIdentity, surroundings: Surroundings) {
    this.identity = identity;
    this.#surroundings = surroundings;
    this.#scheduler = new TaskScheduler(surroundings.env);
    this.#files = new LauncherFiles(identity.file, startupEntryFile(identity, surroundings));
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
    throw new SetupError("SERVICE_FAILED", `${file} is not a script that an installation wrote.`, {
      fix: "write it anew: clawdbot gateway install --force",
    });
  }

  async audit(_definition: ServiceDefinition): Promise<AuditIssue[]> {
    const { script, launcher } = this.#files;
    if (this.#files.readScript() === undefined) return [];
    const [state, ...access] = await Promise.all([
      this.#scheduler.query(this.identity.name),
      ...[script, launcher].map(async (file) => ({ file, sddl: await this.#scheduler.accessOf(file) })),
    ]);
    return auditTask(state?.task, access);
  }

  async findOthers(): Promise<ExtraService[]> {
    return findOtherTasks(await this.#scheduler.list(), this.identity.name, this.#surroundings);
  }

  async install(definition: ServiceDefinition, { force }: { force: boolean }): Promise<InstallOutcome> {
    checkDefinition(definition);
    const script = renderLaunchScript(definition, await this.#scriptSurroundings());
    const task = await this.#installableTask();
    const previous = this.#files.readScript();
    const action = await this.#action();
    const isRegistered = task === undefined ? this.#files.hasStartupEntry() : this.#fits(task, action);
    if (!force && isRegistered && this.#files.areCurrent(script)) {
      await this.#startFrom(task);
      return { change: "unchanged", warnings: [] };
    }
    // cmd.exe reads a batch file while it runs, so nothing may run while it is replaced.
    const wasRunning = isAliveNow(this.#facts());
    await this.#stop(task);
    let warnings: string[];
    try {
      this.#files.write(script);
      warnings = await this.#register(definition.description, action, { task, force });
      await this.#bringUp();
    } catch (error) {
      await this.#putBack(previous, wasRunning);
      throw error;
    }
    return { change: previous === undefined ? "installed" : "updated", warnings };
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
    const once = ["once", basename(restartScript)];
    if (task === undefined) return this.#scheduler.detach(launcher, once);
    // A task of its own is no part of the one that ends.
    const action = await this.#action(once);
    const description = `Restarts the task "${name}" once`;
    const xml = renderTask({ description, user: await this.#user(), action, atLogon: false });
    await this.#scheduler.create(helperTask, xml);
    await this.#scheduler.run(helperTask);
  }

  async uninstall(): Promise<string[]> {
    this.#refuseNix("uninstalled");
    const { name } = this.identity;
    const task = await this.#scheduler.query(name);
    await this.#stop(task);
    const told: string[] = [];
    if (task !== undefined) {
      await this.#scheduler.delete(name);
      told.push(`the task "${name}" was deleted`);
    }
    const helperTask = `${name} restart`;
    if ((await this.#scheduler.query(helperTask)) !== undefined) await this.#scheduler.delete(helperTask);
    return [...told, ...this.#files.remove().map((file) => `${file} was deleted`)];
  }

  /** The task as it is, if there is one. Fails like `assertInstallable`. */
  async #installableTask(): Promise<TaskState | undefined> {
    this.#refuseNix("installed");
    this.#refuseNames();
    const account = await this.#scheduler.account();
    if (account !== undefined && SYSTEM_ACCOUNTS.includes(account.sid)) {
      throw new SetupError(
        "SERVICE_REFUSED",
        `The task belongs to a person, and this runs as ${account.name}, which never logs in.`,
        { fix: "as the user who is to have the gateway: clawdbot gateway install", details: { account } },
      );
    }
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
      blocked: readStartBlocked(this.#surroundings.paths.startBlockedFile),
    });
  }

  /** What a gateway of this service says of itself; one that somebody runs by hand is none of it. */
  #facts(): GatewayFacts | undefined {
    const facts = readFacts(this.#surroundings.paths.factsFile);
    return facts?.service === this.identity.name ? facts : undefined;
  }

  /** Undefined when the Startup folder stands in for it. Fails with `SERVICE_NOT_INSTALLED`. */
  async #installedTask(): Promise<TaskState | undefined> {
    const { name } = this.identity;
    const task = await this.#scheduler.query(name);
    const isThere = task !== undefined || this.#files.hasStartupEntry();
    if (isThere && this.#files.readScript() !== undefined) return task;
    throw new SetupError("SERVICE_NOT_INSTALLED", `The scheduled task "${name}" is not installed.`, {
      fix: "install it with: clawdbot gateway install",
    });
  }

  /** What the task runs: the launcher, or the batch file in a console without a window where scripts are not allowed. */
  async #action(args: readonly string[] = []): Promise<TaskAction> {
    const { script, launcher } = this.#files;
    if (await this.#scheduler.runsScripts()) {
      const words = [`"${launcher}"`, ...args.map((word) => `"${word}"`)].join(" ");
      const command = this.#scheduler.systemProgram("wscript.exe");
      return { command, arguments: `//B //Nologo ${words}`, workingDirectory: "" };
    }
    const file = args.at(-1) ?? basename(script);
    return {
      command: this.#scheduler.systemProgram("conhost.exe"),
      arguments: `--headless ${this.#scheduler.systemProgram("cmd.exe")} /d /v:off /c ".\\${file}"`,
      workingDirectory: dirname(script),
    };
  }

  /** The task runs what it should and nothing would end it that ought not to. */
  #fits({ task }: TaskState, action: TaskAction): boolean {
    return task !== undefined && isSound(task) && hasAction(task, action);
  }

  /** Resolves with what works less well than it could. */
  async #register(
    description: string,
    action: TaskAction,
    { task, force }: { task: TaskState | undefined; force: boolean },
  ): Promise<string[]> {
    const { name } = this.identity;
    const warnings: string[] = [];
    if (!action.command.toLowerCase().endsWith("wscript.exe")) warnings.push(NO_SCRIPTS);
    const account = await this.#scheduler.account();
    if (account?.elevated === true) warnings.push(ELEVATED);
    const known = task?.task;
    if (known !== undefined && isSound(known) && !force) {
      // The rest of the task may have been changed by its user, and stays.
      const isDone = hasAction(known, action) || (await this.#changeCommand(action));
      if (isDone) {
        if (task?.enabled === false) await this.#scheduler.enable(name);
        return warnings;
      }
    }
    const xml = renderTask({ description, user: await this.#user(), action, atLogon: true });
    try {
      await this.#scheduler.create(name, xml);
    } catch (error) {
      // Only what a script can do without a window can be started at login without a task.
      if (!isAccessDenied(error) || task !== undefined || warnings.includes(NO_SCRIPTS)) throw error;
      this.#files.writeStartupEntry(renderStartupEntry(name, this.#files.launcher));
      return [
        `Windows does not allow this account a scheduled task: ${this.#files.startupEntry} starts the gateway at login instead. As administrator, clawdbot gateway install --force registers the task.`,
        ...warnings,
      ];
    }
    this.#files.removeStartupEntry();
    return warnings;
  }

  async #changeCommand(action: TaskAction): Promise<boolean> {
    if (action.workingDirectory !== "") return false;
    return this.#scheduler.changeCommand(this.identity.name, `"${action.command}" ${action.arguments}`);
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
  async #waitForGateway(former: GatewayFacts | undefined, isTask: boolean): Promise<void> {
    const { name } = this.identity;
    const until = Date.now() + STARTED_MS;
    let askTaskAt = Date.now() + ASK_TASK_MS;
    while (Date.now() < until) {
      const facts = this.#facts();
      if (facts?.startId !== former?.startId && isAliveNow(facts)) return;
      if (isTask && Date.now() >= askTaskAt) {
        const task = await this.#scheduler.query(name);
        if (task !== undefined && !isRunning(task)) throw this.#ended(task);
        askTaskAt = Date.now() + ASK_TASK_MS;
      }
      await delay(POLL_MS);
    }
  }

  #ended(task: TaskState): SetupError {
    const { name } = this.identity;
    const { detail, lastExit } = this.#statusOf(task);
    const how = detail ?? `it ended with ${lastExit?.status ?? task.lastResult}`;
    return new SetupError("SERVICE_FAILED", `The task "${name}" did not start the gateway: ${how}.`, {
      fix: `clawdbot gateway status, or read ${join(this.#surroundings.paths.logDir, "gateway.err.log")}`,
      details: { lastResult: task.lastResult },
    });
  }

  /** By pid and start id, with everything it started. Fails with `SERVICE_FAILED` when it cannot be ended. */
  async #endGateway(): Promise<void> {
    const facts = this.#facts();
    if (facts === undefined || !isAliveNow(facts)) return;
    await this.#scheduler.endProcess(facts.pid);
    const until = Date.now() + GONE_MS;
    while (isAlive(facts.pid) && Date.now() < until) await delay(POLL_MS);
    if (!isAliveNow(facts)) return;
    throw new SetupError("SERVICE_FAILED", `The process ${facts.pid} of the gateway cannot be ended.`, {
      fix: `as administrator: taskkill /PID ${facts.pid} /T /F`,
      details: { pid: facts.pid },
    });
  }

  /** Until nothing is left that would start the gateway again. */
  async #waitForLauncher(task: TaskState | undefined): Promise<void> {
    const { name } = this.identity;
    const until = Date.now() + (task === undefined ? LAUNCHER_GONE_MS : GONE_MS);
    while (Date.now() < until) {
      const state = task === undefined ? undefined : await this.#scheduler.query(name);
      const isGone =
        task === undefined ? !this.#files.hasStopFile() : state === undefined || !isRunning(state);
      if (isGone) return;
      await delay(POLL_MS);
    }
    if (task === undefined) return;
    throw new SetupError("SERVICE_FAILED", `The task "${name}" still runs.`, {
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

  async #user(): Promise<string> {
    const account = await this.#scheduler.account();
    if (account !== undefined) return account.sid;
    const { USERDOMAIN, USERNAME } = knownVariables(this.#surroundings.env, ["USERDOMAIN", "USERNAME"]);
    if (USERNAME !== undefined) return USERDOMAIN === undefined ? USERNAME : `${USERDOMAIN}\\${USERNAME}`;
    throw new SetupError("SERVICE_FAILED", "Windows does not tell which account this is.", {
      fix: "set USERNAME and USERDOMAIN, then install again",
    });
  }

  async #scriptSurroundings(): Promise<{ userProfile: string | undefined; codePage: number | undefined }> {
    return { userProfile: this.#userProfile(), codePage: await this.#scheduler.consolePage() };
  }

  #userProfile(): string | undefined {
    return knownVariables(this.#surroundings.env, ["USERPROFILE"]).USERPROFILE;
  }

  #refuseNix(done: string): void {
    if (this.#surroundings.env.CLAWDBOT_NIX_MODE !== "1") return;
    throw new SetupError(
      "SERVICE_REFUSED",
      `CLAWDBOT_NIX_MODE is set: the service is not ${done} from here.`,
      { fix: "change the configuration that manages it" },
    );
  }

  #refuseNames(): void {
    const { name, file } = this.identity;
    const { env } = this.#surroundings;
    if (!/^\\?[^\\/:*?"<>|\p{Cc}]+(\\[^\\/:*?"<>|\p{Cc}]+)*$/u.test(name) || name.length > 200) {
      throw new SetupError("SERVICE_REFUSED", `${quoted(name)} is not the name of a task.`, {
        fix: 'set CLAWDBOT_WINDOWS_TASK_NAME to a name without / : * ? " < > |',
      });
    }
    const reason = file.startsWith("\\\\")
      ? "is on the network, where cmd.exe does not start programs"
      : /["%\p{Cc}]/u.test(win32.basename(file)) || !/\.(cmd|bat)$/i.test(file)
        ? "is not the name of a batch file"
        : hasVariable(file, env)
          ? "holds the name of a variable between percent signs, which the Task Scheduler would replace"
          : undefined;
    if (reason === undefined) return;
    throw new SetupError("SERVICE_REFUSED", `${quoted(file)} ${reason}.`, {
      fix: "set CLAWDBOT_TASK_SCRIPT to another place, such as C:\\Users\\you\\clawdbot\\gateway.cmd",
    });
  }
}

/** LocalSystem, LocalService and NetworkService. */
const SYSTEM_ACCOUNTS = ["S-1-5-18", "S-1-5-19", "S-1-5-20"];

const NO_SCRIPTS =
  "VBScript is not allowed or not installed here: after a crash the gateway is not started again before the next login. As administrator: DISM /Online /Add-Capability /CapabilityName:VBSCRIPT~~~~, then clawdbot gateway install --force";
const ELEVATED =
  "this prompt has administrator rights, the service will not: files that only administrators may read are closed to it";

/** `Clawdbot Gateway.vbs` in the folder whose contents Windows starts at login. */
function startupEntryFile({ name }: ServiceIdentity, { env, paths }: Surroundings): string {
  const { APPDATA = join(paths.home, "AppData", "Roaming") } = knownVariables(env, ["APPDATA"]);
  const file = `${name.replace(/[\\/:*?"<>|]/g, "_")}.vbs`;
  return join(APPDATA, "Microsoft", "Windows", "Start Menu", "Programs", "Startup", file);
}

function isSound({
  timeLimit,
  refusesBattery,
  stopsOnBattery,
  multipleInstances,
  atLogon,
}: RegisteredTask): boolean {
  return (
    timeLimit === "PT0S" && !refusesBattery && !stopsOnBattery && multipleInstances === "IgnoreNew" && atLogon
  );
}

function hasAction({ actions }: RegisteredTask, wanted: TaskAction): boolean {
  const [action] = actions;
  return (
    actions.length === 1 &&
    action?.command.replaceAll('"', "").toLowerCase() === wanted.command.toLowerCase() &&
    action.arguments === wanted.arguments &&
    (wanted.workingDirectory === "" || action.workingDirectory === wanted.workingDirectory)
  );
}

function isAliveNow(facts: GatewayFacts | undefined): boolean {
  return facts !== undefined && isSameProcess(facts.pid, facts.startId);
}

/** The gateway's own command line can ask it to stop, outside of the service. */
function politeStop({ command, environment }: InstalledDefinition) {
  const [node, entry, verb] = command;
  if (node === undefined || entry === undefined || verb !== "gateway") return undefined;
  const { CLAWDBOT_SERVICE_MARKER, CLAWDBOT_SERVICE_KIND, ...rest } = environment;
  return { command: [node, entry, "gateway", "stop"], environment: rest };
}

function hasVariable(path: string, env: Surroundings["env"]): boolean {
  const names = [...path.matchAll(/%(?=([^%]+)%)/g)].map(([, name = ""]) => name);
  return names.some((name) => knownVariables(env, [name])[name] !== undefined);
}
