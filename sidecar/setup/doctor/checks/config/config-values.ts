/**
 * Values that the schema refuses: put back to what last worked, or taken out when it is only their size that is wrong. What may be
 * a word of a later release, or a secret, is named and stays.
 */

import { isDeepStrictEqual } from "node:util";
import type { ConfigIssue } from "../../../../../shared/config/findings.ts";
import { withoutValue } from "../../../../../shared/config/issue-text.ts";
import { isSecretPath } from "../../../../../shared/config/secrets.ts";
import { isIncludeIssue } from "../../../../../shared/node/config/includes.ts";
import { hasPlaceholder, missingVariable } from "../../../../../shared/node/config/variables.ts";
import { readConfig } from "../../../../../shared/node/config-source.ts";
import { advice, english, ours, whole } from "../../../../../shared/remedy.ts";
import { valueAt } from "../../../../base/config/dotted-path.ts";
import type { Check, CheckContext, Finding } from "../../check.ts";
import { configRemedy, locate, valueRepair } from "../../config-repair.ts";
import { isUnknownKey } from "./config-keys.ts";
import { isWrittenElsewhere } from "./config-version.ts";

export const configValues: Check = {
  id: "config-values",
  examine: async (context) => {
    const { reading } = context;
    if (reading.state !== "invalid") return [];
    const found = reading.issues
      .filter((issue) => issue.path !== "" && !isUnknownKey(issue))
      .map((issue) => findingFor(context, issue));
    return reading.more === undefined ? found : [...found, furtherMistakes(reading.more)];
  },
};

function findingFor(context: CheckContext, issue: ConfigIssue): Finding {
  const name = missingVariable(issue);
  if (name !== undefined) return withoutVariable(context, issue, name);
  return isIncludeIssue(issue) ? withoutInclude(issue) : wrongValue(context, issue);
}

function withoutVariable({ profile: { paths } }: CheckContext, issue: ConfigIssue, name: string): Finding {
  return {
    code: "config-variable-missing",
    level: "error",
    subject: issue.path,
    message: advice`${issue.path}: ${whole(issue.message)}, so the gateway does not start`,
    remedy: advice`put a line ${name}=… into ${paths.envFile}, or set ${name} where the gateway is started`,
  };
}

function withoutInclude({ path, message }: ConfigIssue): Finding {
  return {
    code: "config-include-unusable",
    level: "error",
    subject: path,
    message: advice`${path}: ${whole(message)}, so the gateway does not start`,
    remedy: "bring that file back, or correct the path",
  };
}

function furtherMistakes(more: number): Finding {
  const message = advice`${more} more mistakes in the configuration are shown when these are gone`;
  return { code: "config-more-mistakes", level: "hint", message };
}

function wrongValue(context: CheckContext, { path, message }: ConfigIssue): Finding {
  const parsed = context.reading.state === "missing" ? {} : context.reading.parsed;
  const keys = locate(parsed, path);
  // A number can be a secret that was written without quotes.
  const problem = isSecretPath(path.split(".")) ? withoutValue(message) : message;
  const finding: Finding = {
    code: "config-value-invalid",
    level: "error",
    subject: path,
    message: advice`${path}: ${whole(problem)}`,
    remedy: configRemedy(context, ours`config set ${path} <value>`),
  };
  if (keys === undefined) return { ...finding, remedy: advice`look at ${path} there` };
  return isOurs(context, keys) ? { ...finding, ...correction(context, { path, message }, keys) } : finding;
}

/** A single value that nobody else gives: no secret, no variable, nothing of a later release. */
function isOurs(context: CheckContext, keys: readonly string[]): boolean {
  const { reading } = context;
  const wrong = valueAt(reading.state === "missing" ? {} : reading.parsed, keys);
  const isSingle = typeof wrong !== "object" || wrong === null;
  const isVariable = typeof wrong === "string" && hasPlaceholder(wrong);
  return isSingle && !isVariable && !isSecretPath(keys) && !isWrittenElsewhere(context);
}

function correction(context: CheckContext, { path, message }: ConfigIssue, keys: readonly string[]) {
  const worked = valueThatWorked(context, keys);
  const wrong = valueAt(context.reading.state === "missing" ? {} : context.reading.parsed, keys);
  if (worked === undefined && !isOutOfBounds(english(message))) return undefined;
  return valueRepair(context, {
    kind: "change",
    describe:
      worked === undefined
        ? "remove it, so that its default holds"
        : "put back the value of the last configuration that worked",
    done:
      worked === undefined ? advice`removed ${path}` : advice`put back the last value of ${path} that worked`,
    edits: (values) => {
      // In a list the places move when an earlier repair took one out.
      if (!isDeepStrictEqual(valueAt(values, keys), wrong)) return [];
      return [worked === undefined ? { kind: "unset", keys } : { kind: "set", keys, value: worked }];
    },
  });
}

/** The kind of value is the right one: it is understood, and no release takes it. */
function isOutOfBounds(message: string): boolean {
  return /^(must be at (least|most)|must not be empty|would trust) ?/.test(message);
}

/** Entries of lists have no place of their own that could be compared. */
function valueThatWorked({ profile: { paths, env } }: CheckContext, keys: readonly string[]): unknown {
  if (keys.some((key) => /^\d+$/.test(key))) return undefined;
  const lastGood = readConfig(paths.lastGoodConfigFile, env);
  return lastGood.state === "valid" ? valueAt(lastGood.merged, keys) : undefined;
}
