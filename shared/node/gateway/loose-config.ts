/**
 * The configuration as it stands in the file, unchecked and without its schema: asking a gateway stays quick, and works with a
 * file that is partly wrong. Its includes and variables are in place.
 */
import { boundsProblem } from "../../config/json5-tokens.ts";
import { isRecord } from "../../protocol/frame.ts";
import type { ParseText } from "../config/includes.ts";
import type { Environment } from "../paths.ts";
import { MAX_CONFIG_BYTES, readTextFile } from "../text-file.ts";

/**
 * The object in the file; empty when there is no file, undefined when it holds none that can be read, or a part of it is in a file
 * that cannot. A text whose variable is missing is left out.
 */
export async function readConfigObject(
  file: string,
  env: Environment,
): Promise<Record<string, unknown> | undefined> {
  const written = await readWritten(file);
  if (written === undefined || "missing" in written) return written && {};
  const { text, parsed } = written;
  // Most files say everything themselves. An escape can spell a dollar sign.
  if (!/[$\\]/.test(text) && !isRecord(parsed.env)) return parsed;
  const { resolveConfig } = await import("../config/resolve.ts");
  const { value, isWhole } = resolveConfig({ file, raw: text, parsed, env, parse: await parser() });
  return isWhole ? value : undefined;
}

/**
 * The object as it is written, without its includes and with the names of its variables: for what is shown. Empty when there is no
 * file, undefined when it holds none.
 */
export async function readWrittenObject(file: string): Promise<Record<string, unknown> | undefined> {
  const written = await readWritten(file);
  return written === undefined || "missing" in written ? written && {} : written.parsed;
}

/** The member of that name if it is an object, else an empty one. */
export function section(parent: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = parent[name];
  return isRecord(value) ? value : {};
}

async function readWritten(
  file: string,
): Promise<{ text: string; parsed: Record<string, unknown> } | { missing: true } | undefined> {
  const source = readTextFile(file, MAX_CONFIG_BYTES);
  if (source.state !== "text") return source.state === "missing" ? { missing: true } : undefined;
  const { text } = source;
  if (boundsProblem(text) !== undefined) return undefined;
  try {
    const parsed = await parse(text.replace(/^\uFEFF/, ""));
    return isRecord(parsed) ? { text, parsed } : undefined;
  } catch {
    return undefined; // Whoever needs to know where the mistake is reads it with the schema.
  }
}

/** Most files are plain JSON, which needs no further parser. */
async function parse(text: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch {
    return (await parser())(text);
  }
}

async function parser(): Promise<ParseText> {
  const { default: JSON5 } = await import("json5");
  return JSON5.parse;
}
