/** `config.get`: the file as it stands, with secrets replaced. */
import { isDeepStrictEqual } from "node:util";
import { isSecretKey } from "../../../shared/config/secrets.ts";
import { type ConfigReading, parseJson5, readConfig } from "../../../shared/node/config-source.ts";
import { type ConfigSnapshot, configMethods, REDACTED } from "../../../shared/protocol/methods/config.ts";
import { implement, type Method } from "../rpc/implement.ts";

export function configHandlers(file: string): Method[] {
  return implement(configMethods, { "config.get": () => snapshot(readConfig(file)) });
}

function snapshot(reading: ConfigReading): ConfigSnapshot {
  const base = { path: reading.path, hash: reading.hash, legacyIssues: [] };
  if (reading.state === "missing") {
    return {
      ...base,
      exists: false,
      raw: null,
      parsed: {},
      valid: true,
      config: {},
      issues: [],
      warnings: [],
    };
  }
  const parsed = redactSecrets(reading.parsed);
  const raw = reading.raw === undefined ? null : redactText(reading.raw, reading.parsed);
  if (reading.state === "invalid") {
    return {
      ...base,
      exists: true,
      raw,
      parsed,
      valid: false,
      config: {},
      issues: reading.issues,
      warnings: [],
    };
  }
  const config = redactSecrets(reading.config);
  return { ...base, exists: true, raw, parsed, valid: true, config, issues: [], warnings: reading.warnings };
}

/** A copy of the configuration in which every secret is `REDACTED`. */
export function redactSecrets(config: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(config, (key, value) => (isSecret(key, value) ? REDACTED : value)));
}

/** The file's text with each secret replaced where it stands in quotes; null when one cannot be taken out for certain. */
function redactText(raw: string, parsed: Record<string, unknown>): string | null {
  // Secrets of a file that does not parse cannot be found in it, so its text stays here.
  if (Object.keys(parsed).length === 0 && raw.trim() !== "{}") return null;
  const secrets = secretsOf(parsed);
  let text = raw;
  for (const secret of secrets) {
    text = text
      .replaceAll(JSON.stringify(secret), `"${REDACTED}"`)
      .replaceAll(`'${secret}'`, `'${REDACTED}'`);
  }
  // Escapes, comments and a value that equals a secret by chance all end here.
  const again = parseJson5(text);
  const isClean = "value" in again && isDeepStrictEqual(again.value, redactSecrets(parsed));
  return isClean && !secrets.some((secret) => text.includes(secret)) ? text : null;
}

function secretsOf(config: Record<string, unknown>): string[] {
  const found = new Set<string>();
  JSON.stringify(config, (key, value) => {
    if (isSecret(key, value)) found.add(value);
    return value;
  });
  return [...found];
}

function isSecret(key: string, value: unknown): value is string {
  return typeof value === "string" && value !== "" && isSecretKey(key);
}
