/** A program whose time of day a test sets while it runs, by libfaketime; what lasts goes on as before. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../run/desktop-needs.ts";

const LIBRARIES = [
  "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
  "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
];

export interface ShiftedClock {
  /** For the environment of the program. */
  env: Record<string, string>;
  /** Sets its clock this many days before or after the machine's. */
  shiftDays(days: number): void;
}

/** Keeps what it tells the program in `folder`. */
export function shiftedClock(folder: string): ShiftedClock {
  const file = join(folder, "faketime");
  const shiftDays = (days: number) => writeFileSync(file, `${days < 0 ? "" : "+"}${days}d\n`);
  shiftDays(0);
  return {
    env: {
      LD_PRELOAD: findProgram(...LIBRARIES) ?? "",
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      DONT_FAKE_MONOTONIC: "1",
    },
    shiftDays,
  };
}

/** For the environment of a program that takes the moment of its start for this one, in ms since the epoch. */
export function clockBegunAt(atMs: number): Record<string, string> {
  const shiftS = (atMs - Date.now()) / 1_000;
  return {
    LD_PRELOAD: findProgram(...LIBRARIES) ?? "",
    FAKETIME: `${shiftS < 0 ? "" : "+"}${shiftS.toFixed(3)}s`,
    DONT_FAKE_MONOTONIC: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  };
}
