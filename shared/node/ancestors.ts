/** Which processes started this one, directly or not. */
import { readFile } from "node:fs/promises";
import { runTool } from "./run-tool.ts";

/** The pids of all ancestors of `pid`, nearest first; as far as the system tells. */
export async function ancestorsOf(pid: number, platform: NodeJS.Platform): Promise<Set<number>> {
  const parentOf = platform === "linux" ? parentByProc : parentIn(await processTable(platform));
  const ancestors = new Set<number>();
  for (let parent = await parentOf(pid); parent !== undefined; parent = await parentOf(parent)) {
    if (parent <= 0 || ancestors.has(parent)) break;
    ancestors.add(parent);
  }
  return ancestors;
}

/** Pid to parent from lines that begin with both numbers. */
export function parseParents(text: string): Map<number, number> {
  const pairs = [...text.matchAll(/^\s*(\d+)\s+(\d+)/gm)];
  return new Map(pairs.map(([, pid, parent]) => [Number(pid), Number(parent)]));
}

async function parentByProc(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const parent = /^PPid:\s+(\d+)/m.exec(status)?.[1];
  return parent === undefined ? undefined : Number(parent);
}

function parentIn(parents: Map<number, number>): (pid: number) => Promise<number | undefined> {
  return async (pid) => parents.get(pid);
}

async function processTable(platform: NodeJS.Platform): Promise<Map<number, number>> {
  const query =
    "Get-CimInstance Win32_Process | ForEach-Object { '{0} {1}' -f $_.ProcessId, $_.ParentProcessId }";
  const text =
    platform === "win32"
      ? await runTool("powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", query], 10_000)
      : await runTool("ps", ["-axo", "pid=,ppid="]);
  return parseParents(text ?? "");
}
