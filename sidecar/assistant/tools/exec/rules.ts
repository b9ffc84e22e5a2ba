/** What the owner allowed for good: a program with the arguments that it begins with, shown as it counts. */
import { accessSync, constants } from "node:fs";
import { isAbsolute, join } from "node:path";
import { systemCode } from "../../../../shared/errors.ts";
import type { Program } from "./programs.ts";
import { quotedWord } from "./shell-line.ts";
import { isWithin } from "./within.ts";

export interface ExecRule {
  /** As it was found. */
  program: string;
  /** What the arguments begin with. */
  leading: readonly string[];
  /** No further argument may follow. Else words may, and no options. */
  isExact: boolean;
  /** Any further argument may follow: of what counts for one turn alone. */
  takesOptions?: boolean | undefined;
  /** The directory in which it counts, where the arguments name files; everywhere without it. */
  cwd?: string | undefined;
}

/** A call of a program. */
export interface ProgramCall {
  program: Program;
  args: readonly string[];
  cwd: string;
}

/** Programs that run what their arguments say. */
const INTERPRETERS =
  /^(?:python[\d.]*|pypy[\d.]*|node|nodejs|deno|bun|tsx|ts-node|ruby[\d.]*|perl[\d.]*|php[\d.]*|lua[\d.]*|luajit|bash|sh|dash|zsh|ksh|fish|osascript|tclsh[\d.]*|wish|Rscript|pwsh|powershell|guile|ocaml|scala|groovy|swift|java)$/;
const INLINE =
  /^(?:awk|gawk|mawk|nawk|sed|gsed|perl[\d.]*|vim?|nvim|emacs|ed|ex|m4|dc|bc|gdb|lldb|sqlite3|psql|mysql|make|gmake|find|fd|tar|rsync|curl|wget|nc|ncat|socat|openssl|docker|podman|kubectl|ssh|scp|sftp)$/;

/** The rule that is offered; undefined where nobody could say what it lets through. */
export function ruleFor({ program, args, cwd }: ProgramCall): ExecRule | undefined {
  const name = nameOf(program.path);
  const [first] = args;
  if (isInterpreter(program)) {
    if (first === undefined || first.startsWith("-")) return undefined;
    return { program: program.path, leading: [first], isExact: false, cwd };
  }
  if (
    first !== undefined &&
    !INLINE.test(name) &&
    /^[a-z][a-z0-9-]*$/.test(first) &&
    SUBCOMMANDS.test(name)
  ) {
    const isScript = first === "run" && args[1] !== undefined && !args[1].startsWith("-");
    return { program: program.path, leading: args.slice(0, isScript ? 2 : 1), isExact: false };
  }
  if (args.some((arg) => /^-{1,2}(?:c|e|E|eval|exec|command|execute)$/.test(arg))) return undefined;
  return { program: program.path, leading: [...args], isExact: true, cwd };
}

/** Programs whose first argument says what they do. */
const SUBCOMMANDS =
  /^(?:git|gh|npm|pnpm|yarn|cargo|go|rustup|pip[\d.]*|uv|poetry|brew|apt|apt-get|dnf|systemctl|journalctl|flatpak|snap|dotnet|mvn|gradle|composer|bundle|rails|mix|terraform|hg|svn|jj)$/;

export function matchesRule(rule: ExecRule, { program, args, cwd }: ProgramCall): boolean {
  if (rule.program !== program.path || (rule.cwd !== undefined && rule.cwd !== cwd)) return false;
  if (!rule.leading.every((word, index) => args[index] === word)) return false;
  const further = args.slice(rule.leading.length);
  if (rule.isExact) return further.length === 0;
  return rule.takesOptions === true || further.every((word) => !word.startsWith("-"));
}

/** What counts for the rest of a turn: the program and the first word behind it. */
export function turnRuleFor({ program, args, cwd }: ProgramCall): ExecRule {
  const [first] = args;
  const isWord = first !== undefined && /^[a-z][a-z0-9-]*$/.test(first) && !isInterpreter(program);
  if (isWord) return { program: program.path, leading: [first], isExact: false, takesOptions: true };
  return ruleFor({ program, args, cwd }) ?? { program: program.path, leading: [...args], isExact: true, cwd };
}

/** As a person reads it. */
export function spelledRule({ program, leading, isExact, cwd }: ExecRule): string {
  const words = [program, ...leading].map(quotedWord).join(" ");
  return `${words}${isExact ? "" : " …"}${cwd === undefined ? "" : ` (${cwd})`}`;
}

/** A pattern of the approvals file: of the whole path, whatever the case; one without a directory is none. */
export function matchesPattern(pattern: string, { path, real }: Program): boolean {
  if (!pattern.includes("/")) return false;
  const source = pattern
    .split(/(\*\*\/?|\*|\?)/)
    .map((part) => {
      if (part === "**" || part === "**/") return ".*";
      if (part === "*") return "[^/]*";
      return part === "?" ? "[^/]" : part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    })
    .join("");
  const expression = new RegExp(`^${source}$`, "is");
  return expression.test(real) || expression.test(path);
}

/** Whether the call runs code that stands in its arguments, whatever the program may do otherwise. */
export function runsInlineCode({ program, args }: ProgramCall): boolean {
  if (!isInterpreter(program)) return false;
  const [first] = args;
  return first === undefined || first.startsWith("-");
}

/** Programs that do what a file of the directory says, whatever their arguments are. */
const SCRIPTED =
  /^(?:g?make|cmake|ninja|meson|just|rake|ant|bazel|npm|npx|pnpm|yarn|corepack|cargo|go|gradlew?|mvnw?|rails|mix|bundle|composer|poetry|uv|pipenv|tox|nox|pytest|invoke|fab|dotnet|terraform|ansible.*|vagrant|docker-compose|pre-commit)$/;

/** Whether the call does what a file says that the agent can write: what was allowed of it today does something else tomorrow. */
export function runsWhatCanBeWritten({ program, args, cwd }: ProgramCall, workspace: string): boolean {
  if (SCRIPTED.test(nameOf(program.path))) return true;
  const [script] = args;
  if (!isInterpreter(program) || script === undefined || script.startsWith("-")) return false;
  const path = isAbsolute(script) ? script : join(cwd, script);
  return isWithin(path, workspace) || canBeWritten(path);
}

function canBeWritten(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch (error) {
    // What is not there yet is there tomorrow.
    return systemCode(error) === "ENOENT";
  }
}

function isInterpreter({ path, real }: Program): boolean {
  return INTERPRETERS.test(nameOf(path)) || INTERPRETERS.test(nameOf(real));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
