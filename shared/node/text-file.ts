/** Reads a small text file that a person may have put anywhere and in any state. */
import { type ReadFailure, readSmallFile } from "./small-file.ts";

/** Largest configuration in bytes: it has some kilobytes, so what is larger is something else. As much is parsed within moments. */
export const MAX_CONFIG_BYTES = 1024 * 1024;

/** What stands at a path. */
export type TextFile =
  | { state: "text"; text: string }
  | { state: "missing" }
  | ({ state: "unreadable" } & ReadFailure);

/** The text at the path with a byte order mark, if there is one. Does not throw. A size limit in bytes keeps a wrong path harmless. */
export function readTextFile(path: string, maxBytes: number): TextFile {
  const file = readSmallFile(path, maxBytes);
  if (file.state !== "bytes") return file;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(file.bytes);
    return { state: "text", text };
  } catch {
    return { state: "unreadable", reason: "it is not valid UTF-8 text", fix: "save it as UTF-8" };
  }
}
