/**
 * Puts a whole configuration that somebody sent into the file: with the stored secrets where it only has marks, and with as little of
 * the text changed as can be. Nothing is written that would be invalid, or that was made for another file than the one that is there.
 */

import { tokensOf } from "../../../../shared/config/json5-tokens.ts";
import { BugError, RequestError } from "../../../../shared/errors.ts";
import { parseJson5 } from "../../../../shared/node/config/parse-text.ts";
import { type ConfigReading, judgeConfig } from "../../../../shared/node/config-source.ts";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { english } from "../../../../shared/remedy.ts";
import { type ConfigPlace, changeConfigFile, previewEdits } from "../../../base/config/config-file.ts";
import { editText, type TextEdit } from "../../../base/config/edit-text.ts";
import { editsBetween, mergePatch } from "../../../base/config/edits-between.ts";
import { refuseIncluded } from "../../../base/config/included.ts";
import { type PutBack, withStoredSecrets } from "./stored-secrets.ts";

/** What somebody sent. */
export interface SentConfig {
  /** JSON5. */
  raw: string;
  /** Of the file that it was made for. */
  baseHash: string | undefined;
  /** Whether it is the whole configuration, or is merged into what there is (RFC 7396). */
  how: "whole" | "patch";
}

type Usable = Extract<ConfigReading, { state: "valid" }>;

/**
 * Writes it and returns what the file says now. Fails with `CONFIG_STALE` and
 * `CONFIG_INVALID`, and as `changeConfigFile` does.
 */
export async function takeOver(place: ConfigPlace, sent: SentConfig, nowMs: number): Promise<Usable> {
  let after: Usable | undefined;
  await changeConfigFile(
    place,
    (reading) => {
      requireBase(reading, sent.baseHash);
      const change = changeOf(reading, sent);
      if (typeof change !== "string" && change.length === 0) {
        after = requireValid(reading);
        return undefined;
      }
      after = requireValid(
        typeof change === "string"
          ? judgeConfig(place.file, change, place.env)
          : previewEdits(reading, change, place.env),
      );
      return change;
    },
    nowMs,
  );
  if (after === undefined) throw new BugError("the configuration was written without a look at it");
  return after;
}

function requireBase(reading: ConfigReading, baseHash: string | undefined): void {
  if (reading.state === "missing") return;
  if (reading.state === "invalid" && reading.raw === undefined)
    throw staleError("config base hash unavailable", reading.hash);
  if (baseHash === undefined) throw staleError("config base hash required", reading.hash);
  if (baseHash.toLowerCase() !== reading.hash)
    throw staleError("config changed since last load", reading.hash);
}

function staleError(what: string, hash: string): RequestError {
  return new RequestError("CONFIG_STALE", `${what}; re-run config.get and retry`, { details: { hash } });
}

function requireValid(reading: ConfigReading): Usable {
  if (reading.state === "valid") return reading;
  const issues =
    reading.state === "missing"
      ? []
      : reading.issues.map(({ path, message }) => ({ path, message: english(message) }));
  throw new RequestError("CONFIG_INVALID", "invalid config", { details: { issues } });
}

/** Changes of single values, or a text of its own where that says more than its values. */
function changeOf(reading: ConfigReading, { raw, how }: SentConfig): readonly TextEdit[] | string {
  const parsed = parseJson5(raw);
  if ("issue" in parsed) {
    const { line, column, message } = parsed.issue;
    const at = line === undefined ? "" : ` at ${line}:${column}`;
    throw new RequestError("CONFIG_INVALID", `SyntaxError: JSON5: ${english(message)}${at}`);
  }
  const { value } = parsed;
  if (!isRecord(value))
    throw new RequestError(
      "CONFIG_INVALID",
      how === "patch" ? "config.patch raw must be an object" : "config raw must be an object",
    );
  refuseNames(value);
  if (how === "patch" && reading.state === "invalid")
    throw new RequestError("CONFIG_INVALID", "invalid config; fix before patching");
  const known = reading.state === "missing" ? {} : reading.parsed;
  const stored = reading.state === "missing" ? {} : { ...reading.merged, ...known };
  const wanted = how === "patch" ? mergePatch(known, value) : value;
  const { values, putBack } = withStoredSecrets(isRecord(wanted) ? wanted : {}, stored);
  const isAText = reading.state === "missing" || Object.keys(known).length === 0 || holdsComments(raw);
  if (how === "whole" && isAText) return withSecrets(raw, putBack);
  const edits = editsBetween(known, values);
  for (const { keys } of edits.filter((edit) => edit.kind !== "move")) refuseElsewhere(keys, reading);
  return edits;
}

/** It means something to every object, and is nobody's name. */
function refuseNames(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  if (Object.hasOwn(value, "__proto__"))
    throw new RequestError("CONFIG_INVALID", "__proto__ is no name of a key");
  for (const each of Object.values(value)) refuseNames(each);
}

function holdsComments(text: string): boolean {
  for (const { kind } of tokensOf(text)) if (kind === "comment") return true;
  return false;
}

function withSecrets(raw: string, putBack: readonly PutBack[]): string {
  const text = raw.endsWith("\n") ? raw : `${raw}\n`;
  return editText(
    text,
    putBack.map(({ keys, value }) => ({ kind: "set" as const, keys, value })),
  );
}

function refuseElsewhere(keys: readonly string[], reading: ConfigReading): void {
  try {
    refuseIncluded(keys, reading);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw new RequestError("CONFIG_INVALID", error.sentence, { cause: error, details: error.details });
  }
}
