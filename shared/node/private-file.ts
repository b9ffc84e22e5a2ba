/** Writes small files that are their owner's alone. */
import { dirname } from "node:path";
import { ensureDirectory } from "./directory.ts";
import { replaceFile } from "./replace-file.ts";

/**
 * Writes the text so that readers see the old or the new content, never half of it, and creates the directory. `durable` waits until
 * the disk has it, which can take long on a busy one; what is worthless after a power cut does without. Throws the system's error;
 * the file is then as it was.
 */
export function writePrivateFile(file: string, text: string, { durable = true } = {}): void {
  ensureDirectory(dirname(file));
  replaceFile(file, text, { durable });
}
