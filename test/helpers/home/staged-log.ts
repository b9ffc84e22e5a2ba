import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RotatingFile, type RotationOptions } from "../../../shared/node/rotating-file.ts";
import { FakeClock } from "../time/fake-clock.ts";

/** A log that is rotated at 100 bytes, with time that the test owns and all that went to its fallback. */
export function stage(folder: string, options: Partial<RotationOptions> = {}) {
  const clock = new FakeClock();
  const path = join(folder, "logs", "gateway.log");
  const fallen: string[] = [];
  const file = new RotatingFile(path, clock, {
    maxBytes: 100,
    keep: 5,
    sameness: (line) => line.replace(/^\d+ /, ""),
    repeated: (line, count) => `${line.trimEnd()} (${count} times)\n`,
    fallback: (line) => fallen.push(line),
    ...options,
  });
  return { clock, path, fallen, file, content: () => readFileSync(path, "utf8") };
}
