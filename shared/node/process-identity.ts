/** Tells a process from a later one with the same pid. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { systemCode } from "../errors.ts";

/**
 * The start id of a living process: on Linux its start in clock ticks since the boot (proc(5), field 22 of stat), elsewhere what
 * the system reports as its start time. Undefined when the process is gone or the system does not say.
 */
export function startIdOf(pid: number, platform: NodeJS.Platform = process.platform): string | undefined {
  if (platform === "linux") {
    const stat = linuxStat(pid);
    return stat === undefined || stat.isOver ? undefined : stat.ticks;
  }
  try {
    if (platform === "win32") {
      const query = `(Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}').CreationDate.Ticks`;
      return run("powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", query]);
    }
    return run("ps", ["-o", "lstart=", "-p", String(pid)]);
  } catch {
    return undefined; // No such process, or no way to ask.
  }
}

/** Whether a process with this pid exists (also one of another user). */
export function isAlive(pid: number): boolean {
  return takesSignals(pid) && !(process.platform === "linux" && linuxStat(pid)?.isOver === true);
}

/**
 * Whether the process that had `pid` and `startId` still lives. What the system does not tell speaks for it: whoever takes a
 * living gateway for a dead one starts a second one, and the other mistake is corrected by asking its port.
 */
export function isSameProcess(pid: number, startId: string): boolean {
  return sameProcess(pid, startId) !== false;
}

/** The same; undefined when a process with this pid lives and the system does not tell whether it is that one. */
export function sameProcess(pid: number, startId: string): boolean | undefined {
  if (!isAlive(pid)) return false;
  const now = startIdOf(pid);
  return now === undefined || startId === "" ? undefined : now === withoutBoot(startId);
}

/** Whether the process was stopped, by job control or a debugger, and answers nobody until it is told to go on (Linux). */
export function isSuspended(pid: number): boolean {
  return process.platform === "linux" && linuxStat(pid)?.isSuspended === true;
}

/** Version 0.1 wrote the id of the boot in front, which containers and WSL do not have or have another one of. */
function withoutBoot(startId: string): string {
  return process.platform === "linux" ? startId.slice(startId.lastIndexOf(":") + 1) : startId;
}

function takesSignals(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === "EPERM";
  }
}

/** Undefined when /proc does not show the process: it is gone, or hidden, or there is no /proc. */
function linuxStat(pid: number): { isOver: boolean; isSuspended: boolean; ticks: string } | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The command name stands in parentheses and may itself contain any character, so count from its end.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state = ""] = fields;
  return { isOver: /^[ZX]/.test(state), isSuspended: /^[Tt]/.test(state), ticks: fields[19] ?? "" };
}

function run(command: string, args: string[]): string | undefined {
  const text = execFileSync(command, args, {
    encoding: "utf8",
    timeout: 3_000,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return text.trim() || undefined;
}
