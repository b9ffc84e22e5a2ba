/** Runs a program of the system that answers a question, such as `lsof`, without blocking and within a time limit. */
import { execFile } from "node:child_process";

/** What the program printed, in English where it has a choice; undefined when it is missing or took longer than `timeoutMs`. */
export function runTool(
  command: string,
  args: readonly string[],
  timeoutMs = 5_000,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = {
      timeout: timeoutMs,
      maxBuffer: 16 * 1024 * 1024,
      windowsHide: true,
      env: { ...process.env, LC_ALL: "C" },
    };
    execFile(command, args, options, (error, stdout) => {
      // Tools such as lsof exit with 1 when they found nothing: that is an answer. A code in words is a failed start.
      const answered = error === null || (typeof error.code === "number" && !error.killed);
      resolve(answered ? stdout : undefined);
    });
  });
}
