/** The small program of the service tests, and the notes it leaves at each start. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Sighting } from "../../contracts/service-manager.ts";
import { findProgram } from "../run/desktop-needs.ts";

/** The words that start it; the next one is the directory for its notes, the rest is free. */
export const RESIDENT: readonly [interpreter: string, script: string] = [
  findProgram("perl") ?? "/usr/bin/perl",
  fileURLToPath(new URL("../../fixtures/service/resident.pl", import.meta.url)),
];

/** What the program noted in this directory, one note per start, the latest last. */
export function readSightings(directory: string): Sighting[] {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch {
    return []; // Not started yet.
  }
  return names
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(directory, name), "utf8")) as Sighting);
}
