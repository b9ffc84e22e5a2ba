/**
 * Runs one command of `clawdbot` for a profile and reads the JSON document that it prints. The command is not ended
 * with the tray: what it has begun it also finishes.
 */
import { existsSync } from "node:fs";
import { execa } from "execa";
import { neutralLine } from "../../shared/foreign-text.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import type { GatewayProfile } from "../gateway-profiles.ts";
import type { StartRefusal } from "../model/events.ts";

export type CommandAnswer =
  | { readonly ok: true; readonly document: Record<string, unknown> }
  /** `document` is what it printed all the same, such as a report with bad news. */
  | { readonly ok: false; readonly failure: CommandFailure; readonly document?: Record<string, unknown> };

/** Why the command did not do its work, as a gateway that refuses to start says it. */
export type CommandFailure = StartRefusal;

export interface CommandOptions {
  readonly timeoutMs: number;
  /** Gives the command up: it is ended and answers as one that failed. */
  readonly signal?: AbortSignal;
}

const MAX_OUTPUT_BYTES = 1024 * 1024;
const MAX_TEXT_LENGTH = 400;

/** `words` without `--json`. Never fails. */
export async function runCommand(
  { options, launcher, paths, env }: GatewayProfile,
  words: readonly string[],
  { timeoutMs, signal }: CommandOptions,
): Promise<CommandAnswer> {
  const command = ["clawdbot", ...words].join(" ");
  const failed = (message: string): CommandAnswer => ({
    ok: false,
    failure: { code: "SERVICE_FAILED", message: `${command}: ${neutralLine(message, MAX_TEXT_LENGTH)}` },
  });
  try {
    const result = await execa(process.execPath, [launcher(), ...options, ...words, "--json"], {
      ...(existsSync(paths.home) ? { cwd: paths.home } : {}),
      ...(signal === undefined ? {} : { cancelSignal: signal }),
      env,
      extendEnv: false,
      detached: true,
      cleanup: false,
      stdin: "ignore",
      maxBuffer: MAX_OUTPUT_BYTES,
      timeout: timeoutMs,
      reject: false,
      windowsHide: true,
    });
    if (result.timedOut) return failed(`no answer within ${timeoutMs / 1_000} s`);
    const document = parseDocument(result.stdout);
    if (document === undefined) return failed(result.stderr || result.shortMessage || "no answer");
    if (result.exitCode === 0 && document.ok !== false) return { ok: true, document };
    return { ok: false, failure: failureIn(document, command), document };
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

/** The object that a command printed; undefined when it is none. */
export function parseDocument(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // Whatever was printed instead tells nothing that could be acted on.
  }
}

/** Reads the reason out of a document; where the gateway itself refused, that is the reason. */
export function failureIn(document: Record<string, unknown>, command: string): CommandFailure {
  const { error, message, hints } = document;
  const details = isRecord(error) ? error : {};
  const hint = Array.isArray(hints) ? hints.find((line) => typeof line === "string") : undefined;
  const fix = text(details.fix) ?? text(hint);
  const { pid } = details;
  const told = text(details.message) ?? text(error) ?? text(message) ?? `${command} failed`;
  const reason = text(details.reason);
  return {
    code: reason ?? text(details.code) ?? "SERVICE_FAILED",
    message: reason === undefined ? told : withoutFirstLine(told),
    ...(fix === undefined ? {} : { fix }),
    ...(typeof pid === "number" ? { pid } : {}),
  };
}

/** The first line says which service it was that the gateway refused to run as. */
function withoutFirstLine(message: string): string {
  const end = message.indexOf("\n");
  return end < 0 ? message : message.slice(end + 1);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== ""
    ? value.trim().slice(0, MAX_TEXT_LENGTH)
    : undefined;
}
