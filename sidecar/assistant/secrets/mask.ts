/** Takes secrets out of what programs print: those that the gateway knows, and those in the files of variables beside a program. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { Environment } from "../../../shared/node/paths.ts";
import { smallText } from "../../../shared/node/small-file.ts";
import { type KnownSecrets, knownSecrets, withoutSecrets } from "./known-secrets.ts";

export interface MaskSources {
  config: object;
  env: Environment;
  /** Of accounts at providers: name and value. */
  stored: readonly { name: string; secret: string }[];
  /** Where files of variables may lie. */
  directories: readonly string[];
}

/** Replaces each of them in a text. */
export type Mask = (text: string) => string;

const MOST_FILE_BYTES = 256 * 1024;
const FILE_NAMES = /^\.env(?:\..+|rc)?$/;
/** In a file of variables, names whose values are secrets. */
const NAMES = /key|token|secret|passw|passphrase|credential|auth|private|signature|salt/i;
const WITH_PASSWORD = /^[a-z][\w+.-]*:\/\/[^\s/:@]*:([^\s/@]+)@/i;

export function maskOf({ config, env, stored, directories }: MaskSources): Mask {
  const inFiles = [...new Set(directories)].flatMap(secretsIn);
  const secrets: KnownSecrets = knownSecrets({ config, env, stored: [...stored, ...inFiles] });
  return secrets.size === 0 ? (text) => text : (text) => withoutSecrets(text, secrets);
}

function secretsIn(directory: string): { name: string; secret: string }[] {
  return namesIn(directory).flatMap((file) => {
    const variables = parseEnv(smallText(join(directory, file), MOST_FILE_BYTES) ?? "");
    return Object.entries(variables).flatMap(([name, secret = ""]) => {
      const password = WITH_PASSWORD.exec(secret)?.[1];
      if (password !== undefined) return [secret, password].map((each) => ({ name, secret: each }));
      return NAMES.test(name) ? [{ name, secret }] : [];
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
