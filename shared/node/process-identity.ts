/** Tells a process from a later one with the same pid. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * The start id of a living process: on Linux boot id and start ticks (proc(5), field 22 of stat), elsewhere what the system
 * reports as its start time. Undefined when the process is gone or the system does not say.
 */
export function startIdOf(pid: number, platform: NodeJS.Platform = process.platform): string | undefined {
  try {
    if (platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The command name stands in parentheses and may itself contain any character, so count from its end.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (fields[0] === "Z" || fields[0] === "X") return undefined;
      return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}:${fields[19]}`;
    }
    if (platform === "win32") {
      const query = `(Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}').CreationDate.Ticks`;
      return run("powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", query]);
    }
    return run("ps", ["-o", "lstart=", "-p", String(pid)]);
  } catch {
    return undefined; // No such process, or no way to ask: the caller treats both as "not the one I knew".
  }
}

/** Whether a process with this pid exists (also one of another user). */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  return process.platform !== "linux" || startIdOf(pid) !== undefined;
}

/** Whether the process that had `pid` and `startId` still lives. */
export function isSameProcess(pid: number, startId: string): boolean {
  return isAlive(pid) && startIdOf(pid) === startId;
}

function run(command: string, args: string[]): string | undefined {
  const text = execFileSync(command, args, {
    encoding: "utf8",
    timeout: 3_000,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return text.trim() || undefined;
}
