/** Why a configuration cannot even be held against the schema: unreadable, no JSON5, or without what it includes or asks for. */
import type { ConfigIssue } from "../../config/findings.ts";
import { isRecord } from "../../protocol/frame.ts";
import { advice, whole } from "../../remedy.ts";
import type { Environment } from "../paths.ts";
import { MAX_CONFIG_BYTES, readTextFile } from "../text-file.ts";
import { parseJson5, parseText } from "./parse-text.ts";
import { resolveConfig } from "./resolve.ts";

/** Empty for one of which nothing of the kind is wrong, and for one that is not there. Never throws. */
export function issuesBeforeSchema(file: string, env: Environment): ConfigIssue[] {
  const read = readTextFile(file, MAX_CONFIG_BYTES);
  if (read.state === "missing") return [];
  if (read.state === "unreadable") {
    return [{ path: "", message: advice`cannot be read: ${whole(read.reason)}` }];
  }
  const parsed = parseJson5(read.text);
  if ("issue" in parsed) return [parsed.issue];
  if (!isRecord(parsed.value)) return [{ path: "", message: "must be an object" }];
  return resolveConfig({ file, raw: read.text, parsed: parsed.value, env, parse: parseText }).issues;
}
