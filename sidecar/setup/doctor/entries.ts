/** Names in directories that may not be there. */
import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";

/** What is in the directory, by name; nothing when it cannot be read, which is another check's finding. */
export function entriesIn(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return []; // Not there, no directory, or not for us.
  }
}

/** The paths of the files in the directory and down to `depth` levels below it. Links are not followed. */
export function filesIn(directory: string, depth: number): string[] {
  return entriesIn(directory).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return depth > 0 ? filesIn(path, depth - 1) : [];
    return entry.isFile() ? [path] : [];
  });
}

/** The directories of the agents of a state directory. */
export function agentDirectories(stateDir: string): string[] {
  const agents = join(stateDir, "agents");
  return entriesIn(agents)
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(agents, entry.name));
}
