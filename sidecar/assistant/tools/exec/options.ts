/** Options of a program by a list of those that are known to be harmless: whatever is not in it makes the call one to ask about. */

export interface OptionList {
  /** Letters that may stand together after one hyphen. */
  flags?: string;
  /** Letters with a value behind them, or in the next word. */
  valued?: string;
  /** Words after two hyphens. */
  long?: readonly string[];
  /** The same with a value: after `=`, or in the next word. */
  longValued?: readonly string[];
  /** The same with a value after `=` alone, or none. */
  longOptional?: readonly string[];
}

/** What is left of a call without its options. */
export interface ReadOptions {
  operands: string[];
  /** By letter or word, without hyphens. */
  values: [name: string, value: string][];
}

/** Undefined where one of the options is not in the list. Options count wherever they stand before `--`. */
export function readOptions(args: readonly string[], list: OptionList): ReadOptions | undefined {
  const read: ReadOptions = { operands: [], values: [] };
  const waiting = [...args];
  for (let arg = waiting.shift(); arg !== undefined; arg = waiting.shift()) {
    if (arg === "--") {
      read.operands.push(...waiting);
      return read;
    }
    if (arg === "-" || !arg.startsWith("-")) read.operands.push(arg);
    else if (!(arg.startsWith("--") ? isLong(arg, list, waiting, read) : isShort(arg, list, waiting, read)))
      return undefined;
  }
  return read;
}

function isLong(arg: string, list: OptionList, waiting: string[], { values }: ReadOptions): boolean {
  const { long = [], longValued = [], longOptional = [] } = list;
  const [, name = "", value] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(arg) ?? [];
  if (value === undefined) {
    if (long.includes(name) || longOptional.includes(name)) {
      values.push([name, ""]);
      return true;
    }
    const next = longValued.includes(name) ? waiting.shift() : undefined;
    if (next === undefined) return false;
    values.push([name, next]);
    return true;
  }
  values.push([name, value]);
  return longValued.includes(name) || longOptional.includes(name);
}

function isShort(arg: string, list: OptionList, waiting: string[], { values }: ReadOptions): boolean {
  const { flags = "", valued = "" } = list;
  for (let at = 1; at < arg.length; at += 1) {
    const letter = arg.charAt(at);
    if (valued.includes(letter)) {
      const value = at + 1 < arg.length ? arg.slice(at + 1) : waiting.shift();
      if (value === undefined) return false;
      values.push([letter, value]);
      return true;
    }
    if (!flags.includes(letter)) return false;
    values.push([letter, ""]);
  }
  return true;
}
