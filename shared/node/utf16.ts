/** Text that a program of Windows saved as UTF-16, such as the `>` of PowerShell. */

import { readSmallFile } from "./small-file.ts";
import { MAX_CONFIG_BYTES } from "./text-file.ts";

/** The text of a file in UTF-16 without its byte order mark; undefined for a file in anything else, or one that cannot be read. */
export function readUtf16(path: string): string | undefined {
  const file = readSmallFile(path, 2 * MAX_CONFIG_BYTES);
  if (file.state !== "bytes") return undefined;
  const { bytes } = file;
  const encoding = encodingOf(bytes);
  if (encoding === undefined) return undefined;
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined; // Half a character: cut off, or something else altogether.
  }
}

/** By its mark, else by the zero in each pair of bytes that a text in Latin letters begins with. */
function encodingOf(bytes: Buffer): "utf-16le" | "utf-16be" | undefined {
  if (bytes.length < 2 || bytes.length % 2 === 1) return undefined;
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if (first !== 0 && second === 0) return "utf-16le";
  return first === 0 && second !== 0 ? "utf-16be" : undefined;
}
