/** Secrets that are known here, word for word: tools do not return them. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { isSecretKey, isSecretPath } from "../../../shared/config/secrets.ts";
import type { Environment } from "../../../shared/node/paths.ts";
import { smallText } from "../../../shared/node/small-file.ts";

/** What stands where one was. */
export const HIDDEN = "[secret]";

/** Shorter ones stand in too many words. */
const LEAST_CHARS = 6;
const MOST_FILE_BYTES = 256 * 1024;
const FILE_NAMES = /^\.env(?:\..+|rc)?$/;
/** In a file of variables, names and values that are secrets. */
const NAMES = /key|token|secret|passw|passphrase|credential|auth|private|signature|salt/i;
const WITH_PASSWORD = /^[a-z][\w+.-]*:\/\/[^\s/:@]*:([^\s/@]+)@/i;

export interface SecretSources {
  config: unknown;
  env: Environment;
  /** Of accounts at providers. */
  stored: readonly string[];
  /** Where files of variables may lie. */
  directories: readonly string[];
}

/** Replaces each of them in a text. */
export type Mask = (text: string) => string;

export function maskOf(sources: SecretSources): Mask {
  const secrets = knownSecrets(sources);
  if (secrets.length === 0) return (text) => text;
  const pattern = new RegExp(
    secrets.map((each) => each.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("|"),
    "g",
  );
  return (text) => text.replace(pattern, HIDDEN);
}

/** The longest first, lines of one that has several each by itself. */
function knownSecrets({ config, env, stored, directories }: SecretSources): string[] {
  const found = new Set<string>();
  const add = (value: string) => {
    const lines = value.includes("\n") ? value.split(/\r?\n/) : [value];
    for (const line of lines) {
      const text = line.trim();
      if (text.length >= LEAST_CHARS && !/^-----(?:BEGIN|END) /.test(text)) found.add(text);
      const json = JSON.stringify(text).slice(1, -1);
      if (text.length >= LEAST_CHARS && json !== text) found.add(json);
    }
  };
  collect(config, [], add);
  for (const [name, value = ""] of Object.entries(env))
    if (isSecretKey(name) || /_KEY$/.test(name)) add(value);
  for (const value of stored) add(value);
  for (const directory of new Set(directories)) for (const value of inFiles(directory)) add(value);
  return [...found].sort((one, other) => other.length - one.length);
}

function collect(value: unknown, keys: readonly string[], add: (secret: string) => void): void {
  if (typeof value === "string") {
    if (isSecretPath(keys)) add(value);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, each] of Object.entries(value)) collect(each, [...keys, name], add);
  }
}

function inFiles(directory: string): string[] {
  return namesIn(directory).flatMap((name) => {
    const variables = parseEnv(smallText(join(directory, name), MOST_FILE_BYTES) ?? "");
    return Object.entries(variables).flatMap(([variable, value = ""]) => {
      const password = WITH_PASSWORD.exec(value)?.[1];
      if (password !== undefined) return [password, value];
      return NAMES.test(variable) ? [value] : [];
    });
  });
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => FILE_NAMES.test(name));
  } catch {
    return []; // A directory that cannot be read holds no file that could be.
  }
}
