/** `config.get`: the file as it stands, with secrets replaced. */

import { type ConfigIssue, moreText } from "../../../shared/config/findings.ts";
import { mayHoldSecrets, redactSecrets } from "../../../shared/config/secrets.ts";
import { type ConfigReading, readConfig } from "../../../shared/node/config-source.ts";
import { type ConfigSnapshot, configMethods } from "../../../shared/protocol/methods/config.ts";
import { english } from "../../../shared/remedy.ts";
import type { ConfigPlace } from "../../base/config/config-file.ts";
import { implement, type Method } from "../rpc/implement.ts";

export function configHandlers({ file, env }: ConfigPlace): Method[] {
  return implement(configMethods, { "config.get": () => snapshot(readConfig(file, env)) });
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
  const raw = textOf(reading);
  if (reading.state === "invalid") {
    return {
      ...base,
      exists: true,
      raw,
      parsed,
      valid: false,
      config: {},
      issues: withRest(reading.issues, reading.more),
      warnings: [],
    };
  }
  // A variable stays a name: what it holds may be a secret, wherever it stands.
  const config = redactSecrets(reading.merged);
  const warnings = withRest(reading.warnings, reading.more);
  return { ...base, exists: true, raw, parsed, valid: true, config, issues: [], warnings };
}

function withRest(issues: readonly ConfigIssue[], more: number | undefined) {
  const all = issues.map((issue) => ({ ...issue, message: english(issue.message) }));
  return more === undefined ? all : [...all, { path: "", message: moreText(more) }];
}

/** The text as clients may see it; null when it cannot be parsed, because its secrets cannot be found then. */
function textOf(reading: Exclude<ConfigReading, { state: "missing" }>): string | null {
  const { raw, parsed, state } = reading;
  if (raw === undefined || (state === "invalid" && Object.keys(parsed).length === 0)) return null;
  return mayHoldSecrets(raw) ? `${JSON.stringify(redactSecrets(parsed), null, 2)}\n` : raw;
}
