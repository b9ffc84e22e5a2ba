/** What HEARTBEAT.md asks for. */
import { join } from "node:path";
import { readSmallFile } from "../../../shared/node/small-file.ts";

const MAX_BYTES = 1024 * 1024;

/** Whether there is something to look after: headings, remarks and empty items are none. */
export function hasTasks(text: string): boolean {
  return text
    .replace(/<!--[\s\S]*?(?:-->|$)/g, "")
    .split("\n")
    .some((line) => !/^\s*(?:#{1,6}(?:\s.*)?|[-*+]?\s*(?:\[[ xX]?\])?\s*|-{3,}|```\w*)$/.test(line));
}

/** The same of the file in a work directory. What cannot be read asks for nothing. */
export function hasTasksIn(directory: string): boolean {
  const read = readSmallFile(join(directory, "HEARTBEAT.md"), MAX_BYTES);
  return read.state === "bytes" && hasTasks(read.bytes.toString("utf8"));
}
