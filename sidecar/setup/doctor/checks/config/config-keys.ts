/**
 * Keys that nobody knows: moved where they belong, or renamed when one letter is wrong. Any other may be a word of a later release
 * or of another program: it is named, and stays.
 */

import type { ConfigIssue } from "../../../../../shared/config/findings.ts";
import { knownNames } from "../../../../../shared/config/keys.ts";
import { slipOf } from "../../../../../shared/config/near-name.ts";
import { advice, english, ours, type Remedy, whole } from "../../../../../shared/remedy.ts";
import { previewEdits } from "../../../../base/config/config-file.ts";
import { movedValue } from "../../../../base/config/dotted-path.ts";
import type { TextEdit } from "../../../../base/config/edit-text.ts";
import type { Check, CheckContext, Finding } from "../../check.ts";
import { configRemedy, locate, mistakesIn, valueRepair } from "../../config-repair.ts";
import { isWrittenElsewhere } from "./config-version.ts";

export const configKeys: Check = {
  id: "config-keys",
  examine: async (context) => {
    const { reading } = context;
    if (reading.state === "missing") return [];
    const isValid = reading.state === "valid";
    const issues = isValid ? reading.warnings : reading.issues.filter(isUnknownKey);
    const find = isValid ? unknownSection : unknownKey;
    return Promise.all(issues.map((issue) => find(context, issue)));
  },
};

/** Whether the finding is about the name of a key and not about its value. */
export function isUnknownKey({ message }: ConfigIssue): boolean {
  return english(message).startsWith("unknown key");
}

/** Where secrets are put by mistake, and where they belong. */
const MISPLACED: Record<string, readonly string[]> = {
  "gateway.token": ["gateway", "auth", "token"],
  "gateway.password": ["gateway", "auth", "password"],
};

async function unknownKey(context: CheckContext, { path, message }: ConfigIssue): Promise<Finding> {
  const parsed = context.reading.state === "missing" ? {} : context.reading.parsed;
  const keys = locate(parsed, path);
  const finding: Finding = {
    code: "config-key-unknown",
    level: "error",
    subject: path,
    message: asksWhatIsMeant(message)
      ? advice`${path}: ${whole(message)} The gateway does not start with it`
      : advice`${path}: ${whole(message)}, so the gateway does not start`,
    // What an included file says cannot be changed here.
    remedy: keys === undefined ? advice`look at ${path} there` : configRemedy(context, unsetting(path)),
  };
  if (keys === undefined) return finding;
  const home = MISPLACED[path];
  if (home !== undefined && (await isBetter(context, keys, home))) {
    const place = home.join(".");
    const move = valueRepair(context, {
      kind: "safe",
      describe: advice`move it to ${place}`,
      done: advice`moved ${path} to ${place}`,
      edits: (values) => movedTo(values, keys, home),
    });
    return { ...finding, code: "config-key-misplaced", ...move };
  }
  return { ...finding, ...(await renaming(context, path, keys)) };
}

/** A section of another program or of a later release does no harm; only a misspelt one is worth a repair. */
async function unknownSection(context: CheckContext, { path, message }: ConfigIssue): Promise<Finding> {
  return {
    code: "config-section-unknown",
    level: "warning",
    subject: path,
    message: asksWhatIsMeant(message)
      ? advice`${path}: ${whole(message)} Nothing reads it`
      : advice`${path}: ${whole(message)}, so nothing reads it`,
    remedy: configRemedy(context, unsetting(path)),
    ...(await renaming(context, path, [path])),
  };
}

/** A question is a sentence of its own. */
function asksWhatIsMeant(message: Remedy): boolean {
  return english(message).endsWith("?");
}

function unsetting(path: string): Remedy {
  return advice`${ours`config unset ${path}`}, if it is no word of a later release`;
}

/** The words of a newer version are not ours to change, and a value that does not fit was meant for something else. */
async function renaming(context: CheckContext, path: string, keys: readonly string[]) {
  const parents = keys.slice(0, -1);
  const meant = slipOf(keys.at(-1) ?? "", knownNames(parents));
  if (meant === undefined || isWrittenElsewhere(context)) return undefined;
  const target = [...parents, meant];
  if (!(await isBetter(context, keys, target))) return undefined;
  return valueRepair(context, {
    kind: "change",
    describe: advice`rename it to ${target.join(".")}`,
    done: advice`renamed ${path} to ${target.join(".")}`,
    edits: (values) => movedTo(values, keys, target),
  });
}

function movedTo(
  values: Record<string, unknown>,
  from: readonly string[],
  to: readonly string[],
): TextEdit[] {
  return movedValue(values, from, to) === undefined ? [] : [{ kind: "move", from, to }];
}

/** Whether less is wrong when the value stands there, and nothing stands there yet. */
async function isBetter(
  context: CheckContext,
  from: readonly string[],
  to: readonly string[],
): Promise<boolean> {
  const { reading, profile } = context;
  if (reading.state === "missing") return false;
  const isTaken = movedValue(reading.merged, from, to) === undefined;
  const edits = movedTo(reading.parsed, from, to);
  if (isTaken || edits.length === 0) return false;
  const after = previewEdits(reading, edits, profile.env);
  const warnings = after.state === "valid" ? after.warnings.length : 0;
  const before = reading.state === "valid" ? reading.warnings.length : 0;
  return mistakesIn(after) < mistakesIn(reading) || (after.state === "valid" && warnings < before);
}
