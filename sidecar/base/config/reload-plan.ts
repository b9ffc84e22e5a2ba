/** What a changed configuration asks of a running gateway: nothing, a live change, or a restart. Pure. */
import { isDeepStrictEqual } from "node:util";
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

type Kind = "ignore" | "live" | "restart" | "later";

/** The longest prefix decides. */
const RULES = new Map(
  Object.entries<Kind>({
    meta: "ignore",
    $schema: "ignore",
    wizard: "ignore",
    gateway: "restart",
    "gateway.auth": "live",
    "gateway.bind": "live",
    "gateway.controlUi": "live",
    "gateway.customBindHost": "live",
    "gateway.mode": "live",
    "gateway.port": "live",
    "gateway.reload": "live",
    "gateway.remote": "live",
    "gateway.tailscale": "live",
    "gateway.trustedProxies": "live",
    // The log is opened once for the life of the process.
    "logging.file": "later",
    plugins: "restart",
    discovery: "restart",
    canvasHost: "restart",
    ...Object.fromEntries(
      [
        "agents agent models tools bindings messages session skills talk ui logging identity routing audio hooks cron browser",
        "channels web commands env update auth nodeHost diagnostics media broadcast approvals",
      ]
        .join(" ")
        .split(" ")
        .map((section) => [section, "live" as const]),
    ),
  }),
);

/** In keys. What lies deeper needs no look, however long its name is. */
const LONGEST_RULE = Math.max(...[...RULES.keys()].map((rule) => rule.split(".").length));

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

function kindOf(path: string): Kind | undefined {
  const steps = path.split(".", LONGEST_RULE);
  for (let length = steps.length; length > 0; length -= 1) {
    const rule = RULES.get(steps.slice(0, length).join("."));
    if (rule !== undefined) return rule;
  }
  return undefined;
}
