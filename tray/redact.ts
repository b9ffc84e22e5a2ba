/** Removes secrets from texts that leave the machine: those we know by value, and whatever looks like one. */
import { isSecretKey } from "../shared/config/secrets.ts";

const MARK = "***";
/** Shorter values are words, and taking them out would garble the text. */
const SHORTEST_SECRET = 4;

/** The text without the given secrets and without values that stand behind the name of a secret. */
export function removeSecrets(text: string, secrets: readonly (string | undefined)[]): string {
  const known = secrets.filter((secret) => secret !== undefined && secret.length >= SHORTEST_SECRET);
  const withoutKnown = known.reduce((rest: string, secret) => rest.replaceAll(secret ?? "", MARK), text);
  return withoutKnown
    .replace(
      /((?:token|password|secret|api[-_]?key)["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;"'&}]+)/gi,
      `$1${MARK}`,
    )
    .replace(/(--(?:token|password)\s+)\S+/gi, `$1${MARK}`)
    .replace(/([#&]code=)[\w%-]+/gi, `$1${MARK}`)
    .replace(/(\bBearer\s+)\S+/gi, `$1${MARK}`);
}

/** A copy of parsed JSON in which every value under the name of a secret is replaced. */
export function withoutSecretValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecretValues);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      isSecretKey(key) && typeof inner !== "object" ? MARK : withoutSecretValues(inner),
    ]),
  );
}
