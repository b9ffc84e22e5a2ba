/**
 * `$include` in a configuration: a path, or a list of paths, relative to the file that names them. What they hold comes first,
 * later ones over earlier ones, and what stands beside `$include` over all of them: objects are merged, lists are joined.
 */
import { createHash } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import type { ConfigIssue } from "../../config/findings.ts";
import { boundsProblem } from "../../config/json5-tokens.ts";
import { syntaxMistake } from "../../config/syntax-text.ts";
import { errorText, quoted, systemCode } from "../../errors.ts";
import { isRecord } from "../../protocol/frame.ts";
import { advice, type Remedy, whole } from "../../remedy.ts";
import { MAX_CONFIG_BYTES, readTextFile } from "../text-file.ts";

/** A file that was looked at for an `$include`, whether or not it could be used. */
export interface IncludedFile {
  /** Absolute. */
  path: string;
  /** Hex SHA-256 of its text, of "" when it could not be read. */
  hash: string;
  /** The keys of the object that it becomes a part of. */
  place: readonly string[];
  /** What it holds, with its own includes; empty when it could not be used. */
  value: Record<string, unknown>;
}

export interface Included {
  /** The configuration with everything that it includes. What could not be included is missing. */
  value: unknown;
  /** In the order in which they count, the weakest first. */
  files: IncludedFile[];
  issues: ConfigIssue[];
  /** One of the issues may be gone in a moment, see `ReadFailure`. */
  passing: boolean;
}

/** Whether a finding is about an include that cannot be used. */
export function isIncludeIssue({ path }: Pick<ConfigIssue, "path">): boolean {
  return path === KEY || path.endsWith(`.${KEY}`);
}

/** Turns the text of a file into a value; throws what is wrong with it. */
export type ParseText = (text: string) => unknown;

const KEY = "$include";
/** Files that include each other, the first one included by the configuration itself. */
const MAX_NESTED = 10;
const MAX_FILES = 64;
const MAX_PATH_LENGTH = 4_096;

/** Replaces every `$include` of the value, which stands in `file`. Never throws. */
export function withIncludes(value: unknown, file: string, parse: ParseText): Included {
  const expansion = new Expansion(file, parse);
  const expanded = expansion.expand(value, { place: [], chain: [file] });
  const { files, issues, passing } = expansion;
  return { value: expanded, files, issues, passing };
}

/** Where in the configuration the work stands, and which files led there. */
interface At {
  place: readonly string[];
  chain: readonly string[];
}

class Expansion {
  readonly files: IncludedFile[] = [];
  readonly issues: ConfigIssue[] = [];
  passing = false;
  #main: string;
  #parse: ParseText;
  #bytes = 0;
  #count = 0;

  constructor(main: string, parse: ParseText) {
    this.#main = main;
    this.#parse = parse;
  }

  expand(value: unknown, at: At): unknown {
    if (Array.isArray(value)) return value.map((each, index) => this.expand(each, below(at, String(index))));
    if (!isRecord(value)) return value;
    const own = withoutInclude(value).map(([key, each]) => [key, this.expand(each, below(at, key))] as const);
    const rest = objectOf(own);
    return Object.hasOwn(value, KEY) ? mergeDeep(this.#include(value[KEY], at), rest) : rest;
  }

  #include(paths: unknown, at: At): Record<string, unknown> {
    const list = Array.isArray(paths) ? paths : [paths];
    const isList = list.length > 0 && list.every((path) => typeof path === "string" && path !== "");
    if (!isList) {
      this.#refuse(at, "must be the path of a file, or a list of such paths");
      return {};
    }
    return list.map((path) => this.#load(String(path), at)).reduce(mergeDeep, {});
  }

  #load(named: string, at: At): Record<string, unknown> {
    const path = resolve(dirname(at.chain.at(-1) ?? this.#main), named);
    const refuse = (problem: Remedy) => {
      this.files.push({ path, hash: hashOf(""), place: at.place, value: {} });
      this.#refuse(at, advice`${quoted(named)} ${whole(problem)}`);
      return {};
    };
    this.#count += 1;
    if (named.length > MAX_PATH_LENGTH || named.includes("\0")) return refuse("is no path");
    if (this.#count > MAX_FILES) return refuse(advice`is one of more than ${MAX_FILES} included files`);
    if (at.chain.includes(path)) return refuse(advice`includes itself: ${[...at.chain, path].join(" → ")}`);
    if (at.chain.length > MAX_NESTED)
      return refuse(advice`is included through more than ${MAX_NESTED} files`);
    const file = readTextFile(path, MAX_CONFIG_BYTES);
    if (file.state === "missing") return refuse(advice`cannot be read: there is no file ${path}`);
    if (file.state === "unreadable") {
      this.passing ||= file.passing === true;
      return refuse(advice`cannot be read: ${whole(file.reason)} (${path})`);
    }
    const stranger = strangerProblem(path, this.#main);
    if (stranger !== undefined) return refuse(stranger);
    this.#bytes += file.text.length;
    if (this.#bytes > MAX_CONFIG_BYTES)
      return refuse("is too much: the included files are larger than 1 MiB");
    const content = this.#contentOf(file.text);
    if ("problem" in content) return refuse(advice`${whole(content.problem)} (${path})`);
    const value = this.expand(content.value, { ...at, chain: [...at.chain, path] });
    const used = isRecord(value) ? value : {};
    this.files.push({ path, hash: hashOf(file.text), place: at.place, value: used });
    return used;
  }

  #contentOf(text: string): { value: Record<string, unknown> } | { problem: Remedy } {
    const beyond = boundsProblem(text);
    if (beyond !== undefined) return { problem: beyond };
    try {
      const value = this.#parse(text.replace(/^\uFEFF/, ""));
      return isRecord(value) ? { value } : { problem: "must hold an object" };
    } catch (error) {
      return { problem: advice`cannot be parsed: ${syntaxMistake(error).message}` };
    }
  }

  #refuse({ place }: At, message: Remedy): void {
    this.issues.push({ path: [...place, KEY].join("."), message });
  }
}

/**
 * What speaks against including a file: it decides about secrets and addresses as the configuration does, so nobody else may be
 * able to change it. It belongs to whoever owns the configuration, to this user or to root; outside of the configuration's
 * directory, which is closed to others, it must not be writable for them either. Windows knows no such owners: there it has to lie
 * in that directory.
 */
function strangerProblem(path: string, main: string): Remedy | undefined {
  try {
    const isInside = `${realpathSync(path)}`.startsWith(`${realpathSync(dirname(main))}${sep}`);
    const own = process.geteuid?.();
    if (own === undefined) return isInside ? undefined : advice`lies outside of ${dirname(main)} (${path})`;
    const { uid, mode } = statSync(path);
    const owners = [0, own, statSync(main, { throwIfNoEntry: false })?.uid ?? own];
    if (!owners.includes(uid)) return advice`belongs to another user (uid ${uid}): ${path}`;
    if (isInside || (mode & 0o022) === 0) return undefined;
    return advice`can be changed by other users, outside of ${dirname(main)}: ${path}`;
  } catch (error) {
    return advice`cannot be looked at (${systemCode(error) ?? errorText(error)}): ${path}`;
  }
}

function withoutInclude(value: Record<string, unknown>): [string, unknown][] {
  return Object.entries(value).filter(([key]) => key !== KEY);
}

function below({ place, chain }: At, key: string): At {
  return { place: [...place, key], chain };
}

/** `over` counts where both say something; of lists both count. */
function mergeDeep(under: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const keys = [...new Set([...Object.keys(under), ...Object.keys(over)])];
  return objectOf(keys.map((key) => [key, merged(ownValue(under, key), ownValue(over, key))] as const));
}

function merged(under: unknown, over: unknown): unknown {
  if (over === undefined) return under;
  if (Array.isArray(under) && Array.isArray(over)) return [...under, ...over];
  return isRecord(under) && isRecord(over) ? mergeDeep(under, over) : over;
}

function ownValue(record: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** A key `__proto__` becomes one like any other. */
function objectOf(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
