/** Turns parsed JSON into a typed configuration, or into findings a person can act on. */
import type { z } from "zod";
import { GatewayConfig, KNOWN_SECTIONS } from "./schema.ts";

/** One finding: dotted path ("" for the file itself) and what is wrong there; for syntax also where, counted from 1. */
export interface ConfigIssue {
  path: string;
  message: string;
  line?: number;
  column?: number;
}

export type ConfigVerdict =
  | { valid: true; config: GatewayConfig; warnings: ConfigIssue[] }
  | { valid: false; issues: ConfigIssue[] };

/** Checks `value` against the schema. Unknown keys are errors inside `gateway` and warnings at the top level. */
export function validateConfig(value: unknown): ConfigVerdict {
  if (isTooDeep(value)) {
    return { valid: false, issues: [{ path: "", message: `is nested deeper than ${MAX_DEPTH} levels` }] };
  }
  const parsed = GatewayConfig.safeParse(value, { reportInput: true });
  if (!parsed.success)
    return {
      valid: false,
      issues: parsed.error.issues.flatMap((issue) => findings(issue)),
    };
  const warnings = Object.keys(parsed.data)
    .filter((key) => !KNOWN_SECTIONS.some((known) => known === key))
    .map((key) => ({
      path: key,
      message: `unknown key${suggestion(key, KNOWN_SECTIONS)}`,
    }));
  return { valid: true, config: parsed.data, warnings };
}

/** Whether objects and lists stand inside each other beyond what any section needs. Walks without recursion, so any depth is safe. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
    level = level.flatMap((each) => (typeof each === "object" && each !== null ? Object.values(each) : []));
    if (level.length === 0) return false;
  }
  return true;
}

const MAX_DEPTH = 100;

/** The known name nearest to `name`, as `; did you mean "x"?`, or nothing when none is near. */
export function suggestion(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? "" : `; did you mean "${nearest}"?`;
}

/** The known name nearest to `name`; undefined when none is near. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let best: { name: string; distance: number } | undefined;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (best === undefined || distance < best.distance) best = { name: candidate, distance };
  }
  // Of a short word one slip leaves something to recognize, of two letters none does.
  const tolerance = name.length < 3 ? 0 : Math.floor((name.length + 1) / 3);
  return best === undefined || best.distance > tolerance ? undefined : best.name;
}

/** The keys that the schema knows at a place; none where anything goes. */
export function knownKeys(path: readonly string[]): string[] {
  let schema: unknown = GatewayConfig;
  for (const key of path) schema = shapeOf(schema)?.[key];
  return Object.keys(shapeOf(schema) ?? {});
}

function findings(issue: z.core.$ZodIssue): ConfigIssue[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(path);
    return issue.keys.map((key) => ({
      path: [...path, key].join("."),
      message: `unknown key${misplaced([...path, key].join(".")) ?? suggestion(key, known)}`,
    }));
  }
  return [{ path: path.join("."), message: issueText(issue) }];
}

/** Places where people put a secret by mistake, with where it belongs. */
function misplaced(path: string): string | undefined {
  if (path === "gateway.token") return "; it belongs under gateway.auth.token";
  if (path === "gateway.password") return "; it belongs under gateway.auth.password";
  return undefined;
}

function issueText(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_value":
      return `expected one of ${issue.values.map(String).join(", ")}${got(issue.input)}`;
    case "invalid_type":
      return `expected ${issue.expected}${got(issue.input)}`;
    case "too_small":
      return issue.origin === "string"
        ? "must not be empty"
        : `must be at least ${issue.minimum}${got(issue.input)}`;
    case "too_big":
      return `must be at most ${issue.maximum}${got(issue.input)}`;
    default:
      return issue.message;
  }
}

/** Shows numbers and booleans only: a string could be a secret in the wrong place. */
function got(input: unknown): string {
  if (typeof input === "number" || typeof input === "boolean") return `, got ${input}`;
  return "";
}

function shapeOf(schema: unknown): Record<string, unknown> | undefined {
  let inner = schema as { shape?: Record<string, unknown>; unwrap?: () => unknown } | undefined;
  while (inner && !inner.shape && typeof inner.unwrap === "function") inner = inner.unwrap() as typeof inner;
  return inner?.shape;
}

/** How many letters are missing, superfluous, wrong or swapped with their neighbour. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (isSame ? 0 : 1),
          isSwapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
