/** Turns zod findings into the validation texts that clients of this protocol know (PROTOCOL 1.3: JSON Schema wording). */
import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/** Findings joined with "; ", duplicates removed: missing properties, unexpected ones, then wrong values, level by level. */
export function wireValidationText(error: z.ZodError): string {
  const findings = error.issues.flatMap((issue, order) =>
    describeIssue(issue).map((finding) => ({ ...finding, order })),
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

function describeIssue(issue: Issue): Finding[] {
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
  if (issue.code === "invalid_type" && issue.input === undefined && name !== undefined) {
    const at = parent.length === 0 ? "" : `at ${pointer(parent)}: `;
    return [{ depth: parent.length, rank: 0, text: `${at}must have required property '${name}'` }];
  }
  const at = path.length === 0 ? "" : `at ${pointer(path)}: `;
  return messages(issue).map((message) => ({
    depth: Math.max(0, parent.length),
    rank: 2,
    text: `${at}${message}`,
  }));
}

function messages(issue: Issue): string[] {
  switch (issue.code) {
    case "invalid_type":
      return [`must be ${TYPE_NAMES[issue.expected] ?? issue.expected}`];
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
