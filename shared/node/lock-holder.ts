/** Finds the process that holds a lock, also one whose file was deleted under it, which nobody else sees (proc(5), Linux). */
import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** The pid of another process that holds the lock; undefined when there is none, and where the system does not tell. */
export function lockHolder(file: string): number | undefined {
  return holderUnder(file, (path) => path) ?? hiddenHolder(file);
}

/** The pid of another process that holds the lock on a file that was deleted since; undefined as above. */
export function hiddenHolder(file: string): number | undefined {
  return holderUnder(file, (path) => `${path} (deleted)`);
}

/** `nameOf` is how the system calls the file of that path. */
function holderUnder(file: string, nameOf: (path: string) => string): number | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const name = nameOf(realPlace(file));
    return lockingPids(readFileSync("/proc/locks", "latin1")).find((pid) => hasOpen(pid, name));
  } catch {
    return undefined; // A system without /proc, or nothing left of the directories above.
  }
}

/** The processes with an exclusive lock of SQLite by the text of /proc/locks: it lies on fixed bytes, see sqlite.org/fileformat2.html. */
function lockingPids(text: string): number[] {
  const rows = [...text.matchAll(/^\d+: POSIX +ADVISORY +WRITE +(\d+) +\S+ +(\d+) /gm)];
  const pids = rows.filter(([, , from]) => LOCK_BYTES.has(Number(from))).map(([, pid]) => Number(pid));
  return [...new Set(pids)].filter((pid) => pid > 0 && pid !== process.pid);
}

/** From the byte for those who wait to the one for those who read. */
const LOCK_BYTES = new Set([0x40000000, 0x40000001, 0x40000002]);

/** The path without links; the file and its directory may be gone. */
function realPlace(file: string): string {
  const folder = dirname(file);
  return join(realpathSync(dirname(folder)), basename(folder), basename(file));
}

function hasOpen(pid: number, name: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some(
      (descriptor) => targetOf(`/proc/${pid}/fd/${descriptor}`) === name,
    );
  } catch {
    return false; // It has ended meanwhile, or belongs to another user.
  }
}

function targetOf(descriptor: string): string | undefined {
  try {
    return readlinkSync(descriptor);
  } catch {
    return undefined; // Closed between listing and reading.
  }
}
