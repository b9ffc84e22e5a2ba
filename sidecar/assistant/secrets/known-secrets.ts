/**
 * Secrets that the gateway knows: of its configuration, its environment and its store. No tool gives one to a model: a mark stands in its
 * place, which no tool writes into a file.
 */
import { isSecretKey, redactSecrets } from "../../../shared/config/secrets.ts";
import type { Environment } from "../../../shared/node/paths.ts";
import { valueAt } from "../../base/config/dotted-path.ts";

/** What a secret is called, by its value. */
export type KnownSecrets = ReadonlyMap<string, string>;

/** Shorter ones stand in every other text by chance. */
const LEAST_CHARS = 6;

export function knownSecrets({
  config,
  env,
  stored,
}: {
  config: object;
  env: Environment;
  /** Of the store: name and value. */
  stored: readonly { name: string; secret: string }[];
}): KnownSecrets {
  const found = new Map<string, string>();
  const add = (value: unknown, name: string) => {
    for (const form of typeof value === "string" ? formsOf(value) : [])
      if (!found.has(form)) found.set(form, name);
  };
  redactSecrets({ ...config }, (keys) => {
    add(valueAt(config, keys), keys.join("."));
    return undefined;
  });
  for (const [name, value] of Object.entries(env))
    if (isSecretKey(name) || /_KEY$/i.test(name)) add(value, name);
  for (const { name, secret } of stored) add(secret, name);
  return found;
}

/** As a secret may stand in a text: whole, each line of a key in several, and as JSON writes it. */
function formsOf(value: string): string[] {
  const lines = value.includes("\n") ? [value, ...value.split(/\r?\n/)] : [value];
  const texts = lines.map((line) => line.trim()).filter((line) => !/^-----(?:BEGIN|END) [^\n]*$/.test(line));
  const forms = [...texts, ...texts.map((text) => JSON.stringify(text).slice(1, -1))];
  return [...new Set(forms)].filter(({ length }) => length >= LEAST_CHARS);
}

/** The text with a mark in the place of each of them. */
export function withoutSecrets(text: string, secrets: KnownSecrets): string {
  // One may be the beginning of another.
  const longestFirst = [...secrets].sort(([one], [other]) => other.length - one.length);
  return longestFirst.reduce((rest, [value, name]) => rest.replaceAll(value, markOf(name)), text);
}

/** The values that a file of variables gives to names of secrets. */
export function secretsInVariables(text: string): KnownSecrets {
  const found = new Map<string, string>();
  for (const [, name = "", quoted, plain = ""] of text.matchAll(VARIABLE)) {
    const value = quoted?.slice(1, -1) ?? plain.trim();
    if (isSecretKey(name) && value.length >= LEAST_CHARS) found.set(value, name);
  }
  return found;
}

/** Whether a mark is in the text, which stands for something that its writer has not seen. */
export function holdsMark(text: string): boolean {
  return MARK.test(text);
}

const VARIABLE = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*[=:]\s*("[^"\n]*"|'[^'\n]*')?([^\n#]*)/gm;
const MARK = /\[secret: [^\]\n]{1,300}\]/;

function markOf(name: string): string {
  return `[secret: ${name.replace(/[\]\n]/g, "")}]`;
}
