/** The notes of an agent: `MEMORY.md` and what is in `memory/`, however deep. */
import { readdirSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import type { NoteFile } from "../../base/store/memory-store.ts";

const LASTING = ["MEMORY.md", "memory.md"];
const FOLDER = "memory";
const MOST_FILES = 5_000;
const MOST_LEVELS = 8;

/** Whether a file of that name is a note. Names are below the work directory, with `/`. */
export function isNote(name: string): boolean {
  return LASTING.includes(name) || (name.startsWith(`${FOLDER}/`) && /\.md$/i.test(name));
}

/** Those that are there, the newest first. What leads out of the work directory is none. */
export function noteFiles(directory: string): NoteFile[] {
  const root = placeOf(directory);
  if (root === undefined) return [];
  const found: (NoteFile & { atMs: number })[] = [];
  const look = (name: string) => {
    const state = stateOf(root, name);
    if (state !== undefined) found.push({ path: name, ...state });
  };
  const lasting = LASTING.find((name) => placeOf(join(directory, name)) !== undefined);
  if (lasting !== undefined) look(lasting);
  const walk = (folder: string, level: number) => {
    for (const entry of entriesOf(join(directory, folder))) {
      if (found.length >= MOST_FILES) return;
      const name = `${folder}/${entry.name}`;
      if (entry.isDirectory() && level < MOST_LEVELS && !entry.name.startsWith(".")) walk(name, level + 1);
      else if (!entry.isDirectory() && isNote(name)) look(name);
    }
  };
  walk(FOLDER, 1);
  return found.toSorted((one, other) => other.atMs - one.atMs).map(({ path, stamp }) => ({ path, stamp }));
}

/** Whether the file is still that one, in that state. */
export function isSameNote(directory: string, { path, stamp }: NoteFile): boolean {
  const root = placeOf(directory);
  return root !== undefined && stateOf(root, path)?.stamp === stamp;
}

function stateOf(root: string, name: string): { stamp: string; atMs: number } | undefined {
  const place = placeOf(join(root, name));
  if (place === undefined || !place.startsWith(root + sep)) return undefined;
  const status = statSync(place, { throwIfNoEntry: false });
  if (status?.isFile() !== true) return undefined;
  return { stamp: `${status.ino}:${status.mtimeMs}:${status.size}`, atMs: status.mtimeMs };
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // What cannot be looked into has no notes to find.
  }
}

function placeOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined; // It is not there, or it cannot be reached.
  }
}
