/**
 * Notices that nobody reads our output any more, without writing to it. Node tells only by a failed write, and a log that is
 * followed may have nothing to write for hours.
 */
import { spawn } from "node:child_process";
import { fstatSync } from "node:fs";

const STDOUT = 1;

/** Waits for a reader to leave until it is disposed. */
export interface ReaderWatch extends Disposable {
  gone: AbortSignal;
}

/** Watches where that is possible: `tail -f` of GNU ends by SIGPIPE as soon as the other end of its output is closed. */
export function watchReader(platform: NodeJS.Platform): ReaderWatch {
  const gone = new AbortController();
  if (platform !== "linux" || !isPipe()) return { gone: gone.signal, [Symbol.dispose]: () => {} };
  const watch = spawn("tail", ["-f", `--pid=${process.pid}`, "/dev/null"], {
    stdio: ["ignore", "inherit", "ignore"],
  });
  watch.on("exit", (_code, signal) => {
    if (signal === "SIGPIPE") gone.abort();
  });
  // Where there is no such program, the next line that is written tells.
  watch.on("error", () => {});
  watch.unref();
  return { gone: gone.signal, [Symbol.dispose]: () => void watch.kill() };
}

function isPipe(): boolean {
  return fstatSync(STDOUT).isFIFO();
}
