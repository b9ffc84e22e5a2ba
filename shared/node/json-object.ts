/** Reads a JSON object out of a small file and, where that cannot be done, says why. */
import { isRecord } from "../protocol/frame.ts";
import { MAX_STATE_BYTES, readSmallFile } from "./small-file.ts";

/** What stands there. `passing`: it may be readable in a moment. */
export type JsonObject =
  | { state: "object"; value: Record<string, unknown> }
  | { state: "missing" }
  | { state: "unusable"; reason: string; fix: string; passing: boolean };

/** Never waits for a pipe and never fills the memory, see `readSmallFile`. */
export function readJsonObject(path: string): JsonObject {
  const file = readSmallFile(path, MAX_STATE_BYTES);
  if (file.state === "missing") return file;
  if (file.state === "unreadable") {
    return { state: "unusable", reason: file.reason, fix: file.fix, passing: file.passing === true };
  }
  const value = parsed(file.bytes.toString("utf8"));
  if (isRecord(value)) return { state: "object", value };
  return {
    state: "unusable",
    reason: "it holds no JSON object",
    fix: "restore it from a backup",
    passing: false,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Damaged, or cut off by a power cut; the caller says so.
  }
}
