/** Turns parsed JSON into a typed configuration, or into findings a person can act on. */

import type { z } from "zod";
import { quoted } from "../errors.ts";
import { advice, english, joined, type Remedy } from "../remedy.ts";
import { agentIds, agentName } from "./agents.ts";
import { type ConfigIssue, MOST_FINDINGS } from "./findings.ts";
import { issueText } from "./issue-text.ts";
import { MAX_DEPTH } from "./json5-tokens.ts";
import { configTree, knownNames } from "./keys.ts";
import { suggestion } from "./near-name.ts";
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

/** A key that nobody knows, with the name that may be meant or the place where it belongs. */
export function unknownKey(path: readonly string[]): [path: string, message: Remedy] {
  const place = path.join(".");
  const hint = misplaced(place) ?? suggestion(path.at(-1) ?? "", knownNames(path.slice(0, -1)));
  return [place, advice`unknown key${hint}`];
}

function addIssue(all: Findings, issue: z.core.$ZodIssue): void {
  const path = issue.path.map(String);
  if (issue.code !== "unrecognized_keys") all.add(() => [path.join("."), issueText(issue, path)]);
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
