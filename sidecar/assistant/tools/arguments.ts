/** Arguments of tools as a model gave them: checked by name, with a sentence that the model can act on. */

/** Text under the name; it may be empty. */
export function textArgument(args: Readonly<Record<string, unknown>>, name: string): string {
  const value = args[name];
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
