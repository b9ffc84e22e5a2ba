/** What /proc tells about running processes (proc(5)): memory and CPU time, the way `ps` and smaps_rollup count them. */
import { readdirSync, readFileSync } from "node:fs";

export interface Usage {
  rssMb: number;
  /** Memory that no other process shares the file of, unlike RSS and PSS independent of who else runs Node. */
  anonymousMb: number;
  /** User and system time so far. */
  cpuMs: number;
  processes: number;
}

/** Size of a page in /proc/<pid>/stat; sysconf(_SC_PAGESIZE) on x86-64 and most arm64 systems. */
const PAGE_KB = 4;
/** USER_HZ: fixed at 100 for programs, whatever the kernel's own rate. */
const TICK_MS = 10;

/** The sum over the given processes. */
export function usageOf(pids: readonly number[]): Usage {
  const sum: Usage = { rssMb: 0, anonymousMb: 0, cpuMs: 0, processes: pids.length };
  for (const pid of pids) {
    const fields = statFields(pid);
    sum.rssMb += (Number(fields[21]) * PAGE_KB) / 1024;
    sum.cpuMs += (Number(fields[11]) + Number(fields[12])) * TICK_MS;
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    sum.anonymousMb += Number(/^Anonymous:\s+(\d+)/m.exec(rollup)?.[1]) / 1024;
  }
  return sum;
}

/** The processes of a session, as `ps --sid` lists them. */
export function sessionOf(leader: number): number[] {
  return allPids().filter((pid) => Number(statFields(pid)[3]) === leader);
}

/** The process and everything it started that still has it among its ancestors. */
export function treeOf(root: number): number[] {
  const parents = new Map(allPids().map((pid) => [pid, Number(statFields(pid)[1])]));
  const isBelow = (pid: number | undefined): boolean =>
    pid === root || (pid !== undefined && pid > 1 && isBelow(parents.get(pid)));
  return [...parents.keys()].filter(isBelow);
}

function allPids(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** The fields after the command name: state, parent, group, session, … Empty when the process is gone. */
function statFields(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return []; // Ended since it was listed.
  }
}
