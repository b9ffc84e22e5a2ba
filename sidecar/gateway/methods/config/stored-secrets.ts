/** Secrets that are shown to nobody and kept all the same: a mark stands for one on its way out, and for the stored one on its way back. */
import { isSecretPath, REDACTED, redactSecrets } from "../../../../shared/config/secrets.ts";
import { RequestError } from "../../../../shared/errors.ts";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { advice } from "../../../../shared/remedy.ts";
import { parsePath, valueAt } from "../../../base/config/dotted-path.ts";

/** Names its place in a mark. */
const MARK = "$secret";

/** A secret that was put back. */
export interface PutBack {
  keys: readonly string[];
  value: unknown;
}

/** A copy of the configuration in which `{"$secret": "<path>"}` stands for each secret. */
export function withoutStoredSecrets(config: Record<string, unknown>): Record<string, unknown> {
  return redactSecrets(config, (keys) => ({ [MARK]: pathOf(keys) }));
}

/**
 * The values with the stored secrets in the place of their marks, and where those were. A mark may have moved to another place of a
 * secret, such as in a list. Fails with `CONFIG_INVALID` where nothing is stored, and where a secret would come to be seen.
 */
export function withStoredSecrets(
  values: Record<string, unknown>,
  stored: Record<string, unknown>,
): { values: Record<string, unknown>; putBack: PutBack[] } {
  const putBack: PutBack[] = [];
  const restore = (value: unknown, keys: readonly string[]): unknown => {
    const path = markedPath(value, keys);
    if (path !== undefined) {
      const secret = storedAt(path, keys, stored);
      putBack.push({ keys, value: secret });
      return secret;
    }
    if (Array.isArray(value)) return value.map((each, index) => restore(each, [...keys, String(index)]));
    return isRecord(value) ? members(value, keys) : value;
  };
  const members = (record: Record<string, unknown>, keys: readonly string[]) =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, restore(value, [...keys, key])]));
  return { values: members(values, []), putBack };
}

/** The place whose secret is meant; undefined for what is no mark. */
function markedPath(value: unknown, keys: readonly string[]): string | undefined {
  if (value === REDACTED) return pathOf(keys);
  if (!isRecord(value) || Object.keys(value).length !== 1) return undefined;
  const path = value[MARK];
  return typeof path === "string" ? path : undefined;
}

function storedAt(path: string, place: readonly string[], stored: Record<string, unknown>): unknown {
  const keys = keysOf(path);
  const value = keys === undefined || !isSecretPath(keys) ? undefined : valueAt(stored, keys);
  const isSecret = typeof value === "string" || typeof value === "number";
  if (isSecret && isSecretPath(place)) return value;
  throw new RequestError(
    "CONFIG_INVALID",
    isSecret
      ? advice`${pathOf(place)} is no place for a secret`
      : advice`${pathOf(place)}: no secret is stored at ${path.slice(0, 200)}; give the secret itself`,
  );
}

function keysOf(path: string): string[] | undefined {
  try {
    return parsePath(path);
  } catch {
    return undefined; // No place has such a name.
  }
}

function pathOf(keys: readonly string[]): string {
  return keys.map((key) => key.replaceAll(".", "\\.")).join(".");
}
