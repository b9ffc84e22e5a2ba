/**
 * Text that others chose: names and arguments of processes, names on the network, what programs and gateways say. Before it is shown or
 * logged it loses its secrets and everything that could drive a terminal, add lines or change the direction of reading.
 */

/** On one line, without secrets, at most `maxLength` characters. */
export function foreignLine(text: string, maxLength = 1_000): string {
  return neutralLine(maskText(text), maxLength);
}

/** On one line; the last of `maxLength` characters is an ellipsis when the text was cut. */
export function neutralLine(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  const line = neutralText(text)
    .replace(/(?<!\s)\s*[\n\t]\s*/g, " ")
    .trim();
  return shortened(line, maxLength);
}

/** Like `neutralLine`, but line breaks stay. */
export function neutralLines(text: string, maxLength: number): string {
  return shortened(neutralText(text).replaceAll("\t", " ").trim(), maxLength);
}

/** At most `maxLength` whole characters; the last one is an ellipsis when the text was cut. */
export function shortened(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const characters = [...text];
  if (characters.length <= maxLength) return text;
  return `${characters
    .slice(0, maxLength - 1)
    .join("")
    .trimEnd()}…`;
}

/** Line breaks and tabs stay. What remains of other control characters is a mark in their place. */
export function neutralText(text: string): string {
  if (!ODD.test(text)) return text;
  return text
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, "\n")
    .replace(SEQUENCES, "")
    .replace(INVISIBLE, "")
    .replace(/[^\P{Cc}\n\t]|\p{Cs}/gu, "\ufffd");
}

/** A text of JSON whose strings mean what they did, and in which nothing is left that a terminal or a reader would obey. */
export function neutralJson(json: string): string {
  if (!ODD.test(json)) return json;
  return json.replace(/[^\P{Cc}\n\t]|[\u2028\u2029]|\p{Cs}/gu, escaped).replace(INVISIBLE, escaped);
}

/** The words of a command in which values of secrets are `***`. */
export function maskWords(words: readonly string[]): string[] {
  const program =
    /[^/\\]*$/
      .exec(words[0] ?? "")?.[0]
      .replace(/\.exe$/i, "")
      .toLowerCase() ?? "";
  return words.map((word, index) => {
    const before = words[index - 1] ?? "";
    if (takesSecret(before, program) && !word.startsWith("--")) return HIDDEN;
    if (takesAccount(before) && word.includes(":")) return word.replace(/:.*$/s, `:${HIDDEN}`);
    const attached = ATTACHED.test(program) ? /^(-p)[^\d\s-]/.exec(word) : null;
    if (attached !== null) return `${attached[1]}${HIDDEN}`;
    const assigned = /^(--?[\w.-]+|\w+)=/.exec(word);
    if (assigned !== null && isSecretName(assigned[1] ?? "")) return `${assigned[0]}${HIDDEN}`;
    if (assigned !== null && takesAccount(assigned[1] ?? ""))
      return word.replace(/=([^:]*):.*$/s, `=$1:${HIDDEN}`);
    return maskText(word);
  });
}

/**
 * The same for a command on one line. `isQuoted` says whether words with spaces stand in quotation marks there; without them a secret is
 * taken to reach to the next option.
 */
export function maskCommandLine(line: string, isQuoted: boolean): string {
  const parts = line.match(/"[^"]*"|'[^']*'|[^\s"']+(?:"[^"]*"|'[^']*'|[^\s"']+)*/g) ?? [];
  const words = isQuoted ? parts : firstOfValues(parts);
  return maskWords(words).join(" ");
}

/** Any text without what looks like a secret in it: assignments, options, headers, parts of addresses, keys of well-known shapes. */
export function maskText(text: string): string {
  if (!HINT.test(text)) return text;
  return text
    .replace(/(?<![\w+.-])([\w+.-]+:\/\/)(?:([^\s/@:?#]*):)?[^\s/@?#]+@/gi, (_, scheme, user) =>
      user === undefined ? `${scheme}${HIDDEN}@` : `${scheme}${user}:${HIDDEN}@`,
    )
    .replace(PARAMETER, `$1${HIDDEN}`)
    .replace(HEADER, `$1${HIDDEN}`)
    .replace(/\b(Bearer\s+)[^\s"',;]+/gi, `$1${HIDDEN}`)
    .replace(/\b(Basic\s+)(?=[A-Za-z+/]*[\d=+/])[A-Za-z\d+/=]{8,}/g, `$1${HIDDEN}`)
    .replace(OPTION, `$1${HIDDEN}`)
    .replace(ASSIGNMENT, `$1${HIDDEN}`)
    .replace(KEYS, HIDDEN);
}

const HIDDEN = "***";

const NAMES =
  "tokens?|passwords?|passwd|passphrase|pass|pwd|secrets?|api[-_]?keys?|access[-_]?keys?|private[-_]?keys?|keys?|credentials?|authorization|cookies?|otp|pin";
const VALUE = `"[^"]*"|'[^']*'|[^\\s,;&"'})\\]]+`;

// Each of these is tried once for each word, wherever the word ends: strangers choose the text, and a pattern that starts anew at every
// character of it would hold everything else up for seconds.

const SECRET_NAME = new RegExp(`(?:${NAMES})$`, "i");
const PARAMETER = new RegExp(`([?&#;](?:[\\w.-]*(?:${NAMES})|code|sig|signature)=)[^\\s&#"']+`, "gi");
const HEADER =
  /\b((?:proxy-)?authorization\s*[:=]\s*|(?:set-)?cookie\s*:\s*|(?<![\w-])x-(?=[\w-]*(?:token|key|auth|secret))[\w-]*\s*:\s*)[^\r\n"']+/gi;
const OPTION = new RegExp(
  `((?:^|[\\s"'(,])--?[\\w.-]*(?:${NAMES})\\s+|(?:^|\\s)-[pP]\\s+)(?!-)(?:${VALUE})`,
  "gi",
);
const ASSIGNMENT = new RegExp(
  `((?<![\\w.-])[\\w.-]*(?:${NAMES})["']?\\s*[:=]\\s*)(?!\\*\\*\\*)(?:${VALUE})`,
  "gi",
);
/** Keys of model providers, GitHub, GitLab, Slack and AWS, and JSON web tokens. */
const KEYS =
  /\b(?:sk-[\w-]{16,}|gh[opsur]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{10,}|AKIA[A-Z\d]{12,}|eyJ[\w-]{8,2048}\.[\w-]{8,}\.[\w-]*)/g;
/** Whatever one of the patterns above could match has one of these. */
const HINT =
  /[=:@#]|-[pP]\s|sk-|gh\w?_|github_|glpat-|xox|AKIA|eyJ|Bearer|Basic|(?<![\w.-])--?[\w.-]*(?:tok|pas|pwd|sec|key|cred|auth|cook|otp|pin)/i;

/** Escape sequences of ECMA-48: with parameters (colours), of operating system commands (titles, links), and short ones. */
const SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]/g;
/** Changes of direction, characters without width, and tags. Joiners stay, of which emoji are made. */
const INVISIBLE =
  /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;
const ODD =
  /[^\P{Cc}\n\t]|[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Cs}/u;

function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Programs that take a password right behind `-p`. */
const ATTACHED = /^(mysql|mariadb|sshpass|7z|7za|unrar|rar)/;

function takesSecret(option: string, program: string): boolean {
  if (/^-[pP]$/.test(option)) return true;
  if (option === "-a" && program === "redis-cli") return true;
  if (option === "-w" && program.startsWith("ldap")) return true;
  return /^--?[A-Za-z][\w.-]*$/.test(option) && isSecretName(option);
}

function takesAccount(option: string): boolean {
  return ["-u", "-U", "--user", "--proxy-user", "--auth", "--basic-auth"].includes(option);
}

/** Without quotation marks nobody can tell where a value ends: what follows its first word is left out up to the next option. */
function firstOfValues(parts: readonly string[]): string[] {
  let left = Number.POSITIVE_INFINITY;
  return parts.filter((part) => {
    if (part.startsWith("-")) {
      left = wordsOfSecret(part);
      return true;
    }
    left -= 1;
    return left >= 0;
  });
}

/** How many words after the option are shown, masked or not. */
function wordsOfSecret(option: string): number {
  if (takesSecret(option, "")) return 1;
  const name = /^(--?[\w.-]+)=/.exec(option)?.[1];
  return name !== undefined && isSecretName(name) ? 0 : Number.POSITIVE_INFINITY;
}

function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
    .join("");
}
