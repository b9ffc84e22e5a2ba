/** Reads a secret from a file or from a pipe such as the shell's `<(…)`, and no more of it than a secret can have. */

import { closeSync, openSync, readSync } from "node:fs";
import { errorText, quoted, RequestError, systemCode } from "../../../shared/errors.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";

const MAX_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * The first line of the file without its line break, because editors end a file with one. Reads until there, so that a pipe may
 * stay open. Fails with `USAGE`, naming the option, when there is no such line or it holds control characters.
 */
export function readSecretFile(option: string, path: string): string {
  const refuse = (problem: Remedy, cause?: unknown) =>
    new RequestError("USAGE", advice`${option}: ${problem}`, { cause });
  let line: Buffer;
  try {
    line = readFirstLine(path);
  } catch (error) {
    throw refuse(
      advice`cannot read ${quoted(path).slice(1, -1)} (${systemCode(error) ?? errorText(error)})`,
      error,
    );
  }
  const name = quoted(path).slice(1, -1);
  if (line.length > MAX_BYTES) throw refuse(advice`the first line of ${name} is longer than 64 KiB`);
  const text = line
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .replace(/\r$/, "");
  if (text.trim() === "") throw refuse(advice`the first line of ${name} is empty`);
  if (/\p{Cc}|\uFFFD/u.test(text)) throw refuse(advice`the first line of ${name} is no text`);
  return text;
}

/** At most one byte more than a secret may have. */
function readFirstLine(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(MAX_BYTES + 1);
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(file, bytes, length, bytes.length - length, null);
      const end = bytes.subarray(length, length + count).indexOf(NEWLINE);
      if (end !== -1) return bytes.subarray(0, length + end);
      if (count === 0) break;
      length += count;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
