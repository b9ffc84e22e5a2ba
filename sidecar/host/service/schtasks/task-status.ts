/** What the numbers of the Task Scheduler and the files of the gateway mean together. Nothing here asks the system. */

import type { RuntimeInfo, StartRefusal } from "../../../../shared/node/run-state.ts";
import { advice } from "../../../../shared/remedy.ts";
import type { ServiceStatus } from "../service-manager.ts";
import { TASK_RESULTS, type TaskState } from "./scheduler.ts";

/** Everything that the status is made of. */
export interface TaskEvidence {
  /** The script of the service is there. */
  installed: boolean;
  task: TaskState | undefined;
  /** The service starts from the Startup folder, without a task. */
  hasStartupEntry: boolean;
  /** What the gateway of this service says of itself; undefined when there is no word of it. */
  facts: RuntimeInfo | undefined;
  /** The process of the facts lives. */
  isAlive: boolean;
  blocked: StartRefusal | undefined;
}

export function taskStatus(evidence: TaskEvidence): ServiceStatus {
  const { installed, task, hasStartupEntry, facts, isAlive, blocked } = evidence;
  const pid = isAlive && facts !== undefined ? { pid: facts.pid } : {};
  if (task === undefined) {
    const runtime = isAlive ? "running" : hasStartupEntry && blocked !== undefined ? "blocked" : "stopped";
    return {
      installed,
      loaded: hasStartupEntry,
      enabled: hasStartupEntry,
      runtime,
      ...pid,
      state: hasStartupEntry ? "no task, started from the Startup folder" : "no task",
      ...(hasStartupEntry ? { detail: STARTUP_DETAIL } : runtime === "blocked" ? detail(blocked) : {}),
    };
  }
  const enabled = task.enabled && (task.task?.atLogon ?? true);
  const base = { installed, loaded: true, enabled, ...pid, state: stateText(task) };
  if (isRunning(task)) {
    if (isAlive) return { ...base, runtime: facts?.phase === "stopping" ? "stopping" : "running" };
    // The launcher clears nothing away: what a gateway left behind means that it ended without being asked.
    const failed = facts !== undefined || blocked !== undefined;
    return { ...base, runtime: failed ? "crash-looping" : "starting", ...detail(blocked) };
  }
  // Alive, although its task is not: whoever ended the task left it behind.
  if (isAlive) return { ...base, runtime: "running", detail: "the task has ended, its gateway still runs" };
  if (task.state === QUEUED) return { ...base, runtime: "starting" };
  const { lastResult } = task;
  if (lastResult === TASK_RESULTS.neverRun || lastResult === TASK_RESULTS.endedByUser) {
    return { ...base, runtime: "stopped" };
  }
  const isRefused = blocked !== undefined || lastResult !== 0;
  return {
    ...base,
    runtime: isRefused ? "blocked" : "stopped",
    lastExit: { how: "exited", status: lastResult },
    ...(isRefused && blocked === undefined
      ? { detail: advice`it ended with ${lastResult} and is not started again` }
      : {}),
    ...detail(blocked),
  };
}

/** The launcher runs, and with it the gateway or the pause before its next start. */
export function isRunning({ state, lastResult }: TaskState): boolean {
  return state === undefined ? lastResult === TASK_RESULTS.running : state === RUNNING;
}

const QUEUED = 2;
const RUNNING = 4;
const STATES: Record<number, string> = { 1: "disabled", 2: "queued", 3: "ready", 4: "running" };

const STARTUP_DETAIL =
  "started from the Startup folder, because Windows does not allow this account a scheduled task";

function stateText({ state, lastResult }: TaskState): string {
  const word = state === undefined ? "unknown" : (STATES[state] ?? String(state));
  return `${word} (last result ${lastResult})`;
}

function detail(blocked: StartRefusal | undefined): { detail?: string } {
  return blocked === undefined ? {} : { detail: blocked.message };
}
