/** How much memory another process uses, seen from outside: it need not answer for that. */
import { readFileSync } from "node:fs";

/** Bytes that it has in memory, see proc(5); undefined where the system does not tell, which only Linux does. */
export function residentBytes(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
  } catch {
    return undefined; // Gone, hidden, or a system without such files.
  }
}
