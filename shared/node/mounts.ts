/** Whether something is mounted right at a path, as containers do with a single file. */
import { readFileSync, realpathSync } from "node:fs";

/** False also where the system does not tell; see proc_pid_mountinfo(5). */
export function isMountPoint(path: string): boolean {
  try {
    const real = realpathSync(path);
    return readFileSync("/proc/self/mountinfo", "utf8")
      .split("\n")
      .some((line) => plain(line.split(" ")[4] ?? "") === real);
  } catch {
    return false; // No /proc, or nothing there.
  }
}

/** Blanks and the like stand there as their octal number. */
function plain(escaped: string): string {
  return escaped.replace(/\\([0-7]{3})/g, (_whole, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
