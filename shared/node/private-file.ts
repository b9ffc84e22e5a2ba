/** Writes small files that are their owner's alone. */
import { dirname } from "node:path";
import { ensureDirectory, ensureLastDirectory } from "./directory.ts";
import { replaceFile } from "./replace-file.ts";

export interface WriteOptions {
  durable?: boolean;
  parents?: boolean;
}

/**
 * Writes the text so that readers see the old or the new content, never half of it, and creates the directory. `durable` waits until
 * the disk has it, which can take long on a busy one; what is worthless after a power cut does without. Throws the system's error;
 * the file is then as it was. Without `parents` nothing above its directory is made: a place that somebody took away stays away.
 */
export function writePrivateFile(
  file: string,
  text: string,
  { durable = true, parents = true }: WriteOptions = {},
): void {
  if (parents) ensureDirectory(dirname(file));
  else ensureLastDirectory(dirname(file));
  replaceFile(file, text, { durable });
}
