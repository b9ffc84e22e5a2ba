/** Keeps what somebody else wrote when its place is needed: beside it, under a name that nobody reads. */
import { copyFileSync, existsSync, lstatSync, readFileSync, renameSync } from "node:fs";

/** Copies the file to `<file>.former`, or beside that one. Returns the copy; one that is equal serves again. */
export function copyAside(file: string): string {
  const content = readFileSync(file);
  for (let number = 1; ; number += 1) {
    const copy = former(file, number);
    if (existsSync(copy)) {
      if (readFileSync(copy).equals(content)) return copy;
      continue;
    }
    copyFileSync(file, copy);
    return copy;
  }
}

/** Moves the file, or the link, there. Returns its new path. */
export function moveAside(file: string): string {
  for (let number = 1; ; number += 1) {
    const place = former(file, number);
    if (lstatSync(place, { throwIfNoEntry: false }) !== undefined) continue;
    renameSync(file, place);
    return place;
  }
}

function former(file: string, number: number): string {
  return number === 1 ? `${file}.former` : `${file}.former.${number}`;
}
