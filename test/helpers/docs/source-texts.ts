/** Reads what the program can say from its source, and tells refusals from remedies, good news and scripts. */
import { readFileSync } from "node:fs";

/** The texts of a source file; what is filled in is written `…`. */
export function literals(file: string): string[] {
  return textsOf(file).map(({ text }) => text);
}

/** Those that a person gets to read when something is refused or does not work. */
export function refusalsOf(file: string): string[] {
  return textsOf(file).flatMap(({ text, role }) => (role === "any" && isRefusal(text) ? [text] : []));
}

interface Text {
  text: string;
  /** `aside`: what surrounds it says that it is a remedy, good news, or meant for the programmer. */
  role: "any" | "aside";
}

function textsOf(file: string): Text[] {
  const source = readFileSync(file, "utf8")
    .replace(/^\s*(\/\*\*[\s\S]*?\*\/|\/\/.*)$/gm, "")
    .replace(PATTERN, "")
    // A command inside a sentence, and one that stands alone.
    .replace(/\$\{ours`([^`]*)`\}/g, "clawdbot $1")
    .replace(/\bours`([^`]*)`/g, "`clawdbot $1`");
  let end = 0;
  let role: Text["role"] = "any";
  return [...source.matchAll(LITERAL)].map((match) => {
    const [whole, plain, template] = match;
    const before = source.slice(end, match.index);
    // The branches of a choice are as what it begins with.
    const goesOn = /^\s*(\?|:|\?\?|\|\|)\s*$/.test(before);
    role = ASIDE.test(before) || (goesOn && role === "aside") ? "aside" : "any";
    end = match.index + whole.length;
    const text = plain ?? (template ?? "").replace(FILLED_IN, "…");
    return { text: text.replace(/\\n/g, "\n").replace(/\\(.)/g, "$1"), role };
  });
}

/** A regular expression, whose quotation marks begin no text. */
const PATTERN = /(?<=[(=,:!&|?\s])\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[gimsuvy]*(?=[.,;)])/g;
/** A remedy by its name, a success or progress by what prints it, a broken rule of our own by its class. */
const ASIDE =
  /(\b(fix|remedy|hints|describe)\s*[:=][^,;{}]*|\b(tick|progress|begin|BugError)\((output\.spell\()?\s*(advice)?|\bdescription\s*=\s*)$/;

const FILLED_IN = /\$\{(?:[^{}`]|`[^`]*`|\{[^}]*\})*\}/g;
const LITERAL = new RegExp(
  `"((?:[^"\\\\\\n]|\\\\.)*)"|\`((?:[^\`\\\\$]|\\\\.|\\$(?!\\{)|${FILLED_IN.source})*)\``,
  "g",
);

/** A text of some length that is neither a good line nor the remedy that follows a refusal, nor a line of another program. */
function isRefusal(text: string): boolean {
  const isLong = text.replace(/[^A-Za-z]/g, "").length >= 12 && text.split(" ").length >= 3;
  return isLong && !text.startsWith("✓") && ![REMEDY, DONE, SCRIPT].some((kind) => kind.test(text));
}

const REMEDY =
  /^\W*(set|unset|see|use|run it|stop it|stop the|end that|end it|close|find|unload|try again|pass|provide|open|enter|install|approve|rename|restart it|log in|start it|take|ask it|move it|update this program|check|put back|with --force|clawdbot|tailscale serve|taskkill|systemctl|launchctl|schtasks|leave it to|takes it over|with --profile|to change)\b/i;
/** What a repair of doctor did. */
const DONE =
  /^(removed|renamed|restored|saved|generated|emptied|ended|reinstalled|restarted|started the service|took|turned) /;
/** PowerShell, sh and cmd, and a pattern for the rules of a firewall. */
const SCRIPT = /^SELECT\b|\$[a-z\d]|^[$^]|^setlocal | mkdir |>nul|>>| \/[cdv]\b/;
