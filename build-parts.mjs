/**
 * Which modules of the program share a file of dist/. A bundler makes a file for every set of commands that need the same modules,
 * nearly all of them tiny; each file and each import between two files costs start-up time, and beyond some fifty files V8
 * compiles its path functions with its heaviest compiler, which alone takes 5.6 MB.
 */
import { fileURLToPath } from "node:url";

const MAIN = moduleAt("sidecar/main.ts");
/** What goes on for days: what it does not need at its start is not to lie in its memory. */
const LASTING = ["sidecar/cli/gateway/run.ts", "sidecar/app.ts", "tray/main.ts", "tray/app.ts"].map(moduleAt);
/** Of the parts that are loaded when they are needed, as each command is: what this many have in common is one file. */
const SHARED_BY = 5;

/** For `output.codeSplitting` of rolldown. */
export const PARTS = {
  groups: [
    // The command line itself, and no more, is what the shortest commands load. Its entry awaits the command, which imports this file.
    {
      debugName: "base",
      name: (id, bundle) => (id !== MAIN && closureOf(MAIN, bundle).has(id) ? "base" : null),
      priority: 3,
    },
    { name: "zod", test: isZod, priority: 2 },
    {
      debugName: "common",
      name: (id, bundle) => {
        const kind = [...closureOf(id, bundle)].some(isZod) ? "validated" : "common";
        return LASTING.some((start) => closureOf(start, bundle).has(id)) ? kind : `${kind}-commands`;
      },
      minShareCount: SHARED_BY,
      priority: 1,
    },
  ],
};

function moduleAt(path) {
  return fileURLToPath(new URL(path, import.meta.url));
}

function isZod(id) {
  return /[\\/]node_modules[\\/]zod[\\/]/.test(id);
}

const closures = new Map();

/** A module and all that it loads before it runs. */
function closureOf(id, bundle) {
  const known = closures.get(id);
  if (known !== undefined) return known;
  const found = new Set([id]);
  // A set hands out what is added while it is read.
  for (const each of found)
    for (const imported of bundle.getModuleInfo(each)?.importedIds ?? []) found.add(imported);
  closures.set(id, found);
  return found;
}
