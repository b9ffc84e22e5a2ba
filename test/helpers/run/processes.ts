/** Tells the test files that start processes from those that do all their work in the runner's own. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const TEST = fileURLToPath(new URL("../../", import.meta.url));

/** The test files below a folder of test/ that reach `node:child_process`, themselves or through what they import of test/. */
export function filesWithProcesses(folder: string): string[] {
  const known = new Map<string, boolean>();
  return readdirSync(join(TEST, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => join(TEST, folder, name))
    .filter((file) => reachesProcesses(file, known));
}

function reachesProcesses(file: string, known: Map<string, boolean>): boolean {
  const answer = known.get(file);
  if (answer !== undefined) return answer;
  known.set(file, false); // Whoever imports in a circle asks again.
  const targets = [...readFileSync(file, "utf8").matchAll(IMPORT)].map(([, target = ""]) => target);
  const reaches = targets.some((target) => {
    if (target === "node:child_process") return true;
    const path = resolve(dirname(file), target);
    return (
      target.startsWith(".") && path.startsWith(TEST) && path.endsWith(".ts") && reachesProcesses(path, known)
    );
  });
  known.set(file, reaches);
  return reaches;
}

/** Types are not there when the test runs. */
const IMPORT = /^(?:import|export) (?!type )(?:[^"']*? from )?"([^"]+)";/gm;
