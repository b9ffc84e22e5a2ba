/**
 * Calls of git that only look. What git runs by itself stands in the configuration of a repository, which anybody may have written: a
 * repository with more in it than a plain one has is one to ask about.
 */
import { lstatSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type OptionList, readOptions } from "./options.ts";
import { mayLook, type Places } from "./places.ts";
import { isWithin } from "./within.ts";

/** What stands before the command, so that nothing of a configuration is run. */
const BEFORE = [
  "--no-pager",
  "--no-optional-locks",
  "-c",
  "core.fsmonitor=false",
  "-c",
  "core.hooksPath=/dev/null",
  "-c",
  "core.pager=cat",
  "-c",
  "log.showSignature=false",
  "-c",
  "safe.bareRepository=explicit",
] as const;

const LOOK: OptionList = {
  flags: "psuwbRzMC0123456789",
  valued: "nUSGL",
  long: [
    "oneline",
    "stat",
    "shortstat",
    "numstat",
    "name-only",
    "name-status",
    "summary",
    "patch",
    "no-patch",
    "graph",
    "all",
    "branches",
    "tags",
    "cached",
    "staged",
    "no-color",
    "abbrev-commit",
    "reverse",
    "first-parent",
    "merges",
    "no-merges",
    "follow",
    "no-renames",
    "ignore-all-space",
    "ignore-space-change",
    "check",
    "raw",
  ],
  longValued: [
    "max-count",
    "since",
    "until",
    "after",
    "before",
    "author",
    "committer",
    "grep",
    "diff-filter",
    "date",
  ],
  longOptional: ["decorate", "pretty", "format", "word-diff", "color", "unified", "abbrev"],
};

const STATUS: OptionList = {
  flags: "sbvzu",
  long: ["short", "branch", "long", "verbose", "show-stash", "ahead-behind"],
  longOptional: ["porcelain", "untracked-files"],
};

const COMMANDS: Readonly<Record<string, { options: OptionList; behind: readonly string[] }>> = {
  status: { options: STATUS, behind: ["--ignore-submodules=all"] },
  log: { options: LOOK, behind: ["--no-ext-diff", "--no-textconv", "--ignore-submodules=all"] },
  diff: { options: LOOK, behind: ["--no-ext-diff", "--no-textconv", "--ignore-submodules=all"] },
  show: { options: LOOK, behind: ["--no-ext-diff", "--no-textconv", "--ignore-submodules=all"] },
};

/** The arguments with which it looks and does nothing else; undefined where it is to be asked about. */
export function lookingGit(args: readonly string[], places: Places): string[] | undefined {
  const [name = "", ...rest] = args[0] === "--no-pager" ? args.slice(1) : args;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  const read = command && readOptions(rest, command.options);
  if (command === undefined || read === undefined) return undefined;
  // A signature is checked by a program.
  if (read.values.some(([, value]) => value.includes("%G"))) return undefined;
  if (!read.operands.every((word) => mayLook(word.replace(/^[^:]*:(?=.)/, ""), places))) return undefined;
  if (!isPlainRepository(places)) return undefined;
  return [...BEFORE, name, ...command.behind, ...rest];
}

/** Whether the repository that git would find is a plain one in the work directory. */
function isPlainRepository({ cwd, workspace }: Places): boolean {
  for (let directory = cwd; isWithin(directory, workspace); directory = dirname(directory)) {
    const git = kindOf(join(directory, ".git"));
    if (git === "directory") return isPlain(join(directory, ".git"));
    // A link, the file of a work tree, or a directory that is a repository by its content.
    if (git !== undefined || kindOf(join(directory, "HEAD")) !== undefined) return false;
  }
  return false;
}

function isPlain(git: string): boolean {
  if (kindOf(join(git, "commondir")) !== undefined || kindOf(join(git, "config")) !== "file") return false;
  try {
    return hasPlainSettings(readFileSync(join(git, "config"), "utf8"));
  } catch {
    return false; // Nobody knows what stands in it.
  }
}

const PLAIN_SETTINGS: Readonly<Record<string, RegExp>> = {
  core: /^(?:repositoryformatversion|filemode|bare|logallrefupdates|ignorecase|precomposeunicode|symlinks|autocrlf|eol)$/,
  remote: /^(?:url|pushurl|fetch|tagopt|prune)$/,
  branch: /^(?:remote|merge|rebase|description)$/,
  user: /^(?:name|email)$/,
  pull: /^(?:rebase|ff)$/,
  push: /^(?:default|autosetupremote)$/,
  init: /^defaultbranch$/,
};

/** Line by line, without what git would understand beyond that: a line that goes on, or two settings in one. */
function hasPlainSettings(text: string): boolean {
  let section = "";
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    if (line === "" || /^[#;]/.test(line)) continue;
    const [, name] = /^\[([A-Za-z0-9-]+)(?:\s+"[^"\\]*")?\]$/.exec(line) ?? [];
    if (name !== undefined) section = name.toLowerCase();
    else {
      const [, key = ""] = /^([A-Za-z][A-Za-z0-9-]*)\s*(?:=.*)?$/.exec(line) ?? [];
      const isKnown =
        Object.hasOwn(PLAIN_SETTINGS, section) && PLAIN_SETTINGS[section]?.test(key.toLowerCase());
      if (isKnown !== true || line.endsWith("\\")) return false;
    }
  }
  return true;
}

function kindOf(path: string): "file" | "directory" | "other" | undefined {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return undefined;
  if (status.isDirectory()) return "directory";
  return status.isFile() ? "file" : "other";
}
