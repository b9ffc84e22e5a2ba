/** Which values of the configuration are secrets: told by their place and name, because sections of later parts and channels are opaque here. */
import { isRecord } from "../protocol/frame.ts";

/** Stands where a secret was. It is never a secret itself: writers must put the stored value back where they find it. */
export const REDACTED = "__CLAWDBOT_REDACTED__";

const NAMES = "token|password|passphrase|secret|api_?key|access_?key|private_?key|credentials?|authorization";
const SECRET_NAME = new RegExp(`(${NAMES})$`, "i");
/** Beside the names, escapes, because they can spell any of them, and the section whose values are secrets by their place. */
const MENTION = new RegExp(`${NAMES}|env|\\\\`, "i");

/** Whether a value under this key is a secret and never appears in reports, such as `token`, `botToken` or `ACME_API_KEY`. */
export function isSecretKey(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Whether everything at this path is a secret: a key on the way names one, or it is a variable for programs the gateway starts. */
export function isSecretPath(keys: readonly string[]): boolean {
  return keys.some(isSecretKey) || (keys[0] === "env" && keys[1] === "vars" && keys.length > 2);
}

/** A copy of the configuration in which every secret is `REDACTED`. */
export function redactSecrets(config: Record<string, unknown>): Record<string, unknown> {
  return redactMembers(config, []);
}

/** Whether the configuration holds any secret. */
export function holdsSecrets(config: Record<string, unknown>): boolean {
  return JSON.stringify(redactSecrets(config)) !== JSON.stringify(config);
}

/** Whether the text of a configuration could hold a secret anywhere: in a value, a comment, or a key that a later one replaces. */
export function mayHoldSecrets(text: string): boolean {
  return MENTION.test(text);
}

function redactMembers(record: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, redact(value, [...keys, key])]),
  );
}

function redact(value: unknown, keys: readonly string[]): unknown {
  if (isRecord(value)) return redactMembers(value, keys);
  if (Array.isArray(value)) return value.map((entry, index) => redact(entry, [...keys, String(index)]));
  const isShowable = value === "" || (typeof value !== "string" && typeof value !== "number");
  return isShowable || !isSecretPath(keys) ? value : REDACTED;
}
