/** Values of a configuration that stand in a file which it includes: they are changed there and nowhere else. */

import { RequestError } from "../../../shared/errors.ts";
import { originOf } from "../../../shared/node/config/resolve.ts";
import type { ConfigReading } from "../../../shared/node/config-source.ts";
import { advice } from "../../../shared/remedy.ts";
import { valueAt } from "./dotted-path.ts";

/** Fails with `USAGE`, naming the file, when the value at the keys comes from another one, or holds an `$include` itself. */
export function refuseIncluded(keys: readonly string[], reading: ConfigReading): void {
  if (reading.state === "missing" || reading.includes.length === 0) return;
  const path = keys.join(".");
  const main = { file: reading.path, parsed: reading.parsed };
  // The places of a list are those of the file that it stands in.
  const places = keys.map((_key, index) => keys.slice(0, index + 1));
  const whole = places.find((place) => place.length === keys.length || isList(reading, place)) ?? keys;
  const origin = originOf(whole, main, reading.includes);
  if (origin !== undefined && origin !== reading.path) {
    throw new RequestError("USAGE", advice`${path} stands in ${origin}, which ${reading.path} includes`, {
      details: { path, file: origin },
    });
  }
  const value = valueAt(reading.parsed, keys);
  if (holdsInclude(value)) {
    throw new RequestError("USAGE", advice`${path} includes another file; change single values of it`);
  }
}

function isList(reading: Exclude<ConfigReading, { state: "missing" }>, keys: readonly string[]): boolean {
  return Array.isArray(valueAt(reading.merged, keys));
}

function holdsInclude(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.hasOwn(value, "$include") || Object.values(value).some(holdsInclude);
}
