/** Puts variables into the `.env` of a profile and leaves the rest of the file as somebody wrote it. */
import { existsSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { isDeepStrictEqual, parseEnv } from "node:util";
import { SetupError } from "../../../shared/errors.ts";
import { readTextFile } from "../../../shared/node/text-file.ts";
import { unwritable } from "../../base/config/config-file.ts";

/** Such a file has some lines. */
const MAX_BYTES = 1_048_576;

/** Sets the variables in the file, readable by its owner only. False when they were so already. Fails with `STATE_UNWRITABLE`. */
export function setVariables(file: string, variables: Readonly<Record<string, string>>): boolean {
  const source = readTextFile(file, MAX_BYTES);
  if (source.state === "unreadable") {
    throw new SetupError("STATE_UNWRITABLE", `Cannot read ${file}: ${source.reason}`, { fix: source.fix });
  }
  const before = source.state === "text" ? source.text : "";
  const after = withVariables(before, variables);
  if (after === before) return false;
  const target = existsSync(file) ? realpathSync(file) : file;
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, after, { mode: 0o600, flush: true });
    renameSync(temporary, target);
    return true;
  } catch (error) {
    rmSync(temporary, { force: true });
    throw unwritable(file, error);
  }
}

/** The text with the variables set: in the line where one stands, else at the end. Values are single words without quotes. */
export function withVariables(text: string, variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables).reduce(withVariable, text);
}

function withVariable(text: string, [name, value]: [string, string]): string {
  const wanted = { ...parseEnv(text), [name]: value };
  if (parseEnv(text)[name] === value) return text;
  const line = `${name}="${value}"`;
  const place = new RegExp(`^([ \\t]*(?:export[ \\t]+)?)${name}[ \\t]*=.*$`, "m");
  const inPlace = text.replace(place, (_match, lead: string) => `${lead}${line}`);
  // A value over several lines, or a second line for the same variable: the last one counts.
  if (place.test(text) && isDeepStrictEqual({ ...parseEnv(inPlace) }, wanted)) return inPlace;
  const gap = text === "" || text.endsWith("\n") ? "" : "\n";
  return `${text}${gap}${line}\n`;
}
