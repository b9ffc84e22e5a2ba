/** Reads a file of JSON lines of any size, one line at a time. */
import { createReadStream } from "node:fs";

/** One line that is not blank. */
export interface JsonLine {
  /** Undefined for a line that is no JSON. */
  value: unknown;
  /** Nothing follows it, and it does not end as lines do: somebody was still writing. */
  isTorn: boolean;
}

/** A longer line is none of a transcript, in bytes. */
const MOST_BYTES = 64 * 1024 * 1024;
const NEWLINE = 0x0a;

/** The lines of the file, damaged ones among them. Throws the system's error. */
export async function* jsonLines(file: string): AsyncGenerator<JsonLine> {
  let parts: Buffer[] = [];
  let bytes = 0;
  const take = (isTorn: boolean): JsonLine | undefined => {
    const line = bytes > MOST_BYTES ? undefined : Buffer.concat(parts).toString("utf8");
    parts = [];
    bytes = 0;
    if (line?.trim() === "") return undefined;
    const value = line === undefined ? undefined : parsed(line);
    return { value, isTorn: isTorn && value === undefined };
  };
  for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 })) {
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, from);
      const part = chunk.subarray(from, end === -1 ? undefined : end);
      bytes += part.length;
      if (bytes <= MOST_BYTES) parts.push(part);
      if (end === -1) break;
      const line = take(false);
      if (line !== undefined) yield line;
      from = end + 1;
    }
  }
  if (bytes === 0) return;
  const last = take(true);
  if (last !== undefined) yield last;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // Torn or damaged; whoever reads counts it.
  }
}
