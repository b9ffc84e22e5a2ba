/** Values in a configuration by dotted path, such as `gateway.auth.token` or `gateway.trustedProxies.0`. */

import { quoted, RequestError } from "../../../shared/errors.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { advice } from "../../../shared/remedy.ts";

/** A place in a list; `01` would be a key beside its entries. */
const INDEX = /^(0|[1-9]\d*)$/;
/** Names that reach the prototype instead of a key. */
const FORBIDDEN = ["__proto__", "prototype", "constructor"];

/** More than any section needs; a file nested without limit could not be read again. */
const MAX_KEYS = 32;
/** Of a whole path. */
const MAX_CHARS = 1_000;

/** The keys of a path; `\.` stands for a dot inside a key. Fails with `USAGE` when a key is empty or not allowed, or there are too many. */
export function parsePath(text: string): string[] {
  const keys = text.split(/(?<!\\)\./).map((key) => key.replaceAll("\\.", "."));
  const bad = keys.find((key) => key.trim() === "" || /\p{Cc}/u.test(key) || FORBIDDEN.includes(key));
  const isTooLong = keys.length <= MAX_KEYS && text.length > MAX_CHARS;
  if (bad !== undefined || isTooLong)
    throw new RequestError("USAGE", advice`${quoted(text)} is not a path such as gateway.port`);
  if (keys.length <= MAX_KEYS) return keys;
  throw new RequestError(
    "USAGE",
    advice`${quoted(text)} has ${keys.length} keys, at most ${MAX_KEYS} are possible`,
  );
}

/** The value at the path; undefined when there is none. */
export function valueAt(config: unknown, keys: readonly string[]): unknown {
  let value = config;
  for (const key of keys) {
    const holds = typeof value === "object" && value !== null && Object.hasOwn(value, key);
    // Lists have a length beside their entries.
    if (!holds || (Array.isArray(value) && !INDEX.test(key))) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** A copy of the configuration with the value at the path; objects on the way are created. Fails with `USAGE` when something else stands there. */
export function withValueAt(
  config: Record<string, unknown>,
  keys: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const copy = structuredClone(config);
  const last = keys.at(-1) ?? "";
  let parent: unknown = copy;
  for (const [index, key] of keys.slice(0, -1).entries()) {
    const place = keys.slice(0, index + 1).join(".");
    const holder = container(parent, key, keys.slice(0, index).join("."));
    holder[key] ??= {};
    parent = holder[key];
    if (!isRecord(parent) && !Array.isArray(parent)) {
      throw new RequestError(
        "USAGE",
        advice`${place} holds a single value, so ${keys.join(".")} cannot be set`,
      );
    }
  }
  container(parent, last, keys.slice(0, -1).join("."))[last] = value;
  return copy;
}

/** A copy of the configuration without the value at the path; undefined when there is none. Entries of a list close up. */
export function withoutValueAt(
  config: Record<string, unknown>,
  keys: readonly string[],
): Record<string, unknown> | undefined {
  const copy = structuredClone(config);
  const last = keys.at(-1) ?? "";
  const parent = valueAt(copy, keys.slice(0, -1));
  if (typeof parent !== "object" || parent === null || !Object.hasOwn(parent, last)) return undefined;
  if (!Array.isArray(parent)) delete (parent as Record<string, unknown>)[last];
  else if (INDEX.test(last)) parent.splice(Number(last), 1);
  else return undefined;
  return copy;
}

/** The values without what stands at one place and with it at another; undefined when the other one is taken or the first is empty. */
export function movedValue(
  values: Record<string, unknown>,
  from: readonly string[],
  to: readonly string[],
): Record<string, unknown> | undefined {
  const value = valueAt(values, from);
  const without = withoutValueAt(values, from);
  if (without === undefined || valueAt(values, to) !== undefined) return undefined;
  return withValueAt(without, to, value);
}

/** Lists take indexes only, up to one past their end. */
function container(parent: unknown, key: string, place: string): Record<string, unknown> {
  if (Array.isArray(parent) && !(INDEX.test(key) && Number(key) <= parent.length)) {
    throw new RequestError(
      "USAGE",
      advice`${place} is a list of ${parent.length}: ${quoted(key)} is not one of its places`,
    );
  }
  return parent as Record<string, unknown>;
}
