/** Reads an object that some other program wrote as JSON or JSON5. */
import { boundsProblem } from "../config/json5-tokens.ts";
import { isRecord } from "../protocol/frame.ts";
import { readSmallFile } from "./small-file.ts";

/** The object in the file, empty where there is no file. Rejects with the reason, in words; most files need no further parser. */
export async function readJson5Object(file: string, maxBytes: number): Promise<Record<string, unknown>> {
  const found = readSmallFile(file, maxBytes);
  if (found.state === "missing") return {};
  if (found.state === "unreadable") throw new Error(found.reason);
  const value = await parsed(found.bytes.toString("utf8").replace(/^\uFEFF/, ""));
  if (isRecord(value)) return value;
  throw new Error("it holds no object");
}

async function parsed(text: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch {
    const problem = boundsProblem(text);
    if (problem !== undefined) throw new Error(`it ${problem}`);
    const { default: JSON5 } = await import("json5");
    return JSON5.parse(text);
  }
}
