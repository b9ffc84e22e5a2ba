/** The single changes that make one configuration of another, so that only what differs is written anew. Pure. */
import { isDeepStrictEqual } from "node:util";
import { isRecord } from "../../../shared/protocol/frame.ts";
import type { TextEdit } from "./edit-text.ts";

type Values = Record<string, unknown>;

/** Changes that lead from `before` to `after`: values that went, values that came, and values that are others, each as deep as it can be. */
export function editsBetween(before: Values, after: Values, keys: readonly string[] = []): TextEdit[] {
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return [
    ...gone.map((key): TextEdit => ({ kind: "unset", keys: [...keys, key] })),
    ...Object.entries(after).flatMap(([key, value]) =>
      Object.hasOwn(before, key)
        ? changesOf(before[key], value, [...keys, key])
        : [{ kind: "set" as const, keys: [...keys, key], value }],
    ),
  ];
}

/** The values with the patch in them (RFC 7396): null takes a key away, objects are merged, anything else takes the place. */
export function mergePatch(values: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const merged: Values = isRecord(values) ? { ...values } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

function changesOf(before: unknown, after: unknown, keys: readonly string[]): TextEdit[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isRecord(before) && isRecord(after)) return editsBetween(before, after, keys);
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return after.flatMap((value, index) => changesOf(before[index], value, [...keys, String(index)]));
  return [{ kind: "set", keys, value: after }];
}
