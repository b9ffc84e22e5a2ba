/** What a configuration says once its includes and its variables are in place. Without the schema: quick commands read it too. */
import type { ConfigIssue } from "../../config/findings.ts";
import { isRecord } from "../../protocol/frame.ts";
import type { Environment } from "../paths.ts";
import { type IncludedFile, type ParseText, withIncludes } from "./includes.ts";
import { withVariables } from "./variables.ts";

/** A parsed file, and what it takes to complete it. */
export interface ConfigSource {
  /** Absolute path. */
  file: string;
  raw: string;
  parsed: Record<string, unknown>;
  env: Environment;
  /** For included files. */
  parse: ParseText;
}

export interface ResolvedConfig {
  /** With its includes, and the texts as they stand there. */
  merged: Record<string, unknown>;
  /** With its variables as well; what could not be had is missing. */
  value: Record<string, unknown>;
  includes: readonly IncludedFile[];
  /** For programs that the gateway starts. */
  variables: Readonly<Record<string, string>>;
  /** Names of the variables that it asks for. */
  used: readonly string[];
  issues: ConfigIssue[];
  /** Nothing is missing that stands in an included file. */
  isWhole: boolean;
  /** An include could not be read, but perhaps in a moment. */
  passing: boolean;
}

/** Puts both in place. Never throws. */
export function resolveConfig({ file, raw, parsed, env, parse }: ConfigSource): ResolvedConfig {
  // An escape can spell a dollar sign.
  const mayAsk = /[$\\]/.test(raw);
  if (!mayAsk && !isRecord(parsed.env)) return { ...NOTHING_TO_DO, merged: parsed, value: parsed };
  const included = mayAsk ? withIncludes(parsed, file, parse) : undefined;
  const merged = isRecord(included?.value) ? included.value : parsed;
  const { value, variables, used, issues } = withVariables(merged, env);
  return {
    merged,
    value,
    includes: included?.files ?? [],
    variables,
    used,
    issues: [...(included?.issues ?? []), ...issues],
    isWhole: included === undefined || included.issues.length === 0,
    passing: included?.passing ?? false,
  };
}

const NOTHING_TO_DO = { includes: [], variables: {}, used: [], issues: [], isWhole: true, passing: false };

/** The file in which a value stands: an included one, unless the configuration itself has it. Undefined when nobody has. */
export function originOf(
  keys: readonly string[],
  { file, parsed }: Pick<ConfigSource, "file" | "parsed">,
  includes: readonly IncludedFile[],
): string | undefined {
  if (holds(parsed, keys)) return file;
  const origin = includes.findLast(({ place, value }) => {
    const isAround = place.every((key, index) => keys[index] === key);
    return isAround && place.length < keys.length && holds(value, keys.slice(place.length));
  });
  return origin?.path;
}

function holds(value: unknown, keys: readonly string[]): boolean {
  const [key, ...rest] = keys;
  if (key === undefined) return true;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return false;
  return holds((value as Record<string, unknown>)[key], rest);
}
