/** Turns zod findings into the validation texts that clients of this protocol know (PROTOCOL 1.3: JSON Schema wording). */
import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/**
 * Findings joined with "; ", duplicates removed: missing properties, unexpected ones, then wrong values, level by level.
 * `schema` is what the value was checked against, with `reportInput`.
 */
export function wireValidationText(error: z.ZodError, schema: z.ZodType): string {
  const findings = error.issues.flatMap((issue, order) =>
    describeIssue(issue, schema).map((finding) => ({ ...finding, order })),
  );
  findings.sort((a, b) => a.depth - b.depth || a.rank - b.rank || a.order - b.order);
  return [...new Set(findings.map((finding) => finding.text))].join("; ");
}

interface Finding {
  depth: number;
  /** 0 missing, 1 unexpected, 2 wrong value. */
  rank: number;
  text: string;
}

function describeIssue(issue: Issue, schema: z.ZodType): Finding[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    const at = path.length === 0 ? "root" : pointer(path);
    return issue.keys.map((key) => ({
      depth: path.length,
      rank: 1,
      text: `at ${at}: unexpected property '${key}'`,
    }));
  }
  const name = path.at(-1);
  const parent = path.slice(0, -1);
  if (issue.input === undefined && name !== undefined) {
    const at = parent.length === 0 ? "" : `at ${pointer(parent)}: `;
    return [{ depth: parent.length, rank: 0, text: `${at}must have required property '${name}'` }];
  }
  const at = path.length === 0 ? "" : `at ${pointer(path)}: `;
  return messages(issue, schema).map((message) => ({
    depth: Math.max(0, parent.length),
    rank: 2,
    text: `${at}${message}`,
  }));
}

function messages(issue: Issue, schema: z.ZodType): string[] {
  switch (issue.code) {
    case "invalid_type": {
      const expected =
        issue.expected === "number" && isIntegerAt(schema, issue.path) ? "int" : issue.expected;
      return [`must be ${TYPE_NAMES[expected] ?? expected}`];
    }
    case "invalid_value":
      return issue.values.length > 1
        ? ["must be equal to constant", "must match a schema in anyOf"]
        : ["must be equal to constant"];
    case "too_small":
      return [bound(issue.origin, Number(issue.minimum), "fewer", ">=")];
    case "too_big":
      return [bound(issue.origin, Number(issue.maximum), "more", "<=")];
    case "invalid_union":
      return ["must match a schema in anyOf"];
    default:
      return [issue.message];
  }
}

/** zod says "number" of an integer field that got something else, so the schema itself is asked. */
function isIntegerAt(schema: z.ZodType, path: readonly PropertyKey[]): boolean {
  let inner: SchemaParts | undefined = schema as SchemaParts;
  for (const key of path) inner = part(inner, key);
  return plain(inner)?.isInt === true;
}

/** What schemas of objects, lists, maps and wrapped types offer to those who walk them. */
interface SchemaParts {
  shape?: Record<PropertyKey, SchemaParts>;
  element?: SchemaParts;
  valueType?: SchemaParts;
  isInt?: boolean;
  unwrap?: () => SchemaParts;
}

function part(schema: SchemaParts | undefined, key: PropertyKey): SchemaParts | undefined {
  const inner = plain(schema);
  return inner?.shape?.[key] ?? inner?.element ?? inner?.valueType;
}

/** Without `optional` and the like; a list unwraps to its element, so it counts as plain. */
function plain(schema: SchemaParts | undefined): SchemaParts | undefined {
  let inner = schema;
  while (inner?.unwrap && !inner.element) inner = inner.unwrap();
  return inner;
}

const TYPE_NAMES: Record<string, string> = { int: "integer", record: "object", map: "object" };

function bound(origin: string, limit: number, word: "fewer" | "more", sign: string): string {
  if (origin === "string") return `must NOT have ${word} than ${limit} characters`;
  if (origin === "array") return `must NOT have ${word} than ${limit} items`;
  return `must be ${sign} ${limit}`;
}

/** RFC 6901. */
function pointer(path: string[]): string {
  return path.map((part) => `/${part.replace(/~/g, "~0").replace(/\//g, "~1")}`).join("");
}
