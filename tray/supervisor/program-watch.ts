/** Notices that another version was installed in the place of this tray. */
import type { Clock } from "../../shared/clock.ts";
import type { Disposable } from "../../shared/lifecycle.ts";
import { InstalledProgram, type Replacement } from "../../shared/node/installed-program.ts";
import { PROGRAM_LOOK_MS } from "../model/limits.ts";

/** Tells what has taken our place each time that changes; null when it is this very program again. */
export function watchProgram(
  clock: Clock,
  onChange: (replacement: Replacement | null) => void,
  program = new InstalledProgram(import.meta.url, "tray.js"),
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
