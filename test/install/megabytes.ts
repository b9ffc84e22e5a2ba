/** What a folder takes on the disk. */
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

const BLOCK_BYTES = 512;

/** Megabytes of the blocks of everything below, links not followed; as `du` counts them. */
export function megabytesOf(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const blocks = [".", ...entries].reduce((sum, name) => sum + lstatSync(join(folder, name)).blocks, 0);
  return (blocks * BLOCK_BYTES) / 2 ** 20;
}
