/** `clawdbot config set <path> <value>`: one value, checked before it is written. */
import { isSecretKey, REDACTED } from "../../../shared/config/secrets.ts";
import { isTooDeep, validateConfig } from "../../../shared/config/validate.ts";
import { RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { parseJson5 } from "../../../shared/node/config-source.ts";
import { parsePath, withValueAt } from "../../base/config/dotted-path.ts";
import type { Invocation } from "../invocation.ts";
import { type CheckedChange, changeValue } from "./change.ts";

export async function run(invocation: Invocation): Promise<number> {
  const [path = "", text = ""] = invocation.arguments;
  const keys = parsePath(path);
  const parsed = parseJson5(text);
  const value = "issue" in parsed ? text : parsed.value;
  refuseUnstorable(path, value);
  await changeValue(invocation, path, `${path} is set in`, (values) =>
    checkedChange(values, keys, { text, value }),
  );
  return EXIT.ok;
}

/** What JSON would turn into something else, and the mark of a hidden secret, which would replace the secret. */
function refuseUnstorable(path: string, value: unknown): void {
  if (isTooDeep(value)) throw new RequestError("USAGE", `${path}: the value is nested too deeply`);
  for (const leaf of leavesOf(value)) {
    if (typeof leaf === "string" && leaf.includes(REDACTED)) {
      throw new RequestError("USAGE", "A redacted value cannot be set; give the secret itself");
    }
    if (typeof leaf === "number" && !Number.isFinite(leaf)) {
      const remedy = `for a text write: config set ${path} '"${leaf}"'`;
      throw new RequestError("USAGE", `${path}: ${leaf} is no number that can be stored; ${remedy}`);
    }
  }
}

function leavesOf(value: unknown): unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leavesOf) : [value];
}

/** Takes the value of the text as JSON5 where that fits the schema, else the text as it was typed: a token of digits is still text. */
function checkedChange(
  current: Record<string, unknown>,
  keys: string[],
  { text, value }: { text: string; value: unknown },
): CheckedChange {
  const asText = withValueAt(current, keys, text);
  const isSecret = isSecretKey(keys.at(-1) ?? "");
  const isScalar = typeof value !== "object" || value === null;
  const next = isSecret && isScalar && typeof value !== "string" ? asText : withValueAt(current, keys, value);
  const verdict = validateConfig(next);
  if (verdict.valid) return { next, verdict };
  const textVerdict = validateConfig(asText);
  return textVerdict.valid ? { next: asText, verdict: textVerdict } : { next, verdict };
}
