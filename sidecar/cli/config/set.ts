/** `clawdbot config set <path> <value>`: one value, checked before it is written. */
import { isSecretKey } from "../../../shared/config/secrets.ts";
import { validateConfig } from "../../../shared/config/validate.ts";
import { RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { parseJson5 } from "../../../shared/node/config-source.ts";
import { REDACTED } from "../../../shared/protocol/methods/config.ts";
import { parsePath, withValueAt } from "../../base/config/dotted-path.ts";
import type { Invocation } from "../invocation.ts";
import { type CheckedChange, changeValue } from "./change.ts";

export async function run(invocation: Invocation): Promise<number> {
  const [path = "", text = ""] = invocation.arguments;
  const keys = parsePath(path);
  if (text === REDACTED)
    throw new RequestError("USAGE", "A redacted value cannot be set; give the secret itself");
  await changeValue(invocation, path, `${path} is set in`, (values) => checkedChange(values, keys, text));
  return EXIT.ok;
}

/** Takes the text as JSON5 where that fits the schema, else as it was typed: a token of digits is still text. */
function checkedChange(current: Record<string, unknown>, keys: string[], text: string): CheckedChange {
  const asText = withValueAt(current, keys, text);
  const parsed = parseJson5(text);
  const value = "issue" in parsed ? text : parsed.value;
  const isSecret = isSecretKey(keys.at(-1) ?? "");
  const next = isSecret && typeof value !== "string" ? asText : withValueAt(current, keys, value);
  const verdict = validateConfig(next);
  if (verdict.valid) return { next, verdict };
  const textVerdict = validateConfig(asText);
  return textVerdict.valid ? { next: asText, verdict: textVerdict } : { next, verdict };
}
