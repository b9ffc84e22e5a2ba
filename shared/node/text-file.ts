/** Reads a small text file that a person may have put anywhere and in any state: it never hangs and never runs out of memory. */
import { readFileSync, type Stats, statSync } from "node:fs";
import { errorText, systemCode } from "../errors.ts";

/** Largest configuration in bytes: it has some kilobytes, so what is larger is something else. */
export const MAX_CONFIG_BYTES = 10 * 1024 * 1024;

/** What stands at a path. `fix` is a sentence that says what to do about the reason. */
export type TextFile =
  | { state: "text"; text: string }
  | { state: "missing" }
  | ({ state: "unreadable" } & ReadFailure);

/** Why a file cannot be read, such as `permission denied (EACCES)`, and the remedy. */
export interface ReadFailure {
  reason: string;
  fix: string;
}

/** The text at the path with a byte order mark, if there is one. Does not throw. A size limit in bytes keeps a wrong path harmless. */
export function readTextFile(path: string, maxBytes: number): TextFile {
  try {
    const status = statSync(path);
    const failure = noFile(status);
    if (failure !== undefined) return { state: "unreadable", ...failure };
    if (status.size > maxBytes) {
      return unreadable(`it is larger than ${maxBytes / MIB} MiB`, "check whether this is the right file");
    }
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
    return { state: "text", text };
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT") return { state: "missing" };
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") {
      return unreadable("it is not valid UTF-8 text", "save it as UTF-8");
    }
    return { state: "unreadable", ...readFailure(error) };
  }
}

/** Why something that exists is not opened; undefined for a regular file. Opening a pipe would wait for somebody who writes into it. */
export function noFile(status: Stats): ReadFailure | undefined {
  if (status.isDirectory()) return { reason: "it is a directory (EISDIR)", fix: "put a file in its place" };
  if (status.isFile()) return undefined;
  return { reason: "it is not a regular file", fix: "put a regular file in its place" };
}

/** The reason and remedy for a failed attempt to read a file. */
export function readFailure(error: unknown): ReadFailure {
  const code = systemCode(error) ?? "";
  return FAILURES[code] ?? { reason: errorText(error), fix: "check the disk and the path" };
}

const MIB = 1024 * 1024;

const FAILURES: Record<string, ReadFailure> = {
  EACCES: {
    reason: "permission denied (EACCES)",
    fix: "make it readable for this user: check owner and mode of the file and its directories",
  },
  EPERM: {
    reason: "permission denied (EPERM)",
    fix: "make it readable for this user: check owner and mode of the file and its directories",
  },
  ENOTDIR: {
    reason: "a part of the path is a file (ENOTDIR)",
    fix: "move that file away, or choose another path",
  },
  ELOOP: { reason: "its symbolic links lead in a circle (ELOOP)", fix: "repair the symbolic link" },
};

function unreadable(reason: string, fix: string): TextFile {
  return { state: "unreadable", reason, fix };
}
