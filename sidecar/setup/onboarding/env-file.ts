/** Puts variables into the `.env` of a profile and leaves the rest of the file as somebody wrote it. */

import { isDeepStrictEqual, parseEnv } from "node:util";
import { SetupError } from "../../../shared/errors.ts";
import { replaceFile } from "../../../shared/node/replace-file.ts";
import { readTextFile } from "../../../shared/node/text-file.ts";
import { unwritable } from "../../../shared/node/unwritable.ts";
import { advice, whole } from "../../../shared/remedy.ts";

/** Such a file has some lines. */
const MAX_BYTES = 1_048_576;

/** Sets the variables in the file, readable by its owner only. False when they were so already. Fails with `STATE_UNWRITABLE`. */
export function setVariables(file: string, variables: Readonly<Record<string, string>>): boolean {
  const source = readTextFile(file, MAX_BYTES);
  if (source.state === "unreadable") {
    throw new SetupError("STATE_UNWRITABLE", advice`Cannot read ${file}: ${whole(source.reason)}`, {
      fix: source.fix,
    });
  }
  const before = source.state === "text" ? source.text : "";
  const after = withVariables(before, variables, file);
  if (after === before) return false;
  try {
    replaceFile(file, after, { follow: true });
    return true;
  } catch (error) {
    throw unwritable(file, error);
  }
}

/**
 * The text with the variables set: in the line where one stands, else at the end, else at the beginning. Values are single words without quotes. Fails with
 * `STATE_UNWRITABLE`, naming the file, when the text is such that no line could set one.
 */
export function withVariables(
  text: string,
  variables: Readonly<Record<string, string>>,
  file: string,
): string {
  return Object.entries(variables).reduce((before, variable) => withVariable(before, variable, file), text);
}

function withVariable(text: string, [name, value]: [string, string], file: string): string {
  const before = parseEnv(text);
  if (before[name] === value) return text;
  const place = new RegExp(`^([ \\t]*(?:export[ \\t]+)?)${name}[ \\t]*=.*$`, "m");
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const gap = text === "" || text.endsWith("\n") ? "" : lineEnd;
  const attempts = [`${name}=${value}`, `${name}="${value}"`].flatMap((line) => [
    ...(place.test(text) ? [text.replace(place, (_match, lead: string) => `${lead}${line}`)] : []),
    `${text}${gap}${line}${lineEnd}`,
    `${line}${lineEnd}${text}`,
  ]);
  // Values over several lines, quotes that nobody closed and second lines for a variable all get in the way of some.
  const good = attempts.find((attempt) =>
    isDeepStrictEqual({ ...parseEnv(attempt) }, { ...before, [name]: value }),
  );
  if (good !== undefined) return good;
  throw new SetupError("STATE_UNWRITABLE", advice`${name} cannot be set in ${file}.`, {
    fix: "look in that file for a quotation mark that is not closed",
  });
}
