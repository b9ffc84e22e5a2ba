/** Gets the gateway started at login: as a task, or from the Startup folder for accounts that may have none. */

import { basename, dirname } from "node:path";
import { SetupError } from "../../../../shared/errors.ts";
import { advice, ours, type Remedy } from "../../../../shared/remedy.ts";
import { renderStartupEntry } from "./hidden-launcher.ts";
import type { LauncherFiles } from "./launcher-files.ts";
import { isAccessDenied, type TaskScheduler, type TaskState } from "./scheduler.ts";
import { type RegisteredTask, renderTask, type TaskAction } from "./task-xml.ts";
import type { Windows } from "./windows.ts";

const NO_SCRIPTS = advice`VBScript is not allowed or not installed here: after a crash the gateway is not started again before the next login. As administrator: DISM /Online /Add-Capability /CapabilityName:VBSCRIPT~~~~, then ${ours`gateway install --force`}`;
const ELEVATED =
  "this prompt has administrator rights, the service will not: files that only administrators may read are closed to it";

export interface RegistrationRequest {
  name: string;
  description: string;
  /** What is registered now. */
  task: TaskState | undefined;
  /** Also what its user changed is written anew. */
  force: boolean;
}

export class Registration {
  readonly #windows: Windows;
  readonly #scheduler: TaskScheduler;
  readonly #files: LauncherFiles;

  constructor(windows: Windows, scheduler: TaskScheduler, files: LauncherFiles) {
    this.#windows = windows;
    this.#scheduler = scheduler;
    this.#files = files;
  }

  /** Whether a login starts what it should, and nothing would end it that ought not to. */
  async isCurrent(task: TaskState | undefined): Promise<boolean> {
    if (task === undefined) return this.#files.hasStartupEntry();
    return task.task !== undefined && isSound(task.task) && hasAction(task.task, await this.#action());
  }

  /** Resolves with what works less well than it could. Fails with `SERVICE_FAILED`. */
  async register(request: RegistrationRequest): Promise<Remedy[]> {
    const warnings: Remedy[] = [];
    if (!(await this.#windows.runsScripts())) warnings.push(NO_SCRIPTS);
    if ((await this.#windows.account())?.elevated === true) warnings.push(ELEVATED);
    if (await this.#keepChanges(request)) return warnings;
    const { name, description, task } = request;
    try {
      await this.#create(name, description, { atLogon: true });
    } catch (error) {
      // Only a script can be started at login without a window and without a task.
      if (!isAccessDenied(error) || task !== undefined || warnings.includes(NO_SCRIPTS)) throw error;
      return [this.#useStartupFolder(name), ...warnings];
    }
    this.#files.removeStartupEntry();
    return warnings;
  }

  /** Runs a batch file beside the launcher once, by a task of this name, which is not part of any that runs now. */
  async runOnce(name: string, script: string): Promise<void> {
    await this.#create(name, "Runs once and goes", { atLogon: false, args: ["once", basename(script)] });
    await this.#scheduler.run(name);
  }

  /** True when all that had to be changed is what the task runs; the rest may have been changed by its user. */
  async #keepChanges({ name, task, force }: RegistrationRequest): Promise<boolean> {
    if (task?.task === undefined || force || !isSound(task.task)) return false;
    const action = await this.#action();
    if (!hasAction(task.task, action)) {
      if (action.workingDirectory !== "") return false;
      const line = `"${action.command}" ${action.arguments}`;
      if (!(await this.#scheduler.changeCommand(name, line))) return false;
    }
    if (!task.enabled) await this.#scheduler.enable(name);
    return true;
  }

  async #create(
    name: string,
    description: string,
    { atLogon, args = [] }: { atLogon: boolean; args?: readonly string[] },
  ): Promise<void> {
    const [user, action] = [await this.#user(), await this.#action(args)];
    await this.#scheduler.create(name, renderTask({ description, user, action, atLogon }));
  }

  #useStartupFolder(name: string): Remedy {
    const { startupEntry, launcher } = this.#files;
    this.#files.writeStartupEntry(renderStartupEntry(name, launcher));
    return advice`Windows does not allow this account a scheduled task: ${startupEntry} starts the gateway at login instead. As administrator, ${ours`gateway install --force`} registers the task.`;
  }

  /** What the task runs: the launcher, or the batch file in a console without a window where scripts are not allowed. */
  async #action(args: readonly string[] = []): Promise<TaskAction> {
    const { script, launcher } = this.#files;
    const program = (name: string) => this.#windows.systemProgram(name);
    if (await this.#windows.runsScripts()) {
      const words = [launcher, ...args].map((word) => `"${word}"`).join(" ");
      return { command: program("wscript.exe"), arguments: `//B //Nologo ${words}`, workingDirectory: "" };
    }
    return {
      command: program("conhost.exe"),
      arguments: `--headless ${program("cmd.exe")} /d /v:off /c ".\\${args.at(-1) ?? basename(script)}"`,
      workingDirectory: dirname(script),
    };
  }

  async #user(): Promise<string> {
    const account = await this.#windows.account();
    if (account !== undefined) return account.sid;
    const { USERDOMAIN, USERNAME } = this.#windows.variables("USERDOMAIN", "USERNAME");
    if (USERNAME !== undefined) return USERDOMAIN === undefined ? USERNAME : `${USERDOMAIN}\\${USERNAME}`;
    throw new SetupError("SERVICE_FAILED", "Windows does not tell which account this is.", {
      fix: "set USERNAME and USERDOMAIN, then install again",
    });
  }
}

function isSound(task: RegisteredTask): boolean {
  const { timeLimit, refusesBattery, stopsOnBattery, multipleInstances, atLogon } = task;
  const isEnded = timeLimit !== "PT0S" || refusesBattery || stopsOnBattery;
  return !isEnded && multipleInstances === "IgnoreNew" && atLogon;
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
