/** What a changed configuration asks of a running gateway: nothing, a live change, or a restart. Pure. */
import { isDeepStrictEqual } from "node:util";
import { MAX_DEPTH } from "../../../shared/config/json5-tokens.ts";
import type { ReloadKind } from "../../../shared/config/key.ts";
import { type ConfigKey, configTree } from "../../../shared/config/keys.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";

/** Dotted paths, never values. */
export interface ReloadPlan {
  /** Read anew where they are used, or applied by the gateway in place. */
  live: string[];
  /** Need a restart of the gateway. */
  restart: string[];
  /** In force with the next process only; a restart in place does not reach them. */
  later: string[];
  /** Sections nobody knows; nothing is done about them. */
  unknown: string[];
}

/** Compares two configurations deeply and sorts what changed. */
export function planReload(before: object, after: object): ReloadPlan {
  const plan: ReloadPlan = { live: [], restart: [], later: [], unknown: [] };
  for (const path of changedPaths(before, after)) {
    const kind = kindOf(path);
    if (kind === undefined) plan.unknown.push(path);
    else if (kind !== "ignore") plan[kind].push(path);
  }
  return plan;
}

/** Paths whose value differs: objects are entered, everything else is compared as a whole. */
export function changedPaths(before: unknown, after: unknown, prefix = ""): string[] {
  if (isRecord(before) && isRecord(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) =>
      changedPaths(before[key], after[key], prefix === "" ? key : `${prefix}.${key}`),
    );
  }
  if (isRecord(before) !== isRecord(after) && (isRecord(before) || isRecord(after)) && prefix !== "") {
    const entered = isRecord(before) ? changedPaths(before, {}, prefix) : changedPaths({}, after, prefix);
    return entered.length > 0 ? entered : [prefix];
  }
  return isEqual(before, after) ? [] : [prefix];
}

function isEqual(before: unknown, after: unknown): boolean {
  const isSingle = typeof before !== "object" || typeof after !== "object";
  return isSingle ? Object.is(before, after) : isDeepStrictEqual(before, after);
}

/** That of the declared key that the path leads to or through; undefined for a section that nobody knows. */
function kindOf(path: string): ReloadKind | undefined {
  let key: ConfigKey | undefined;
  // What lies deeper than any key needs no look, however long its name is.
  for (const name of path.split(".", MAX_DEPTH)) {
    const below: ConfigKey | undefined = (key ?? configTree()).keys.get(name);
    if (below === undefined) break;
    key = below;
  }
  return key?.reload;
}
