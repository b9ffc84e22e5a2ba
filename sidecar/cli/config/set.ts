/** `clawdbot config set <path> <value>`: one value, checked before it is written. */
import { isSecretKey } from "../../../shared/config/secrets.ts";
import { type ConfigVerdict, validateConfig } from "../../../shared/config/validate.ts";
import { RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { configError, parseJson5, readConfig } from "../../../shared/node/config-source.ts";
import { isSameProcess } from "../../../shared/node/process-identity.ts";
import { readFacts } from "../../../shared/node/run-state.ts";
import { REDACTED } from "../../../shared/protocol/methods/config.ts";
import { writeConfigFile } from "../../base/config/config-file.ts";
import { parsePath, withValueAt } from "../../base/config/dotted-path.ts";
import type { Invocation } from "../invocation.ts";

export async function run({
  arguments: [path = "", text = ""],
  surroundings,
  output,
}: Invocation): Promise<number> {
  const { paths } = surroundings;
  const keys = parsePath(path);
  const reading = readConfig(paths.configFile);
  // A file that parses but is invalid may be repaired by exactly this call.
  if (reading.state === "invalid" && Object.keys(reading.parsed).length === 0) throw configError(reading);
  const current = reading.state === "missing" ? {} : reading.parsed;

  const { next, verdict } = checkedChange(current, keys, text);
  if (!verdict.valid) {
    const findings = verdict.issues.map((issue) => `${issue.path || path}: ${issue.message}`).join("\n");
    throw new RequestError("CONFIG_INVALID", `Nothing was written: ${findings}`, {
      details: { path, issues: verdict.issues },
    });
  }
  await writeConfigFile(paths.configFile, next, Date.now());

  const warning = verdict.warnings.find((issue) => issue.path === keys[0]);
  if (warning) output.note(`Warning: ${warning.path}: ${warning.message}`);
  output.tick(`${path} is set in ${paths.configFile}`);
  if (reading.state === "valid" && !isPlainJson(reading.raw)) {
    output.note(`Comments are not kept; the previous file is ${paths.configFile}.bak`);
  }
  const facts = readFacts(paths.factsFile);
  const isRunning = facts !== undefined && isSameProcess(facts.pid, facts.startId);
  if (isRunning) output.note(`The running gateway (PID ${facts.pid}) takes it over when it is restarted.`);
  output.document({ ok: true, path, file: paths.configFile, restartNeeded: isRunning });
  return EXIT.ok;
}

/** Takes the text as JSON5 where that fits the schema, else as it was typed: a token of digits is still text. */
function checkedChange(
  current: Record<string, unknown>,
  keys: string[],
  text: string,
): { next: Record<string, unknown>; verdict: ConfigVerdict } {
  if (text === REDACTED)
    throw new RequestError("USAGE", "A redacted value cannot be set; give the secret itself");
  const asText = withValueAt(current, keys, text);
  const parsed = parseJson5(text);
  const value = "issue" in parsed ? text : parsed.value;
  const isSecret = isSecretKey(keys.at(-1) ?? "");
  const next = isSecret && typeof value !== "string" ? asText : withValueAt(current, keys, value);
  const verdict = validateConfig(next);
  if (verdict.valid) return { next, verdict };
  const textVerdict = validateConfig(asText);
  return textVerdict.valid ? { next: asText, verdict: textVerdict } : { next, verdict };
}

function isPlainJson(raw: string): boolean {
  try {
    JSON.parse(raw);
    return true;
  } catch {
    return false; // JSON5 with comments, single quotes or trailing commas.
  }
}
