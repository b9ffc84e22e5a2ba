/** Reads `clawdbot.json`: JSON5 text to a validated configuration, or findings with their place. Never writes. */

import { createHash } from "node:crypto";
import { lstatSync, readlinkSync } from "node:fs";
import { type ConfigIssue, findingLines, MOST_FINDINGS } from "../config/findings.ts";
import type { GatewayConfig } from "../config/schema.ts";
import { validateConfig } from "../config/validate.ts";
import { SetupError } from "../errors.ts";
import { isRecord } from "../protocol/frame.ts";
import { advice, joined, ours, whole } from "../remedy.ts";
import type { IncludedFile } from "./config/includes.ts";
import { isCommentOnly, parseJson5, parseText } from "./config/parse-text.ts";
import { originOf, type ResolvedConfig, resolveConfig } from "./config/resolve.ts";
import type { Environment } from "./paths.ts";
import type { ReadFailure } from "./small-file.ts";
import { MAX_CONFIG_BYTES, readTextFile, type TextFile } from "./text-file.ts";

/**
 * One reading of the file. `hash` is the hex SHA-256 of the raw text, of "" when there is none; `fingerprint` tells a change of an
 * included file as well, and is `hash` where nothing is included.
 */
export type ConfigReading = { path: string; hash: string; fingerprint: string } & (
  | { state: "missing" }
  | ({ state: "invalid"; raw: string | undefined } & InvalidParts)
  | ({ state: "valid"; raw: string; config: GatewayConfig; warnings: ConfigIssue[]; more?: number } & Parts)
);

/** What a file says, from the text itself to what holds in the end. */
interface Parts {
  /** As it stands in the file, `$include` and `${NAME}` included. Empty when the file cannot be parsed. */
  parsed: Record<string, unknown>;
  /** With what it includes, and `${NAME}` as it stands there. */
  merged: Record<string, unknown>;
  /** With its variables, but not checked: what a valid file means. */
  resolved: Record<string, unknown>;
  includes: readonly IncludedFile[];
  /** Variables that it asks for, and those that it gives to programs where the environment does not. */
  variables: { used: readonly string[]; own: Readonly<Record<string, string>> };
}

interface InvalidParts extends Parts {
  issues: ConfigIssue[];
  /** How many there are beyond these. */
  more?: number;
  /** Set when it holds nothing but comments. */
  isComments?: boolean;
  /** Set when there is something at the path that cannot be read. */
  unreadable?: ReadFailure;
  /** It, or what it includes, may well be readable in a moment. */
  passing?: boolean;
}

/**
 * Reads and checks the file, with the variables of `env`. Does not throw: a file that cannot be read is an invalid one, and
 * `parsed` of one that cannot be parsed is empty.
 */
export function readConfig(path: string, env: Environment): ConfigReading {
  const file = readTextFile(path, MAX_CONFIG_BYTES);
  if (file.state === "text") return judgeConfig(path, file.text, env);
  const none = { path, hash: hashOf(""), fingerprint: hashOf("") };
  const failure = file.state === "missing" ? danglingLink(path) : failureOf(file);
  if (failure === undefined) return { ...none, state: "missing" };
  const issues = [{ path: "", message: advice`cannot be read: ${whole(failure.reason)}` }];
  const passing = failure.passing === true ? { passing: true } : {};
  return { ...none, state: "invalid", raw: undefined, ...NO_PARTS, issues, unreadable: failure, ...passing };
}

/** What a file with this text at this path would be. */
export function judgeConfig(path: string, raw: string, env: Environment): ConfigReading {
  const hash = hashOf(raw);
  const base = { path, hash, fingerprint: hash, raw };
  const parsed = parseJson5(raw);
  if ("issue" in parsed) {
    const comments = raw.trim() !== "" && isCommentOnly(raw) ? { isComments: true } : {};
    return { ...base, state: "invalid", ...NO_PARTS, issues: [parsed.issue], ...comments };
  }
  const { value } = parsed;
  if (!isRecord(value)) {
    return { ...base, state: "invalid", ...NO_PARTS, issues: [{ path: "", message: "must be an object" }] };
  }
  const resolution = resolveConfig({ file: path, raw, parsed: value, env, parse: parseText });
  return {
    ...base,
    fingerprint: fingerprintOf(hash, resolution.includes),
    ...judged(path, value, resolution),
  };
}

/** The error a command fails with when the file cannot be used. */
export function configError(reading: Extract<ConfigReading, { state: "invalid" }>): SetupError {
  const { path, issues, more, unreadable, passing } = reading;
  const details = { path, issues, ...rest(more), ...(passing ? { passing } : {}) };
  if (unreadable !== undefined) {
    const { reason, fix } = unreadable;
    return new SetupError("CONFIG_INVALID", advice`Cannot read ${path}: ${whole(reason)}`, { fix, details });
  }
  const findings = findingLines(issues, more).map((line) => advice`  ${line}`);
  const message = joined([advice`Invalid configuration: ${path}`, ...findings], "\n");
  const fix = advice`${ours`doctor --fix`} repairs what it can; or edit ${path}`;
  return new SetupError("CONFIG_INVALID", message, { fix, details });
}

const NO_PARTS: Parts = {
  parsed: {},
  merged: {},
  resolved: {},
  includes: [],
  variables: { used: [], own: {} },
};

/** The outcome of a check of a file with these parts. What is missing because a file or a variable is comes before the rest. */
function judged(file: string, parsed: Record<string, unknown>, resolution: ResolvedConfig) {
  const { merged, value: resolved, includes, variables: own, used, issues, passing } = resolution;
  const parts: Parts = { parsed, merged, resolved, includes, variables: { used, own } };
  const verdict = validateConfig(resolved);
  if (verdict.valid && issues.length === 0) {
    const { config, warnings, more } = verdict;
    return { state: "valid" as const, ...parts, config, warnings, ...rest(more) };
  }
  const found = verdict.valid
    ? []
    : verdict.issues.map((issue) => withOrigin(issue, { file, parsed }, includes));
  const all = [...issues, ...found];
  const beyond = all.length - MOST_FINDINGS + (verdict.valid ? 0 : (verdict.more ?? 0));
  return {
    state: "invalid" as const,
    ...parts,
    issues: all.slice(0, MOST_FINDINGS),
    ...rest(beyond > 0 ? beyond : undefined),
    ...(passing ? { passing } : {}),
  };
}

/** A finding about a value of an included file says which. */
function withOrigin(
  issue: ConfigIssue,
  main: { file: string; parsed: Record<string, unknown> },
  includes: readonly IncludedFile[],
): ConfigIssue {
  if (includes.length === 0 || issue.path === "") return issue;
  const origin = originOf(issue.path.split("."), main, includes);
  const isElsewhere = origin !== undefined && origin !== main.file;
  return isElsewhere ? { ...issue, message: advice`${whole(issue.message)} (in ${origin})` } : issue;
}

function rest(more: number | undefined): { more?: number } {
  return more === undefined ? {} : { more };
}

function failureOf({ reason, fix, passing }: Extract<TextFile, { state: "unreadable" }>): ReadFailure {
  return { reason, fix, ...(passing ? { passing } : {}) };
}

/** A link to a disk that is not there is something other than no file: nothing must be written in its place. */
function danglingLink(path: string): ReadFailure | undefined {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status?.isSymbolicLink() !== true) return undefined;
  return {
    reason: `it is a symbolic link to ${readlinkSync(path)}, which is not there (ENOENT)`,
    fix: "mount or create what it leads to, or remove the link",
  };
}

function fingerprintOf(hash: string, includes: readonly IncludedFile[]): string {
  if (includes.length === 0) return hash;
  return hashOf([hash, ...includes.map((file) => `${file.path} ${file.hash}`)].join("\n"));
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
