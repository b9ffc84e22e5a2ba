/** Turns parsed JSON into a typed configuration, or into findings a person can act on. */

import type { z } from "zod";
import { quoted } from "../errors.ts";
import { advice, english, isSentence, joined, keyOf, type Remedy } from "../remedy.ts";
import { agentIds, agentName } from "./agents.ts";
import { type ConfigIssue, MOST_FINDINGS } from "./findings.ts";
import { MAX_DEPTH } from "./json5-tokens.ts";
import { configTree, knownNames } from "./keys.ts";
import { GatewayConfig } from "./schema.ts";

/** At most `MOST_FINDINGS` findings; `more` is how many there are beyond those, absent when these are all. */
export type ConfigVerdict =
  | { valid: true; config: GatewayConfig; warnings: ConfigIssue[]; more?: number }
  | { valid: false; issues: ConfigIssue[]; more?: number };

/** Checks `value` against the schema. Unknown keys are errors inside `gateway` and warnings at the top level. */
export function validateConfig(value: unknown): ConfigVerdict {
  if (isTooDeep(value)) {
    return {
      valid: false,
      issues: [{ path: "", message: advice`is nested deeper than ${MAX_DEPTH} levels` }],
    };
  }
  const parsed = GatewayConfig.safeParse(value, { reportInput: true });
  if (!parsed.success) {
    const all = new Findings();
    for (const issue of parsed.error.issues) addIssue(all, issue);
    return { valid: false, issues: all.kept, ...all.rest };
  }
  const strays = strayBindings(parsed.data);
  if (strays.kept.length > 0) return { valid: false, issues: strays.kept, ...strays.rest };
  const { warnings, ...rest } = unknownSections(value);
  return { valid: true, config: parsed.data, warnings, ...rest };
}

/** Bindings of agents that are not there: another one would answer in their place, and nobody would notice. */
function strayBindings(config: GatewayConfig): Findings {
  const found = new Findings();
  const ids = agentIds(config);
  for (const [index, { agentId }] of (config.bindings ?? []).entries()) {
    if (ids.includes(agentName(agentId))) continue;
    const known = joined(ids.map(quoted), ", ");
    found.add(() => [
      `bindings.${index}.agentId`,
      advice`there is no agent ${quoted(agentId)}; there is ${known}`,
    ]);
  }
  return found;
}

/** Sections that nobody knows, which are no mistake of the file; `more` as in a verdict. */
export function unknownSections(value: unknown): { warnings: ConfigIssue[]; more?: number } {
  const warnings = new Findings();
  const { keys } = configTree();
  for (const name of Object.keys(Object(value))) {
    if (!keys.has(name)) warnings.add(() => unknownKey([name]));
  }
  return { warnings: warnings.kept, ...warnings.rest };
}

/** Whether objects and lists stand inside each other beyond what any section needs. Walks without recursion, so any depth is safe. */
function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
    level = level.flatMap((each) => (typeof each === "object" && each !== null ? Object.values(each) : []));
    if (level.length === 0) return false;
  }
  return true;
}

/** Takes any number of findings, puts the first ones into words and counts the rest. */
class Findings {
  readonly kept: ConfigIssue[] = [];
  #beyond = 0;

  get rest(): { more?: number } {
    return this.#beyond === 0 ? {} : { more: this.#beyond };
  }

  add(word: () => readonly [path: string, message: Remedy]): void {
    if (this.kept.length >= MOST_FINDINGS) {
      this.#beyond += 1;
      return;
    }
    const [path, message] = word();
    this.kept.push({ path: shortened(path, MAX_PATH), message: shortMessage(message) });
  }
}

/** More than any path of ours has; a name without end is still told from another one by its beginning. */
const MAX_PATH = 300;
const MAX_MESSAGE = 500;

function shortMessage(message: Remedy): Remedy {
  const text = english(message);
  return text.length <= MAX_MESSAGE ? message : shortened(text, MAX_MESSAGE);
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** The known name nearest to `name`, as `; did you mean "x"?`, or nothing when none is near. */
export function suggestion(name: string, known: Iterable<string>): Remedy {
  const nearest = nearestName(name, known);
  return nearest === undefined ? "" : advice`; did you mean "${nearest}"?`;
}

/** The known name nearest to `name`; undefined when none is near. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  // No known name is that long, and the comparison costs as much as both are long.
  if (name.length > MAX_NAME) return undefined;
  let best: { name: string; distance: number } | undefined;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (best === undefined || distance < best.distance) best = { name: candidate, distance };
  }
  // Of a short word one slip leaves something to recognize, of two letters none does.
  const tolerance = name.length < 3 ? 0 : Math.floor((name.length + 1) / 3);
  return best === undefined || best.distance > tolerance ? undefined : best.name;
}

/** The known name that `name` is but for one slip of the finger; undefined when there is none, or when it is too short to tell. */
export function slipOf(name: string, known: Iterable<string>): string | undefined {
  const nearest = nearestName(name, known);
  const isSlip = nearest !== undefined && editDistance(name.toLowerCase(), nearest.toLowerCase()) <= 1;
  return isSlip ? nearest : undefined;
}

const MAX_NAME = 64;

/** A key that nobody knows, with the name that may be meant or the place where it belongs. */
export function unknownKey(path: readonly string[]): [path: string, message: Remedy] {
  const place = path.join(".");
  const hint = misplaced(place) ?? suggestion(path.at(-1) ?? "", knownNames(path.slice(0, -1)));
  return [place, advice`unknown key${hint}`];
}

function addIssue(all: Findings, issue: z.core.$ZodIssue): void {
  const path = issue.path.map(String);
  if (issue.code !== "unrecognized_keys") all.add(() => [path.join("."), issueText(issue)]);
  else for (const key of issue.keys) all.add(() => unknownKey([...path, key]));
}

/** Places where people put a secret by mistake, with where it belongs. */
const MISPLACED = new Map([
  ["gateway.token", "gateway.auth.token"],
  ["gateway.password", "gateway.auth.password"],
]);

function misplaced(path: string): Remedy | undefined {
  const place = MISPLACED.get(path);
  return place === undefined ? undefined : advice`; it belongs under ${place}`;
}

/** Kinds of values by their name in the schema's findings. */
const KINDS = new Map<string, Remedy>([
  ["string", advice`string`],
  ["number", advice`number`],
  ["int", advice`whole number`],
  ["boolean", advice`true or false`],
  ["object", advice`object`],
  ["record", advice`record`],
  ["array", advice`array`],
]);

function issueText(issue: z.core.$ZodIssue): Remedy {
  switch (issue.code) {
    case "invalid_value":
      return advice`expected one of ${issue.values.map(String).join(", ")}${got(issue.input)}`;
    case "invalid_type":
      return advice`expected ${KINDS.get(issue.expected) ?? issue.expected}${got(issue.input)}`;
    case "too_small":
      return issue.origin === "string"
        ? "must not be empty"
        : advice`must be at least ${String(issue.minimum)}${got(issue.input)}`;
    case "too_big":
      return advice`must be at most ${String(issue.maximum)}${got(issue.input)}`;
    default:
      return issue.message;
  }
}

/** Shows numbers and booleans only: a string could be a secret in the wrong place. */
function got(input: unknown): Remedy {
  if (typeof input === "number" || typeof input === "boolean") return advice`, got ${String(input)}`;
  return "";
}

/** The same finding without the value that was found, which may be a secret that was written without quotes. */
export function withoutValue(message: Remedy): Remedy {
  if (!isSentence(message)) return message;
  const isGot = (value: number | Remedy) => isSentence(value) && keyOf(value) === GOT;
  return { ...message, values: message.values.map((value) => (isGot(value) ? "" : value)) };
}

const GOT = keyOf(advice`, got ${""}`);

/** How many letters are missing, superfluous, wrong or swapped with their neighbour. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (isSame ? 0 : 1),
          isSwapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
