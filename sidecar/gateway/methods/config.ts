/** `config.get`: the file as it stands, with secrets replaced. */
import { SECRET_PATHS } from "../../../shared/config/schema.ts";
import { type ConfigReading, readConfig } from "../../../shared/node/config-source.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
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
  const raw = reading.raw === undefined ? null : redactText(reading.raw, secretsOf(reading.parsed));
  if (reading.state === "invalid") {
    // Secrets of a file that does not parse cannot be found in it, so its text stays here.
    const safe = Object.keys(reading.parsed).length > 0 ? raw : null;
    return {
      ...base,
      exists: true,
      raw: safe,
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
  const copy = structuredClone(config);
  for (const { parent, key } of secretPlaces(copy)) parent[key] = REDACTED;
  return copy;
}

function secretsOf(config: Record<string, unknown>): string[] {
  return secretPlaces(config).map(({ parent, key }) => String(parent[key]));
}

function secretPlaces(config: Record<string, unknown>): { parent: Record<string, unknown>; key: string }[] {
  return SECRET_PATHS.flatMap((path) => {
    const keys = path.split(".");
    const key = keys.pop() ?? "";
    let parent: unknown = config;
    for (const step of keys) parent = isRecord(parent) ? parent[step] : undefined;
    return isRecord(parent) && parent[key] !== undefined ? [{ parent, key }] : [];
  });
}

/** Replaces each secret where it stands as a quoted value, in either quote style of JSON5. */
function redactText(raw: string, secrets: readonly string[]): string {
  let text = raw;
  for (const secret of secrets) {
    const double = JSON.stringify(secret);
    text = text.replaceAll(double, `"${REDACTED}"`).replaceAll(`'${secret}'`, `'${REDACTED}'`);
  }
  return text;
}
