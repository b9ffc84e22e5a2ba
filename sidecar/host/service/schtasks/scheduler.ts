/**
 * The Task Scheduler by its own programs: `schtasks` changes tasks, PowerShell tells their state in numbers, because every text
 * that `schtasks` prints is translated. Nothing here knows what a gateway is.
 */

import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SetupError } from "../../../../shared/errors.ts";
import { advice, ours, type Remedy } from "../../../../shared/remedy.ts";
import type { RunResult } from "../../process/run.ts";
import { encodeTask, type RegisteredTask, readTask } from "./task-xml.ts";
import { CHANGE_MS, QUERY_MS, succeeded, type Windows } from "./windows.ts";

/** A task as the system has it; numbers as in `IRegisteredTask` of the Task Scheduler's scripting objects. */
export interface TaskState {
  /** 1 disabled, 2 queued, 3 ready, 4 running; undefined where only `lastResult` could be asked. */
  state: number | undefined;
  /** Exit code of its last run, or one of `TASK_RESULTS`. */
  lastResult: number;
  enabled: boolean;
  /** Undefined where its definition could not be read. */
  task: RegisteredTask | undefined;
}

/** Results that are no exit code; SCHED_S_* of winerror.h. */
export const TASK_RESULTS = { running: 267_009, neverRun: 267_011, endedByUser: 267_014 } as const;

/** A task of the machine with what it runs. */
export interface ListedTask {
  /** With its folder, such as `\Clawdbot Gateway`. */
  path: string;
  task: RegisteredTask;
}

const CONNECT =
  "try { $s = New-Object -ComObject Schedule.Service; $s.Connect() } catch { 'unavailable'; exit }";
const AS_BASE64 = "[Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($t.Xml))";

const QUERY_SCRIPT = [
  "$ErrorActionPreference = 'Stop'",
  CONNECT,
  "try { $t = $s.GetFolder($env:CLAWDBOT_TASK_FOLDER).GetTasks(1) | Where-Object { $_.Name -eq $env:CLAWDBOT_TASK_NAME } } catch { $t = $null }",
  "if ($null -eq $t) { 'missing'; exit }",
  `'{0} {1} {2} {3}' -f [int]$t.State, [long]$t.LastTaskResult, [int][bool]$t.Enabled, ${AS_BASE64}`,
].join("; ");

/** What this account may not see is left out. */
const LIST_SCRIPT = [
  "$ErrorActionPreference = 'SilentlyContinue'",
  CONNECT,
  `function Show($f) { foreach ($t in $f.GetTasks(1)) { '{0} {1}' -f [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($t.Path)), ${AS_BASE64} }; foreach ($d in $f.GetFolders(0)) { Show $d } }`,
  "Show ($s.GetFolder('\\'))",
].join("; ");

export class TaskScheduler {
  readonly #windows: Windows;

  constructor(windows: Windows) {
    this.#windows = windows;
  }

  /** Undefined when there is no such task. Fails with `SERVICE_UNAVAILABLE`. */
  async query(name: string): Promise<TaskState | undefined> {
    const { folder, leaf } = splitName(name);
    const answer = await this.#windows.powershell(QUERY_SCRIPT, {
      CLAWDBOT_TASK_FOLDER: folder,
      CLAWDBOT_TASK_NAME: leaf,
    });
    if (answer === "missing") return undefined;
    const [, state, lastResult, enabled, xml] = /^(\d+) (-?\d+) ([01]) (\S*)$/.exec(answer ?? "") ?? [];
    // PowerShell may be missing or may not use these objects; the numbers among translated words tell whether the task runs.
    if (state === undefined || xml === undefined) return this.#queryBySchtasks(name);
    return {
      state: Number(state),
      lastResult: Number(lastResult),
      enabled: enabled === "1",
      task: readTask(Buffer.from(xml, "base64").toString("utf16le")),
    };
  }

  /** Every task that this account may see; empty where the system does not say. */
  async list(): Promise<ListedTask[]> {
    const answer = await this.#windows.powershell(LIST_SCRIPT, {});
    const rows = [...(answer ?? "").matchAll(/^(\S+) (\S+)\r?$/gm)];
    return rows.flatMap(([, path = "", xml = ""]) => {
      const task = readTask(fromBase64(xml));
      return task === undefined ? [] : [{ path: fromBase64(path), task }];
    });
  }

  /** Registers a task, in the place of one of the same name. Fails with `SERVICE_FAILED`; see `isAccessDenied`. */
  async create(name: string, xml: string): Promise<void> {
    const file = join(this.#windows.temporaryFolder(), `clawdbot-task-${process.pid}.xml`);
    await writeFile(file, encodeTask(xml), { mode: 0o600 });
    try {
      await this.#change(advice`register the task "${name}"`, ["/Create", "/F", "/TN", name, "/XML", file]);
    } finally {
      await rm(file, { force: true });
    }
  }

  /** Changes what a task runs and nothing else of it. False when the system does not do it that way. */
  async changeCommand(name: string, commandLine: string): Promise<boolean> {
    if (commandLine.length > 261) return false;
    const { end } = await this.#schtasks(["/Change", "/TN", name, "/TR", commandLine], CHANGE_MS);
    return end.kind === "exited" && end.code === 0;
  }

  async enable(name: string): Promise<void> {
    await this.#change(advice`enable the task "${name}"`, ["/Change", "/TN", name, "/ENABLE"]);
  }

  async run(name: string): Promise<void> {
    await this.#change(advice`run the task "${name}"`, ["/Run", "/TN", name]);
  }

  /** Ends what the task started, as far as the Task Scheduler knows it. No failure when it does not run. */
  async end(name: string): Promise<void> {
    await this.#schtasks(["/End", "/TN", name], CHANGE_MS);
  }

  async delete(name: string): Promise<void> {
    await this.#change(advice`delete the task "${name}"`, ["/Delete", "/F", "/TN", name]);
  }

  /** Runs the launcher without waiting for what it starts. Fails with `SERVICE_FAILED`. */
  async detach(launcher: string, args: readonly string[]): Promise<void> {
    const result = await this.#windows.run(
      "wscript",
      ["//B", "//Nologo", launcher, "detach", ...args],
      CHANGE_MS,
    );
    if (!succeeded(result)) throw failed(advice`run ${launcher}`, result);
  }

  async #queryBySchtasks(name: string): Promise<TaskState | undefined> {
    const table = await this.#schtasks(["/Query", "/TN", name, "/V", "/FO", "CSV", "/NH"], QUERY_MS);
    if (table.end.kind === "not-started") throw notRunning();
    if (!succeeded(table)) {
      // No such task, or nobody who could tell: the exit code is the same.
      const all = await this.#schtasks(["/Query", "/FO", "CSV", "/NH"], QUERY_MS);
      if (!succeeded(all)) throw notRunning();
      return undefined;
    }
    const lastResult = csvFields(table.stdout)[LAST_RESULT_COLUMN];
    if (lastResult === undefined || !/^-?\d+$/.test(lastResult)) return undefined;
    const { stdout } = await this.#schtasks(["/Query", "/TN", name, "/XML"], QUERY_MS);
    const task = readTask(stdout);
    return { state: undefined, lastResult: Number(lastResult), enabled: task?.enabled ?? true, task };
  }

  async #change(what: Remedy, args: readonly string[]): Promise<void> {
    const result = await this.#schtasks(args, CHANGE_MS);
    if (result.end.kind === "not-started") throw notRunning();
    if (succeeded(result)) return;
    const denied = await this.#windows.accessDeniedText();
    throw failed(what, result, denied !== undefined && output(result).includes(denied));
  }

  #schtasks(args: readonly string[], timeoutMs: number): Promise<RunResult> {
    return this.#windows.run("schtasks", args, timeoutMs);
  }
}

/** Whether a failure of `create` says that this account may not. */
export function isAccessDenied(error: unknown): boolean {
  return error instanceof SetupError && error.details?.accessDenied === true;
}

/** Of `schtasks /Query /V /FO CSV`, whose columns have an order but no names that are the same everywhere. */
const LAST_RESULT_COLUMN = 6;

function splitName(name: string): { folder: string; leaf: string } {
  const at = name.lastIndexOf("\\");
  return { folder: at <= 0 ? "\\" : name.slice(0, at), leaf: name.slice(at + 1) };
}

function csvFields(text: string): string[] {
  const [line = ""] = text.trimStart().split(/\r?\n/);
  return [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, field = ""]) => field.replaceAll('""', '"'));
}

function fromBase64(text: string): string {
  return Buffer.from(text, "base64").toString("utf16le");
}

function output({ stdout, stderr }: RunResult): string {
  return `${stderr}\n${stdout}`;
}

function notRunning(): SetupError {
  return new SetupError("SERVICE_UNAVAILABLE", "The Task Scheduler of Windows cannot be reached.", {
    fix: "start it as administrator with: sc start Schedule",
  });
}

function failed(what: Remedy, result: RunResult, accessDenied = false): SetupError {
  const { end } = result;
  // Words in another code page than this program reads would only confuse.
  const words = output(result).replace(/\s+/g, " ").trim();
  const reason = words === "" || words.includes("\uFFFD") ? describeEnd(end) : words;
  return new SetupError("SERVICE_FAILED", advice`Windows did not ${what}: ${reason}`, {
    fix: advice`look at the task in taskschd.msc, or install again with ${ours`gateway install --force`}`,
    details: { accessDenied, end },
  });
}

function describeEnd(end: RunResult["end"]): Remedy {
  if (end.kind === "exited") return advice`exit code ${end.code}.`;
  if (end.kind === "not-started") return advice`the program could not be started (${end.code}).`;
  return end.kind === "timed-out" ? advice`it did not answer in time.` : advice`it was interrupted.`;
}
