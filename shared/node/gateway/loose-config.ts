/**
 * The configuration as it stands in the file, unchecked and without its schema: asking a gateway stays quick, and works with a
 * file that is partly wrong.
 */
import { isRecord } from "../../protocol/frame.ts";
import { MAX_CONFIG_BYTES, readTextFile } from "../text-file.ts";

/** The object in the file; empty when there is no file, undefined when it holds none that can be read. */
export async function readConfigObject(file: string): Promise<Record<string, unknown> | undefined> {
  const source = readTextFile(file, MAX_CONFIG_BYTES);
  if (source.state !== "text") return source.state === "missing" ? {} : undefined;
  try {
    const value = await parse(source.text.replace(/^\uFEFF/, ""));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // Whoever needs to know where the mistake is reads it with the schema.
  }
}

/** The member of that name if it is an object, else an empty one. */
export function section(parent: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = parent[name];
  return isRecord(value) ? value : {};
}

/** Most files are plain JSON, which needs no further parser. */
async function parse(text: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch {
    const { default: JSON5 } = await import("json5");
    return JSON5.parse(text);
  }
}
