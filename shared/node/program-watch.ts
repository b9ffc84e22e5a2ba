/** Notices that another program was installed in the place of one that runs. */
import type { Clock } from "../clock.ts";
import type { Disposable } from "../lifecycle.ts";
import type { InstalledProgram, Replacement } from "./installed-program.ts";

/** Between two looks at what is installed, in ms. */
const PROGRAM_LOOK_MS = 15_000;

/** Tells what has taken the place of the program each time that changes; null when it is this very program again. */
export function watchProgram(
  clock: Clock,
  program: InstalledProgram,
  onChange: (replacement: Replacement | null) => void,
): Disposable {
  let before: string | null | undefined;
  return clock.every(PROGRAM_LOOK_MS, () => {
    const replacement = program.replacement();
    const now = replacement?.version;
    if (now === before) return;
    before = now;
    onChange(replacement ?? null);
  });
}
