/** Reads `clawdbot.json`: JSON5 text to a validated configuration, or findings with their place. Never writes. */
import { createHash } from "node:crypto";
import JSON5 from "json5";
import type { GatewayConfig } from "../config/schema.ts";
import { type ConfigIssue, isTooDeep, validateConfig } from "../config/validate.ts";
import { errorText, SetupError } from "../errors.ts";
import { isRecord } from "../protocol/frame.ts";
import type { ReadFailure } from "./small-file.ts";
import { MAX_CONFIG_BYTES, readTextFile } from "./text-file.ts";

/** One reading of the file. `hash` is the hex SHA-256 of the raw text, of "" when there is none. */
export type ConfigReading = { path: string; hash: string } & (
  | { state: "missing" }
  | {
      state: "invalid";
      raw: string | undefined;
      parsed: Record<string, unknown>;
      issues: ConfigIssue[];
      /** Set when there is something at the path that cannot be read. */
      unreadable?: ReadFailure;
    }
  | {
      state: "valid";
      raw: string;
      parsed: Record<string, unknown>;
      config: GatewayConfig;
      warnings: ConfigIssue[];
    }
);

/**
 * Reads and checks the file. Does not throw: a file that cannot be read is an invalid one, and `parsed` of one that cannot be
 * parsed is empty.
 */
export function readConfig(path: string): ConfigReading {
  const file = readTextFile(path, MAX_CONFIG_BYTES);
  if (file.state === "missing") return { state: "missing", path, hash: hashOf("") };
  if (file.state === "unreadable") {
    const { reason, fix } = file;
    return {
      state: "invalid",
      path,
      hash: hashOf(""),
      raw: undefined,
      parsed: {},
      issues: [{ path: "", message: `cannot be read: ${reason}` }],
      unreadable: { reason, fix },
    };
  }
  const raw = file.text;
  const base = { path, hash: hashOf(raw), raw };
  const parsed = parseJson5(raw);
  if ("issue" in parsed) return { ...base, state: "invalid", parsed: {}, issues: [parsed.issue] };
  const { value } = parsed;
  if (!isRecord(value)) {
    return { ...base, state: "invalid", parsed: {}, issues: [{ path: "", message: "must be an object" }] };
  }
  const verdict = validateConfig(value);
  if (verdict.valid) {
    const { config, warnings } = verdict;
    return { ...base, state: "valid", parsed: value, config, warnings };
  }
  // Whoever walks through it would run out of stack.
  const isWalkable = !isTooDeep(value);
  return { ...base, state: "invalid", parsed: isWalkable ? value : {}, issues: verdict.issues };
}

/** Parses JSON5; a syntax error names line and column, both counted from 1. */
export function parseJson5(raw: string): { value: unknown } | { issue: ConfigIssue } {
  const text = raw.replace(/^\uFEFF/, "");
  if (text.trim() === "") return { issue: { path: "", message: "the file is empty" } };
  try {
    return { value: JSON5.parse(text) };
  } catch (error) {
    const place = placeOf(error);
    const at = place === undefined ? "" : `line ${place.line}, column ${place.column}: `;
    const reason = errorText(error)
      .replace(/^JSON5: /, "")
      .replace(/ at \d+:\d+$/, "");
    return { issue: { path: "", message: `${at}${reason}`, ...place } };
  }
}

/** The error a command fails with when the file cannot be used. */
export function configError(reading: Extract<ConfigReading, { state: "invalid" }>): SetupError {
  const { path, issues, unreadable } = reading;
  const details = { path, issues };
  if (unreadable !== undefined) {
    const { reason, fix } = unreadable;
    return new SetupError("CONFIG_INVALID", `Cannot read ${path}: ${reason}`, { fix, details });
  }
  const findings = issues.map((issue) => `  ${issue.path ? `${issue.path}: ` : ""}${issue.message}`);
  const message = [`Invalid configuration: ${path}`, ...findings].join("\n");
  const fix = `clawdbot doctor --fix repairs what it can; or edit ${path}`;
  return new SetupError("CONFIG_INVALID", message, { fix, details });
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function placeOf(error: unknown): { line: number; column: number } | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { lineNumber: line, columnNumber: column } = error as Record<string, unknown>;
  return typeof line === "number" && typeof column === "number" ? { line, column } : undefined;
}
