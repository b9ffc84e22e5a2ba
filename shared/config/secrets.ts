/** Which values of the configuration are secrets: told by their place and name, because sections of later parts and channels are opaque here. */
import { isRecord } from "../protocol/frame.ts";

/** Stands where a secret was. It is never a secret itself: writers must put the stored value back where they find it. */
export const REDACTED = "__CLAWDBOT_REDACTED__";

const NAMES =
  "token|password|passphrase|secret|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|authorization";
const SECRET_NAME = new RegExp(`(${NAMES})$`, "i");
/** Beside the names, escapes, because they can spell any of them, and the section whose values are secrets by their place. */
const MENTION = new RegExp(`${NAMES}|env|\\\\`, "i");

/** Fewer characters can be guessed by whoever may try for long enough, from as many addresses as they have. */
export const MIN_SHARED_SECRET = 16;

/** How many characters are missing until other machines may be let in with this secret; 0 when none is. */
export function missingCharacters(secret: string): number {
  return Math.max(0, MIN_SHARED_SECRET - [...secret.trim()].length);
}

/** Whether a value under this key is a secret and never appears in reports, such as `token`, `botToken` or `ACME_API_KEY`. */
export function isSecretKey(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Whether everything at this path is a secret: a key on the way names one, or it is a variable for programs the gateway starts. */
export function isSecretPath(keys: readonly string[]): boolean {
  const [first, second, , fourth] = keys;
  return (
    keys.some(isSecretKey) ||
    (first === "env" && second === "vars" && keys.length > 2) ||
    (first === "skills" && second === "entries" && fourth === "env" && keys.length > 4)
  );
}

/**
 * What is wrong with a text in the place of a secret that only stands for one: a mark, a name in brackets, a word out of somebody's
 * example. Undefined for anything else. Never repeats the text.
 */
export function placeholderProblem(text: string): string | undefined {
  if (text.includes(REDACTED)) return "is only the mark of a hidden secret; give the secret itself";
  const plain = text.trim();
  if (FRAMES.some((frame) => frame.test(plain))) return "is only a placeholder; give the secret itself";
  const isStandIn = STAND_INS.some((standIn) => standIn.test(wordOf(plain)));
  return isStandIn ? "is only a placeholder that everybody knows; give a secret of its own" : undefined;
}

/** What makes a text useless as a secret of any kind, to follow its name; undefined for one that may be one. Never repeats the text. */
export function secretProblem(text: string): string | undefined {
  if (text.trim() === "") return "must not be empty";
  if (/\p{Cc}/u.test(text)) return "must not hold line breaks or other control characters";
  return placeholderProblem(text);
}

/** Whether the text is the secret of a guide's examples, such as `your-token`. It may be used as it is, but everybody knows it. */
export function isExampleSecret(text: string): boolean {
  return EXAMPLE.test(wordOf(text));
}

function wordOf(text: string): string {
  return text.length > MAX_STAND_IN ? "" : text.toLowerCase().replace(/[\s_.-]+/g, "");
}

/** `${NAME}`, `$(…)`, `{{name}}`, `<token>`, `[token]`, `%TOKEN%`, `$TOKEN`, and stars or dots that hide a secret. */
const FRAMES = [
  /^\$\{[^}]*\}$/,
  /^\$\([^)]*\)$/,
  /^\{\{[^}]*\}\}$/,
  /^<[^<>]*>$/,
  /^\[[^[\]]*\]$/,
  /^%[A-Za-z_]\w*%$/,
  /^\$[A-Z_][A-Z0-9_]*$/,
  /^[*•.…xX_-]{3,}$/,
  // What stands for the standard input elsewhere.
  /^-{1,2}$/,
];

const MAX_STAND_IN = 64;
const VERBS = "change|replace|update|edit|fill|insert|enter|put|set|add|paste";
const FILLERS =
  "me|it|this|that|in|with|here|your|my|the|a|some|strong|secure|new|own|real|gateway|auth|api|access";
const NOUNS = "token|password|passwd|passphrase|secret|key|value";

/** Without spaces and hyphens: `change me`, `put-your-token-here`, `token here`. `none` is what a client without a secret sends. */
const STAND_INS = [
  new RegExp(`^(${VERBS})(${FILLERS}|${NOUNS})+$`),
  new RegExp(`^(${FILLERS}|${NOUNS})+here$`),
  /^(placeholder|example|todo|tbd|fixme|none|null|undefined|redacted|hidden|masked)$/,
];

const EXAMPLE = new RegExp(`^your(${FILLERS}|${NOUNS})+$`);

/** What stands for a secret in its place. */
export type SecretMark = (keys: readonly string[]) => unknown;

/** A copy of the configuration in which every secret is `REDACTED`, or what `mark` makes of its place. */
export function redactSecrets(
  config: Record<string, unknown>,
  mark: SecretMark = () => REDACTED,
): Record<string, unknown> {
  return redactMembers(config, [], mark);
}

/** Whether the configuration holds any secret. The name of a variable that holds one is none. */
export function holdsSecrets(config: Record<string, unknown>): boolean {
  return holdsSecretAt(config, []);
}

/** Whether the text of a configuration could hold a secret anywhere: in a value, a comment, or a key that a later one replaces. */
export function mayHoldSecrets(text: string): boolean {
  return MENTION.test(text);
}

function holdsSecretAt(value: unknown, keys: readonly string[]): boolean {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).some(([key, each]) => holdsSecretAt(each, [...keys, key]));
  }
  return !isShowable(value) && !isVariable(value) && isSecretPath(keys);
}

function isShowable(value: unknown): boolean {
  return value === "" || (typeof value !== "string" && typeof value !== "number");
}

function isVariable(value: unknown): boolean {
  return typeof value === "string" && /^\$\{[A-Z_][A-Z0-9_]*\}$/.test(value);
}

function redactMembers(
  record: Record<string, unknown>,
  keys: readonly string[],
  mark: SecretMark,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, redact(value, [...keys, key], mark)]),
  );
}

function redact(value: unknown, keys: readonly string[], mark: SecretMark): unknown {
  if (isRecord(value)) return redactMembers(value, keys, mark);
  if (Array.isArray(value)) return value.map((entry, index) => redact(entry, [...keys, String(index)], mark));
  return isShowable(value) || !isSecretPath(keys) ? value : mark(keys);
}
