/** Reads systemd units and their drop-ins, whoever wrote them. Syntax: systemd.syntax(7), systemd.service(5), systemd.exec(5). */

/** One `Key=value` of a unit, in the order of the files. */
export interface UnitEntry {
  section: string;
  key: string;
  value: string;
}

/** What a unit runs; what it does not say is left out. */
export interface UnitCommand {
  command: string[];
  workingDirectory?: string;
  environment: Record<string, string>;
  environmentFile?: string;
}

/** The entries of one file. Lines that are none are passed over, as systemd does. */
export function parseUnit(text: string): UnitEntry[] {
  const entries: UnitEntry[] = [];
  let section = "";
  for (const line of logicalLines(text)) {
    const header = /^\[([^\]]+)\]$/.exec(line)?.[1];
    if (header !== undefined) {
      section = header;
      continue;
    }
    const equals = line.indexOf("=");
    if (equals < 1) continue;
    entries.push({ section, key: line.slice(0, equals).trim(), value: line.slice(equals + 1).trim() });
  }
  return entries;
}

/** Every value in force of a key that may stand several times; an empty one forgets those before it. */
export function valuesOf(entries: readonly UnitEntry[], section: string, key: string): string[] {
  const values: string[] = [];
  for (const entry of entries) {
    if (entry.section !== section || entry.key !== key) continue;
    if (entry.value === "") values.length = 0;
    else values.push(entry.value);
  }
  return values;
}

/** What the unit with these entries (its file, then its drop-ins) runs; `home` is what `%h` stands for. */
export function unitCommand(entries: readonly UnitEntry[], home: string): UnitCommand {
  const service = (key: string) => valuesOf(entries, "Service", key);
  const [program = "", ...args] = splitWords(service("ExecStart").at(-1) ?? "");
  const path = expand(program.replace(/^[-@:+!|]+/, ""), home);
  const words = [path, ...args.map((word) => expand(word, home).replaceAll("$$", "$"))];
  const directory = service("WorkingDirectory").at(-1)?.replace(/^-/, "");
  const environmentFile = service("EnvironmentFile").at(-1)?.replace(/^-/, "");
  return {
    command: path === "" ? [] : words,
    ...(directory === undefined ? {} : { workingDirectory: readDirectory(directory, home) }),
    environment: readEnvironment(service("Environment"), home),
    ...(environmentFile === undefined ? {} : { environmentFile: readPattern(environmentFile, home) }),
  };
}

/** Words in quotes or between blanks, without their quotes and escapes. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: number[] | undefined;
  let quote = "";
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at++) {
    const character = String.fromCharCode(bytes[at] ?? 0);
    if (character === "\\") {
      const { value, length } = decodeEscape(bytes.subarray(at));
      word = [...(word ?? []), ...value];
      at += length - 1;
    } else if (quote !== "") {
      if (character === quote) quote = "";
      else word?.push(bytes[at] ?? 0);
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= [];
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(Buffer.from(word).toString());
      word = undefined;
    } else {
      word ??= [];
      word.push(bytes[at] ?? 0);
    }
  }
  if (word !== undefined) words.push(Buffer.from(word).toString());
  return words;
}

/** Lines without comments, those that end in a backslash joined with the next. */
function* logicalLines(text: string): Generator<string> {
  let pending = "";
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trimStart();
    if (line.startsWith("#") || line.startsWith(";")) continue;
    const backslashes = /\\*$/.exec(line)?.[0].length ?? 0;
    if (backslashes % 2 === 1) {
      pending += `${line.slice(0, -1)} `;
      continue;
    }
    yield (pending + line).trim();
    pending = "";
  }
  if (pending !== "") yield pending.trim();
}

const SIMPLE_ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  s: 32,
  "\\": 92,
  '"': 34,
  "'": 39,
};

/** The bytes that the escape at the start stands for, and how many it takes; one that does not exist stands for itself. */
function decodeEscape(bytes: Buffer): { value: Iterable<number>; length: number } {
  const text = bytes.subarray(0, 10).toString("latin1");
  const simple = SIMPLE_ESCAPES[text.charAt(1)];
  if (simple !== undefined) return { value: [simple], length: 2 };
  const byte = /^\\x([0-9A-Fa-f]{2})|^\\([0-3][0-7]{2})/.exec(text);
  if (byte !== null) {
    const value = byte[1] === undefined ? Number.parseInt(byte[2] ?? "", 8) : Number.parseInt(byte[1], 16);
    return { value: [value], length: byte[0].length };
  }
  const point = /^\\u([0-9A-Fa-f]{4})|^\\U([0-9A-Fa-f]{8})/.exec(text);
  const code = Number.parseInt(point?.[1] ?? point?.[2] ?? "", 16);
  if (point !== null && code <= 0x10ffff) {
    return { value: Buffer.from(String.fromCodePoint(code)), length: point[0].length };
  }
  return { value: [92], length: 1 };
}

function readEnvironment(values: readonly string[], home: string): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const assignment of values.flatMap(splitWords)) {
    const equals = assignment.indexOf("=");
    if (equals > 0) environment[assignment.slice(0, equals)] = expand(assignment.slice(equals + 1), home);
  }
  return environment;
}

function readDirectory(value: string, home: string): string {
  const path = value === "~" ? home : expand(value, home);
  return path.length > 2 && path.endsWith("/.") ? path.slice(0, -2) : path;
}

function readPattern(value: string, home: string): string {
  return expand(value, home).replace(/\\(.)/g, "$1");
}

/** Of the specifiers, those that our own units and those of people use; the others are left as they stand. */
function expand(text: string, home: string): string {
  return text.replace(/%([%h])/g, (_, letter) => (letter === "%" ? "%" : home));
}
