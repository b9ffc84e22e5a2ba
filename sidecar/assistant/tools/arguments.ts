/** Arguments of tools as a model gave them: checked by name, with a sentence that the model can act on. */
import { isRecord } from "../../../shared/protocol/frame.ts";

/** Text under the name, or under another one that models know it by; it may be empty. */
export function textArgument(
  args: Readonly<Record<string, unknown>>,
  name: string,
  ...aliases: readonly string[]
): string {
  const value = [name, ...aliases].map((each) => args[each]).find((each) => each !== undefined);
  if (typeof value === "string") return value;
  throw new Error(
    `${name} must be text, and is ${value === undefined ? "missing" : JSON.stringify(value).slice(0, 80)}.`,
  );
}

/** Text under the name that says something; undefined where there is none. */
export function optionalText(args: Readonly<Record<string, unknown>>, name: string): string | undefined {
  if (args[name] === undefined || args[name] === null) return undefined;
  return textArgument(args, name).trim() || undefined;
}

/** A whole number from 0 to `most` under the name; undefined where there is none. */
export function wholeArgument(
  args: Readonly<Record<string, unknown>>,
  name: string,
  most: number,
): number | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new Error(
    `${name} must be a whole number from 0 to ${most}, and is ${JSON.stringify(value).slice(0, 80)}.`,
  );
}

/** A number from 0 to 1 under the name; undefined where there is none. */
export function shareArgument(args: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && value >= 0 && value <= 1) return value;
  throw new Error(`${name} must be a number from 0 to 1, and is ${JSON.stringify(value).slice(0, 80)}.`);
}

/** A whole number from 1 under the name; undefined where there is none. */
export function countArgument(args: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= 1) return value;
  throw new Error(`${name} must be a whole number from 1, and is ${JSON.stringify(value).slice(0, 80)}.`);
}

/**
 * Arguments out of words alone: they stand under `command` where the tool knows that name, else under the one text that it asks for.
 * What is known `about` the call goes with them where the tool takes it.
 */
export function rawArguments(
  { properties, required }: Readonly<Record<string, unknown>>,
  words: string,
  about: Readonly<Record<string, string>>,
): Record<string, string> {
  const known = isRecord(properties) ? properties : {};
  const isText = (name: string) => isRecord(known[name]) && known[name].type === "string";
  const asked = (Array.isArray(required) ? required.map(String) : []).filter(isText);
  const [only, ...others] = Object.hasOwn(known, "command") ? ["command"] : asked;
  if (words === "" && only === undefined) return {};
  if (only === undefined || others.length > 0) throw new Error("The tool cannot be called with words alone.");
  return {
    ...Object.fromEntries(Object.entries(about).filter(([name]) => Object.hasOwn(known, name))),
    [only]: words,
  };
}
