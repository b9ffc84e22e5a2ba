/**
 * Judges a command line: whether it only looks, whether the owner allowed it, or whether somebody is to be asked. What was judged is what
 * is run: a line that was understood is put together anew, of programs by their paths and words that stand for themselves.
 */
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { lookingGit } from "./git-read-only.ts";
import { expandGlob } from "./globs.ts";
import { operandOf } from "./operands.ts";
import { mayLook, type Places } from "./places.ts";
import { findProgram, isOpenToAll, type Program } from "./programs.ts";
import { lookingArguments, readsInputAlone } from "./read-only.ts";
import {
  type ExecRule,
  type ProgramCall,
  ruleFor,
  runsInlineCode,
  runsWhatCanBeWritten,
  turnRuleFor,
} from "./rules.ts";
import { parseShellLine, quotedWord, type Segment, type Unclear, type Word } from "./shell-line.ts";
import { isWithin } from "./within.ts";

/** A command line and where it is to run. */
export interface CommandLine {
  command: string;
  /** Without links. */
  cwd: string;
  workspace: string;
  stateDir: string;
  /** Of programs. */
  path: string;
  /** Variables that the call gives, all of which may be given. */
  env: Readonly<Record<string, string>>;
  /** Only variables that change how something looks. */
  isPlainEnv: boolean;
  /** Programs that only read what they are given, by the configuration. */
  safeBins: readonly string[];
}

export interface JudgedCall extends ProgramCall {
  /** It does nothing but look. */
  isLooking: boolean;
  /** Never allowed without asking, whatever was allowed: it runs code of its arguments, or a file that the agent may write. */
  isOpen: boolean;
}

export interface Judgement {
  /** What a shell is given. */
  line: string;
  /** What it is tied to: another one is asked about anew. */
  binding: string;
  /** What it names, and what stood under each name: programs, files, places. */
  named: readonly (readonly [name: string, state: string])[];
  /** Of a line that was understood; none else. */
  calls: readonly JudgedCall[];
  unclear: Unclear | undefined;
  /** The program that the line needs and that is not there. */
  missing: string | undefined;
}

/** Programs that run others: what they run is not judged. */
const WRAPPERS = new Set(
  "env xargs sudo doas su nice ionice timeout nohup setsid stdbuf time watch parallel chroot unshare nsenter strace ltrace flock script expect busybox toybox systemd-run at batch command builtin exec eval source . runuser pkexec chrt taskset cpulimit firejail bwrap prlimit setarch linux32 linux64 catchsegv faketime fakeroot proot unbuffer entr".split(
    " ",
  ),
);
/** Words that a shell knows itself, and that change what follows. */
const BUILTINS = new Set(
  "alias bg break cd continue declare disown enable exit export fc fg getopts hash help history jobs let local logout mapfile popd pushd read readarray readonly return set shift shopt suspend test times trap type typeset ulimit umask unalias unset wait : [".split(
    " ",
  ),
);

export function judgeLine(place: CommandLine): Judgement {
  if (process.platform === "win32") return unclearLine(place, "shell");
  const parsed = parseShellLine(place.command);
  if ("unclear" in parsed) return unclearLine(place, parsed.unclear);
  const { segments } = parsed;
  // Whatever comes after a change of place must not come where that fails.
  const isOneChain = segments.every(
    ({ operator }) => operator !== "||" && operator !== ";" && operator !== "&",
  );
  const calls: JudgedCall[] = [];
  const pieces: string[] = [];
  let { cwd } = place;
  for (const [index, segment] of segments.entries()) {
    const words = wordsOf(segment, cwd);
    const [name = "", ...args] = words ?? [];
    if (words === undefined) return unclearLine(place, "expansion");
    const behind = segment.operator === undefined ? "" : ` ${segment.operator} `;
    const before = segments[index - 1]?.operator;
    if (name === "cd") {
      const next = placeAfter(args, { ...place, cwd });
      const isPlain = isOneChain && segment.operator === "&&" && before !== "|";
      if (next === undefined || !isPlain || segment.redirections.length > 0)
        return unclearLine(place, "program");
      cwd = next;
      pieces.push(`cd ${quotedWord(next)}${behind}`);
      continue;
    }
    if (WRAPPERS.has(name)) return unclearLine(place, "wrapper");
    if (BUILTINS.has(name)) return unclearLine(place, "keyword");
    const program = findProgram(name, cwd, place.path);
    if (program === undefined) return missingProgram(place, name);
    if (WRAPPERS.has(program.real.slice(program.real.lastIndexOf("/") + 1)) && !isMultiCall(program))
      return unclearLine(place, "wrapper");
    const isAlone = segments.length === 1;
    const call = { program, args, cwd };
    const looking = lookingCall(name, call, { ...place, cwd }, isAlone);
    const isOpen =
      isWithin(program.real, place.workspace) ||
      isOpenToAll(program) ||
      runsInlineCode(call) ||
      runsWhatCanBeWritten(call, place.workspace);
    calls.push({ ...call, isLooking: looking !== undefined, isOpen });
    const spelled = [program.path, ...(looking ?? args)].map(quotedWord).join(" ");
    pieces.push([spelled, ...segment.redirections].join(" ") + behind);
  }
  const line = pieces.join("");
  const programs = calls.map(({ program, args, cwd: from }) => [
    program.path,
    program.real,
    program.identity,
    args.map((arg) => operandOf(arg, from)),
  ]);
  const named = calls.flatMap(({ program, args, cwd: from }) => [
    [program.path, `${program.real} ${program.identity}`] as const,
    ...args.map((arg) => [arg, operandOf(arg, from)] as const),
  ]);
  return {
    line,
    binding: bindingOf(place, line, programs),
    named: [[cwd, ""], ...named],
    calls,
    unclear: undefined,
    missing: undefined,
  };
}

/** What a line names that is not what it was. */
export function changesSince(before: Judgement, now: Judgement): string[] {
  const known = new Map(before.named);
  const changed = now.named.flatMap(([name, state]) => (known.get(name) === state ? [] : [name]));
  return [...new Set(changed)];
}

/** The rules by which the line would be allowed from now on; undefined where there are none. */
export function rulesOf({ calls, unclear }: Judgement): ExecRule[] | undefined {
  if (unclear !== undefined) return undefined;
  const open = calls.filter(({ isLooking }) => !isLooking);
  const rules = open.map((call) => (call.isOpen ? undefined : ruleFor(call)));
  return rules.length === 0 || rules.includes(undefined) ? undefined : (rules as ExecRule[]);
}

/** The same for the rest of a turn. */
export function turnRulesOf({ calls, unclear }: Judgement): ExecRule[] | undefined {
  if (unclear !== undefined) return undefined;
  const open = calls.filter(({ isLooking }) => !isLooking);
  if (open.length === 0 || open.some(({ isOpen }) => isOpen)) return undefined;
  return open.map(turnRuleFor);
}

function lookingCall(
  name: string,
  { program, args }: ProgramCall,
  place: CommandLine,
  isAlone: boolean,
): readonly string[] | undefined {
  const { cwd, workspace, stateDir, isPlainEnv, safeBins } = place;
  // Only what the system brought is what its name says.
  if (name.includes("/") || !isPlainEnv || isWithin(program.real, workspace) || isOpenToAll(program))
    return undefined;
  const places: Places = { cwd, workspace, stateDir };
  if (!mayLook(".", places)) return undefined;
  if (name === "git") return lookingGit(args, places);
  const looking = lookingArguments(name, { args, places, isAlone });
  if (looking !== undefined) return looking;
  return safeBins.includes(name) && readsInputAlone({ args, places, isAlone }) ? args : undefined;
}

/** The words as a shell would have them; undefined where there are too many. */
function wordsOf({ words }: Segment, cwd: string): string[] | undefined {
  const all: string[] = [];
  for (const word of words) {
    const found = expanded(word, cwd);
    if (found === undefined) return undefined;
    all.push(...found);
  }
  return all;
}

/** What nothing fits stands for itself. */
function expanded({ text, glob }: Word, cwd: string): string[] | undefined {
  if (glob === undefined) return [text];
  const found = expandGlob(glob, cwd);
  return found?.length === 0 ? [text] : found;
}

/** Where `cd` leads; undefined where that is none of the agent's places. */
function placeAfter(args: readonly string[], { cwd, workspace, stateDir }: CommandLine): string | undefined {
  const [path, ...more] = args;
  if (path === undefined || more.length > 0 || path.startsWith("-")) return undefined;
  if (!mayLook(path, { cwd, workspace, stateDir })) return undefined;
  try {
    return realpathSync.native(path.startsWith("/") ? path : join(cwd, path));
  } catch {
    return undefined; // There is no such place.
  }
}

/** One file that is many programs does what the name says by which it is called. */
function isMultiCall({ path, real }: Program): boolean {
  return path.slice(path.lastIndexOf("/") + 1) !== real.slice(real.lastIndexOf("/") + 1);
}

function unclearLine(place: CommandLine, unclear: Unclear): Judgement {
  return {
    line: place.command,
    binding: bindingOf(place, place.command, []),
    named: [[place.cwd, ""]],
    calls: [],
    unclear,
    missing: undefined,
  };
}

function missingProgram(place: CommandLine, name: string): Judgement {
  return { ...unclearLine(place, "program"), missing: name };
}

function bindingOf({ command, cwd, env, path }: CommandLine, line: string, programs: unknown): string {
  return JSON.stringify({ command, line, cwd, path, env: Object.entries(env).sort(), programs });
}
