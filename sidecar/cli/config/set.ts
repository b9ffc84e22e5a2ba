/** `clawdbot config set <path> <value>`: one value, checked before it is written. */

import type { ConfigIssue } from "../../../shared/config/findings.ts";
import { boundsProblem, tokensOf } from "../../../shared/config/json5-tokens.ts";
import { unknownIn } from "../../../shared/config/keys.ts";
import { isSecretKey, REDACTED } from "../../../shared/config/secrets.ts";
import { unknownKey } from "../../../shared/config/validate.ts";
import { RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { parseJson5 } from "../../../shared/node/config/parse-text.ts";
import type { ConfigReading } from "../../../shared/node/config-source.ts";
import { advice, whole } from "../../../shared/remedy.ts";
import { parsePath, withValueAt } from "../../base/config/dotted-path.ts";
import type { TextEdit } from "../../base/config/edit-text.ts";
import { newToken } from "../../setup/new-token.ts";
import type { Invocation } from "../invocation.ts";
import { type CheckedEdit, changeValue, refuseChange } from "./change.ts";

export async function run(invocation: Invocation): Promise<number> {
  const [path = ""] = invocation.arguments;
  const keys = parsePath(path);
  const text = valueText(keys, invocation);
  const beyond = boundsProblem(text);
  if (beyond !== undefined) throw new RequestError("USAGE", advice`${path}: the value ${whole(beyond)}`);
  const parsed = parseJson5(text);
  const value = "issue" in parsed ? text : parsed.value;
  refuseUnstorable(path, value);
  const unknown = unknownIn(withValueAt({}, keys, value)).map(issueOf);
  const [first] = unknown;
  const isAllowed = invocation.values["allow-unknown"] === true;
  await changeValue(
    invocation,
    path,
    (file) => advice`${path} is set in ${file}`,
    (_reading, preview) => {
      if (first !== undefined && !isAllowed) {
        const remedy = advice`; --allow-unknown writes it all the same`;
        throw refuseChange(path, unknown, { remedy });
      }
      return { ...checkedEdit(keys, { text, value }, preview), allowed: unknown.filter(isRefusedByGateway) };
    },
  );
  return EXIT.ok;
}

/** The value as it was typed, or a new secret. */
function valueText(keys: readonly string[], { arguments: [path, typed], values }: Invocation): string {
  if (values.generate !== true) {
    if (typed === undefined) throw new RequestError("USAGE", advice`"config set" needs <value>`);
    return typed;
  }
  if (typed !== undefined) throw new RequestError("USAGE", "--generate and a value exclude each other");
  if (!isSecretKey(keys.at(-1) ?? "")) {
    throw new RequestError("USAGE", advice`${path ?? ""} is no secret: --generate makes only those`);
  }
  return newToken();
}

function issueOf(path: readonly string[]): ConfigIssue {
  const [place, message] = unknownKey(path);
  return { path: place, message };
}

/** Elsewhere an unknown key does no harm. */
function isRefusedByGateway({ path }: ConfigIssue): boolean {
  return path.startsWith("gateway.");
}

/** What JSON would turn into something else, and the mark of a hidden secret, which would replace the secret. */
function refuseUnstorable(path: string, value: unknown): void {
  for (const leaf of leavesOf(value)) {
    if (typeof leaf === "string" && leaf.includes(REDACTED)) {
      throw new RequestError("USAGE", "A redacted value cannot be set; give the secret itself");
    }
    if (typeof leaf === "number" && !Number.isFinite(leaf)) {
      const text = `config set ${path} '"${leaf}"'`;
      throw new RequestError(
        "USAGE",
        advice`${path}: ${leaf} is no number that can be stored; for a text write: ${text}`,
      );
    }
  }
}

function leavesOf(value: unknown): unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leavesOf) : [value];
}

/** Takes the value of the text as JSON5 where that fits the schema, else the text as it was typed: a token of digits is still text. */
function checkedEdit(
  keys: readonly string[],
  { text, value }: { text: string; value: unknown },
  preview: (edits: readonly TextEdit[]) => ConfigReading,
): CheckedEdit {
  const checked = (edit: TextEdit): CheckedEdit => ({ edit, next: preview([edit]) });
  const asText: TextEdit = { kind: "set", keys, value: text };
  const asValue: TextEdit = { kind: "set", keys, value, text: exactText(text, value) };
  const isScalar = typeof value !== "object" || value === null;
  const isSecret = isSecretKey(keys.at(-1) ?? "");
  const first = checked(isSecret && isScalar && typeof value !== "string" ? asText : asValue);
  if (first.next.state === "valid") return first;
  const second = checked(asText);
  return second.next.state === "valid" ? second : first;
}

/** The text itself where a number of JSON in it would lose digits, such as the long number of a chat. */
function exactText(text: string, value: unknown): string | undefined {
  if (typeof value === "string") return undefined;
  const numbers = [...tokensOf(text)]
    .filter(({ kind }) => kind === "word")
    .map(({ start, end }) => text.slice(start, end))
    .filter((word) => /^[+-]?[\d.]/.test(word));
  const isExact = numbers.every((word) => String(Number(word)) === word);
  return isExact || !numbers.every((word) => JSON_NUMBER.test(word)) ? undefined : text.trim();
}

const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
