/** Reads `clawdbot.json`: JSON5 text to a validated configuration, or findings with their place. Never writes. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import JSON5 from "json5";
import type { GatewayConfig } from "../config/schema.ts";
import { type ConfigIssue, validateConfig } from "../config/validate.ts";
import { errorText, SetupError, systemCode } from "../errors.ts";
import { isRecord } from "../protocol/frame.ts";

/** One reading of the file. `hash` is the hex SHA-256 of the raw text, of "" when there is none. */
export type ConfigReading = { path: string; hash: string } & (
  | { state: "missing" }
  | {
      state: "invalid";
      raw: string | undefined;
      parsed: Record<string, unknown>;
      issues: ConfigIssue[];
    }
  | {
      state: "valid";
      raw: string;
      parsed: Record<string, unknown>;
      config: GatewayConfig;
      warnings: ConfigIssue[];
    }
);

/** Reads and checks the file. Does not throw: an unreadable file is an invalid one with the system's reason. */
export function readConfig(path: string): ConfigReading {
  let raw: string;
  try {
    raw = readFileSync(path, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return { state: "missing", path, hash: hashOf("") };
    const message = `cannot be read (${systemCode(error) ?? errorText(error)})`;
    return {
      state: "invalid",
      path,
      hash: hashOf(""),
      raw: undefined,
      parsed: {},
      issues: [{ path: "", message }],
    };
  }
  const hash = hashOf(raw);
  const parsed = parseJson5(raw);
  if ("issue" in parsed)
    return {
      state: "invalid",
      path,
      hash,
      raw,
      parsed: {},
      issues: [parsed.issue],
    };
  if (!isRecord(parsed.value)) {
    return {
      state: "invalid",
      path,
      hash,
      raw,
      parsed: {},
      issues: [{ path: "", message: "must be an object" }],
    };
  }
  const verdict = validateConfig(parsed.value);
  return verdict.valid
    ? {
        state: "valid",
        path,
        hash,
        raw,
        parsed: parsed.value,
        config: verdict.config,
        warnings: verdict.warnings,
      }
    : {
        state: "invalid",
        path,
        hash,
        raw,
        parsed: parsed.value,
        issues: verdict.issues,
      };
}

/** Parses JSON5; a syntax error names line and column, both counted from 1. */
export function parseJson5(raw: string): { value: unknown } | { issue: ConfigIssue } {
  try {
    return { value: JSON5.parse(raw.replace(/^\uFEFF/, "")) };
  } catch (error) {
    const at =
      isRecordLike(error) && typeof error.lineNumber === "number" && typeof error.columnNumber === "number"
        ? `line ${error.lineNumber}, column ${error.columnNumber}: `
        : "";
    const reason = errorText(error)
      .replace(/^JSON5: /, "")
      .replace(/ at \d+:\d+$/, "");
    return {
      issue: {
        path: "",
        message: `${at}${raw.trim() === "" ? "the file is empty" : reason}`,
      },
    };
  }
}

/** The error a command fails with when the file cannot be used. */
export function configError(reading: Extract<ConfigReading, { state: "invalid" }>): SetupError {
  const findings = reading.issues.map((issue) => `  ${issue.path ? `${issue.path}: ` : ""}${issue.message}`);
  return new SetupError(
    "CONFIG_INVALID",
    [`Invalid configuration: ${reading.path}`, ...findings].join("\n"),
    {
      fix: `edit ${reading.path}`,
      details: { path: reading.path, issues: reading.issues },
    },
  );
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function isRecordLike(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
