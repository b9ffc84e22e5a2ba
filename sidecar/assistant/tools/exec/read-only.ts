/**
 * Programs that only look, and the ways to call them in which they do nothing else. A call that is not described here is no reason for a
 * refusal, but one to ask.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type OptionList, readOptions } from "./options.ts";
import { isPrivateFile, mayLook, type Places } from "./places.ts";

/** What a call looks at and where it stands. */
export interface LookingCall {
  args: readonly string[];
  places: Places;
  /** Nothing else reads what it says. */
  isAlone: boolean;
}

type Check = (call: LookingCall) => boolean;

const DIGITS = "0123456789";

/** Files are the operands. */
function files(list: OptionList): Check {
  return (call) => {
    const read = readOptions(call.args, list);
    return read !== undefined && areFiles(read.operands, call);
  };
}

function areFiles(paths: readonly string[], { places }: LookingCall): boolean {
  return paths.every((path) => path === "-" || (mayLook(path, places) && !isPrivateFile(path, places)));
}

/** Every word says itself. */
const anyWords: Check = () => true;

const GREP: OptionList = {
  flags: `EFGPiwxyvclLoqsbHhnrTUZaIz${DIGITS}`,
  valued: "emABC",
  long: [
    "extended-regexp",
    "fixed-strings",
    "basic-regexp",
    "perl-regexp",
    "ignore-case",
    "no-ignore-case",
    "word-regexp",
    "line-regexp",
    "invert-match",
    "count",
    "files-with-matches",
    "files-without-match",
    "only-matching",
    "quiet",
    "silent",
    "no-messages",
    "byte-offset",
    "with-filename",
    "no-filename",
    "line-number",
    "recursive",
    "text",
  ],
  longValued: [
    "regexp",
    "max-count",
    "after-context",
    "before-context",
    "context",
    "include",
    "exclude",
    "exclude-dir",
  ],
  longOptional: ["color", "colour"],
};

const RIPGREP: OptionList = {
  flags: "iSswxvclnNHIoqFPUp0",
  valued: "egtTABCmMjr",
  long: [
    "ignore-case",
    "smart-case",
    "case-sensitive",
    "word-regexp",
    "line-regexp",
    "invert-match",
    "count",
    "count-matches",
    "files-with-matches",
    "files-without-match",
    "line-number",
    "no-line-number",
    "with-filename",
    "no-filename",
    "only-matching",
    "quiet",
    "fixed-strings",
    "multiline",
    "no-ignore",
    "files",
    "json",
    "stats",
    "no-heading",
    "heading",
    "vimgrep",
    "column",
    "type-list",
    "no-config",
    "trim",
  ],
  longValued: [
    "regexp",
    "glob",
    "iglob",
    "type",
    "type-not",
    "after-context",
    "before-context",
    "context",
    "max-count",
    "max-columns",
    "max-depth",
    "sort",
    "color",
    "replace",
  ],
};

/** The first operand is what is looked for, unless an option says it. */
function searching(list: OptionList, isWithoutPattern: (names: readonly string[]) => boolean): Check {
  return (call) => {
    const read = readOptions(call.args, list);
    if (read === undefined) return false;
    const names = read.values.map(([name]) => name);
    const paths = isWithoutPattern(names) ? read.operands : read.operands.slice(1);
    return areFiles(paths, call);
  };
}

const hasPattern = (names: readonly string[]) => names.includes("e") || names.includes("regexp");

/** Tests and actions of `find` by the number of words that follow. */
const FIND_WORDS = new Map<string, number>([
  ...["!", "(", ")", ",", "-not", "-a", "-and", "-o", "-or"].map((word) => [word, 0] as const),
  ...["-print", "-print0", "-ls", "-prune", "-empty", "-true", "-false", "-quit"].map((w) => [w, 0] as const),
  ...["-xdev", "-mount", "-depth", "-daystart", "-readable", "-writable", "-executable", "-nouser"].map(
    (word) => [word, 0] as const,
  ),
  ...["-name", "-iname", "-path", "-ipath", "-wholename", "-regex", "-iregex", "-regextype", "-type"].map(
    (word) => [word, 1] as const,
  ),
  ...["-maxdepth", "-mindepth", "-size", "-mtime", "-mmin", "-ctime", "-cmin", "-atime", "-amin"].map(
    (word) => [word, 1] as const,
  ),
  ...["-perm", "-user", "-group", "-links", "-inum", "-printf"].map((word) => [word, 1] as const),
]);

const find: Check = (call) => {
  const { args } = call;
  const first = args.findIndex((arg) => arg.startsWith("-") || ["!", "(", ")", ","].includes(arg));
  const starts = first === -1 ? args : args.slice(0, first);
  if (!areFiles(starts, call)) return false;
  const waiting = first === -1 ? [] : args.slice(first);
  for (let word = waiting.shift(); word !== undefined; word = waiting.shift()) {
    const count = FIND_WORDS.get(word);
    if (count === undefined || waiting.splice(0, count).length < count) return false;
  }
  return true;
};

const date: Check = ({ args }) => {
  const read = readOptions(args, {
    flags: "uR",
    valued: "d",
    long: ["utc", "universal", "rfc-email"],
    longValued: ["date"],
    longOptional: ["iso-8601", "rfc-3339"],
  });
  return (
    read !== undefined && read.operands.length <= 1 && read.operands.every((word) => word.startsWith("+"))
  );
};

const PS_COLUMNS =
  /^(?:(?:pid|ppid|pgid|user|uid|comm|args|cmd|%cpu|%mem|pcpu|pmem|rss|vsz|etime|etimes|stat|start|time|tty|ni|pri)(?:,|$))+$/;

/** Its oldest options have no hyphen, and one of those letters shows the environments of everybody. */
const ps: Check = ({ args }) => {
  const read = readOptions(args, {
    flags: "efAFlwL",
    valued: "pouC",
    long: ["forest", "no-headers"],
    longValued: ["sort", "pid", "ppid", "user"],
  });
  if (read === undefined || !read.operands.every((word) => /^[auxlwjf]+$/.test(word))) return false;
  return read.values.every(([name, value]) => name !== "o" || PS_COLUMNS.test(value));
};

/** The second operand would be written. */
const uniq: Check = (call) => {
  const list = {
    flags: "cdDuiz",
    valued: "fsw",
    long: ["count", "repeated", "unique", "ignore-case"],
    longValued: ["skip-fields", "skip-chars", "check-chars"],
  };
  const read = readOptions(call.args, list);
  return read !== undefined && read.operands.length <= 1 && areFiles(read.operands, call);
};

/** What a filter reads besides its input, and what ends or loads something. */
const JQ_WORDS =
  /\b(?:env|ENV|input_filename|import|include|modulemeta|get_search_list|halt_error|debug|stderr|input_line_number|builtins|\$__prog_args)\b/;

const jq: Check = (call) => {
  const read = readOptions(call.args, {
    flags: "rcSesnjaMC",
    long: [
      "raw-output",
      "compact-output",
      "sort-keys",
      "exit-status",
      "slurp",
      "null-input",
      "tab",
      "join-output",
    ],
    longValued: ["indent"],
  });
  const [filter, ...paths] = read?.operands ?? [];
  return filter !== undefined && !JQ_WORDS.test(filter) && areFiles(paths, call);
};

/** A file of secrets is shown whole or not at all: what is cut up is not known again. */
const cat: Check = (call) => {
  const read = readOptions(call.args, { flags: "AbeEnstTuv", long: ["number", "show-all", "squeeze-blank"] });
  if (read === undefined) return false;
  const isSeen = (path: string) =>
    path === "-" || (mayLook(path, call.places) && (call.isAlone || !isPrivateFile(path, call.places)));
  return read.operands.every(isSeen);
};

const LS: OptionList = {
  flags: `aAbBcCdFgGhiklLmnNopqQrRsStTuUvxXZ1${DIGITS}`,
  valued: "I",
  long: [
    "all",
    "almost-all",
    "human-readable",
    "recursive",
    "reverse",
    "directory",
    "full-time",
    "size",
    "inode",
  ],
  longValued: ["sort", "time", "time-style", "ignore"],
  longOptional: ["color", "classify"],
};

const CHECKS: Readonly<Record<string, Check>> = {
  ls: files(LS),
  cat,
  head: files({
    flags: `qvz${DIGITS}`,
    valued: "nc",
    long: ["quiet", "verbose"],
    longValued: ["lines", "bytes"],
  }),
  tail: files({
    flags: `qvz${DIGITS}`,
    valued: "nc",
    long: ["quiet", "verbose"],
    longValued: ["lines", "bytes"],
  }),
  wc: files({ flags: "clmwL", long: ["bytes", "chars", "lines", "words", "max-line-length"] }),
  stat: files({
    flags: "Lft",
    valued: "c",
    long: ["terse", "file-system"],
    longValued: ["format", "printf"],
  }),
  file: files({ flags: "bihkN0", long: ["brief", "mime", "mime-type", "mime-encoding"] }),
  find,
  grep: searching(GREP, hasPattern),
  egrep: searching(GREP, hasPattern),
  fgrep: searching(GREP, hasPattern),
  rg: searching(
    RIPGREP,
    (names) => hasPattern(names) || names.includes("files") || names.includes("type-list"),
  ),
  date,
  df: files({
    flags: "hHTkimPal",
    valued: "tx",
    long: ["human-readable", "total", "local"],
    longValued: ["output"],
  }),
  du: files({
    flags: "shackmxbS0",
    valued: "d",
    long: ["summarize", "human-readable", "all", "total", "apparent-size"],
    longValued: ["max-depth", "exclude", "threshold"],
  }),
  ps,
  uname: files({ flags: "asnrvmpio", long: ["all"] }),
  which: ({ args }) =>
    args.every((arg) => arg === "-a" || /^[\w.+-]+$/.test(arg)) && !args.some((a) => /^-[^a]/.test(a)),
  echo: anyWords,
  printf: ({ args }) => !(args[0] ?? "").startsWith("-"),
  pwd: ({ args }) => args.every((arg) => arg === "-L" || arg === "-P"),
  true: ({ args }) => args.length === 0,
  false: ({ args }) => args.length === 0,
  basename: anyWords,
  dirname: anyWords,
  sort: files({
    flags: "bdfghiMnRrVcCmsuz",
    valued: "kt",
    long: [
      "reverse",
      "numeric-sort",
      "unique",
      "ignore-case",
      "human-numeric-sort",
      "version-sort",
      "stable",
    ],
    longValued: ["key", "field-separator"],
  }),
  uniq,
  cut: files({
    flags: "snz",
    valued: "dfcb",
    long: ["only-delimited", "complement"],
    longValued: ["delimiter", "fields", "characters", "bytes", "output-delimiter"],
  }),
  tr: ({ args }) =>
    readOptions(args, { flags: "cCdst", long: ["delete", "complement", "squeeze-repeats"] }) !== undefined,
  jq,
};

/** Names of the programs, for whoever wants to see them. */
export const READ_ONLY_PROGRAMS: readonly string[] = [...Object.keys(CHECKS), "git"];

/** Files that a search through directories leaves out: a piece of a secret is not known again. */
const LEFT_OUT = [
  ".env",
  ".env.*",
  ".envrc",
  ".netrc",
  ".npmrc",
  ".pypirc",
  ".git-credentials",
  "*.pem",
  "*.key",
  "id_*",
];

/** The arguments with which the program of that name only looks; undefined where it might do more. What `git` does is judged elsewhere. */
export function lookingArguments(name: string, call: LookingCall): readonly string[] | undefined {
  if (!Object.hasOwn(CHECKS, name) || CHECKS[name]?.(call) !== true) return undefined;
  const isSearch =
    /^[ef]?grep$/.test(name) &&
    readOptions(call.args, GREP)?.values.some(([letter]) => /^r(?:ecursive)?$/.test(letter));
  return isSearch === true ? [...LEFT_OUT.map((file) => `--exclude=${file}`), ...call.args] : call.args;
}

/** Whether a program that only reads what it is given gets nothing else to read: no option, and no word that is the name of a file. */
export function readsInputAlone({ args, places }: LookingCall): boolean {
  return args.every(
    (arg) => !arg.startsWith("-") && !arg.includes("/") && !existsSync(join(places.cwd, arg)),
  );
}
