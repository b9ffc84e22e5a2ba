/** Arguments of tools as a model gave them: checked by name, with a sentence that the model can act on. */

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

/** A whole number from 1 under the name; undefined where there is none. */
export function countArgument(args: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= 1) return value;
  throw new Error(`${name} must be a whole number from 1, and is ${JSON.stringify(value).slice(0, 80)}.`);
}
