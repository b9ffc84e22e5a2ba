/** Values in a configuration by dotted path, such as `gateway.auth.token` or `gateway.trustedProxies.0`. */
import { RequestError } from "../../../shared/errors.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";

/** Names that reach the prototype instead of a key. */
const FORBIDDEN = ["__proto__", "prototype", "constructor"];

/** The keys of a path; `\.` stands for a dot inside a key. Fails with `USAGE` when a key is empty or not allowed. */
export function parsePath(text: string): string[] {
  const keys = text.split(/(?<!\\)\./).map((key) => key.replaceAll("\\.", "."));
  const bad = keys.find((key) => key === "" || FORBIDDEN.includes(key));
  if (bad === undefined) return keys;
  throw new RequestError("USAGE", `"${text}" is not a path such as gateway.port`);
}

/** The value at the path; undefined when there is none. */
export function valueAt(config: unknown, keys: readonly string[]): unknown {
  let value = config;
  for (const key of keys) {
    const holds = typeof value === "object" && value !== null && Object.hasOwn(value, key);
    if (!holds) return undefined;
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
      throw new RequestError("USAGE", `${place} holds a single value, so ${keys.join(".")} cannot be set`);
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
  else if (/^\d+$/.test(last)) parent.splice(Number(last), 1);
  else return undefined;
  return copy;
}

/** Lists take indexes only, up to one past their end. */
function container(parent: unknown, key: string, place: string): Record<string, unknown> {
  if (Array.isArray(parent) && !(/^\d+$/.test(key) && Number(key) <= parent.length)) {
    throw new RequestError(
      "USAGE",
      `${place} is a list of ${parent.length}: "${key}" is not one of its places`,
    );
  }
  return parent as Record<string, unknown>;
}
