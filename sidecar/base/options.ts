/**
 * Options of a command: what each takes is declared once, and the type of its value, its default, the check of what was typed and
 * the refusal come from there.
 */

import { quoted, RequestError, SetupError } from "../../shared/errors.ts";
import { advice, type Remedy } from "../../shared/remedy.ts";

interface Described {
  help: Remedy;
  /** One letter that stands for the option. */
  short?: string;
  /** Kept for old scripts, or without effect: it works, and neither help nor completion nor the man page mention it. */
  hidden?: true;
  /** Makes sense in the dev profile only. */
  onlyDev?: true;
  /** Another option that must not be given as well. */
  excludes?: string;
}

interface Valued extends Described {
  /** What the value is called in help, such as `<port>`. */
  value: string;
}

/** Given or not. */
export interface FlagSpec extends Described {
  type: "flag";
}

/** Any text that is not blank; with `singleLine` one without control characters. */
export interface TextSpec extends Valued {
  type: "text";
  singleLine?: true;
  default?: string;
}

/** The same, as often as it is given. */
export interface TextsSpec extends Valued {
  type: "texts";
}

/** A whole number from `min` to `max`. */
export interface IntegerSpec extends Valued {
  type: "integer";
  min: number;
  max: number;
  default?: number;
}

/** One of a closed set. */
export interface ChoiceSpec extends Valued {
  type: "choice";
  choices: readonly string[];
  default?: string;
}

/** A point in the past: an age such as `10m`, or a date with or without a time. */
export interface MomentSpec extends Valued {
  type: "moment";
}

/** A regular expression. */
export interface PatternSpec extends Valued {
  type: "pattern";
}

export type OptionSpec =
  | FlagSpec
  | TextSpec
  | TextsSpec
  | IntegerSpec
  | ChoiceSpec
  | MomentSpec
  | PatternSpec;
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** A point in time as it was typed: so long ago in ms, or epoch ms. */
export type Moment = { agoMs: number } | { atMs: number };

/** What was typed, by the name of the option without dashes; the last one wins, except of those that may be given several times. */
export type Typed = Readonly<Record<string, string | true | readonly string[] | undefined>>;

/** The values of options: a flag is true or false, anything else without a default is undefined where it was not given. */
export type ValuesOf<Specs extends OptionSpecs> = { readonly [Name in keyof Specs]: ValueOf<Specs[Name]> };

type ValueOf<Spec extends OptionSpec> = Spec extends FlagSpec
  ? boolean
  : Spec extends TextsSpec
    ? readonly string[]
    : BareValueOf<Spec> | (Spec extends { default: string | number } ? never : undefined);

type BareValueOf<Spec extends OptionSpec> = Spec extends ChoiceSpec
  ? Spec["choices"][number]
  : Spec extends IntegerSpec
    ? number
    : Spec extends MomentSpec
      ? Moment
      : Spec extends PatternSpec
        ? RegExp
        : string;

/** The values of what was typed. Fails with `USAGE` on the first that will not do, in the order of the definition. */
export function readValues<const Specs extends OptionSpecs>(
  specs: Specs,
  typed: Typed,
  { dev }: { dev: boolean },
): ValuesOf<Specs> {
  const entries = Object.entries(specs);
  for (const [name, { onlyDev, excludes }] of entries) {
    if (typed[name] === undefined) continue;
    if (onlyDev && !dev) throw new SetupError("USAGE", advice`Use --${name} with --dev.`);
    if (excludes !== undefined && typed[excludes] !== undefined) {
      throw new RequestError("USAGE", advice`--${excludes} and --${name} exclude each other`);
    }
  }
  // What has to be one of a few is looked at first.
  const inOrder = [
    ...entries.filter(([, { type }]) => type !== "text"),
    ...entries.filter(([, { type }]) => type === "text"),
  ];
  return Object.fromEntries(
    inOrder.map(([name, spec]) => [name, readValue(`--${name}`, spec, typed[name])]),
  ) as ValuesOf<Specs>;
}

/** The values when nothing was typed. */
export function defaultsOf<const Specs extends OptionSpecs>(specs: Specs): ValuesOf<Specs> {
  return readValues(specs, {}, { dev: false });
}

/** Options that are to be mentioned, in order. */
export function shownOptions(specs: OptionSpecs): [name: string, spec: OptionSpec][] {
  return Object.entries(specs).filter(([, { hidden }]) => hidden !== true);
}

function readValue(place: string, spec: OptionSpec, typed: Typed[string]): unknown {
  if (spec.type === "flag") return typed === true;
  if (spec.type === "texts") {
    const all = Array.isArray(typed) ? typed : [];
    for (const each of all) readValue(place, { ...spec, type: "text" }, each);
    return all;
  }
  if (typeof typed !== "string") return "default" in spec ? spec.default : undefined;
  switch (spec.type) {
    case "text":
      if (typed.trim() === "") throw new RequestError("USAGE", advice`Empty ${place}`);
      if (spec.singleLine && /\p{Cc}/u.test(typed)) {
        throw new RequestError("USAGE", advice`${place}: must not contain control characters`);
      }
      refuseLong(place, typed, spec);
      return typed;
    case "integer":
      return wholeNumber(place, typed, spec);
    case "choice":
      return oneOf(place, typed, spec.choices);
    case "moment":
      return moment(place, typed);
    case "pattern":
      return pattern(place, typed);
  }
}

/** No system has longer ones, and a refusal would repeat it. */
const MOST_PATH_CHARS = 4_096;

function refuseLong(place: string, typed: string, { value }: TextSpec): void {
  if (value !== "<path>" || typed.length <= MOST_PATH_CHARS) return;
  throw new RequestError(
    "USAGE",
    advice`${place}: at most ${MOST_PATH_CHARS} characters are taken, and there are ${typed.length}; ${advice`give a shorter one`}`,
  );
}

/** A whole number within bounds, written in digits alone. `place` is where it was typed, for the refusal. Fails with `USAGE`. */
export function wholeNumber(place: string, text: string, { min, max }: { min: number; max: number }): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new RequestError("USAGE", advice`${place}: expected ${min}-${max}, got ${quoted(text)}`);
}

function oneOf(place: string, text: string, allowed: readonly string[]): string {
  if (allowed.includes(text)) return text;
  throw new RequestError(
    "USAGE",
    advice`${place}: expected one of ${allowed.join(", ")}; got ${quoted(text)}`,
  );
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function moment(place: string, text: string): Moment {
  const [, count, unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return { agoMs: Number(count) * (UNITS_MS[unit] ?? 0) };
  const atMs = isoTime(text);
  if (atMs !== undefined) return { atMs };
  throw new RequestError(
    "USAGE",
    advice`${place}: expected an age such as 10m, 2h or 3d, or a date such as 2026-11-29 or 2026-11-29T08:30; got ${quoted(text)}`,
  );
}

/** Epoch ms of a date, or of a date with a time; of this machine's time zone unless the text names one. */
function isoTime(text: string): number | undefined {
  const [, date, time, zone = ""] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text) ?? [];
  if (date === undefined) return undefined;
  const atMs = Date.parse(`${date}T${time ?? "00:00"}${zone}`);
  return Number.isNaN(atMs) || !isDay(date) ? undefined : atMs;
}

/** Date.parse takes 30 February for 2 March. */
function isDay(date: string): boolean {
  return new Date(`${date}T00:00Z`).toISOString().startsWith(date);
}

function pattern(place: string, text: string): RegExp {
  try {
    if (text !== "") return new RegExp(text, "u");
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new RequestError("USAGE", advice`${place}: expected a regular expression, got ${quoted(text)}`);
}
