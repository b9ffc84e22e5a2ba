/**
 * Changes `clawdbot.json`: one writer at a time, whole and durably or not at all, readable by the owner only, with the previous
 * files kept. What is not told to change stays in the text as somebody wrote it.
 */

import {
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { BugError, errorText, SetupError, systemCode } from "../../../shared/errors.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import { parseJson5 } from "../../../shared/node/config/parse-text.ts";
import {
  type ConfigReading,
  configError,
  judgeConfig,
  readConfig,
} from "../../../shared/node/config-source.ts";
import { halfWriteOf, isHalfWrite } from "../../../shared/node/half-writes.ts";
import { acquireLock } from "../../../shared/node/lock.ts";
import type { Environment } from "../../../shared/node/paths.ts";
import { keepOwner, syncDirectory, takePlace } from "../../../shared/node/replace-file.ts";
import { unwritable } from "../../../shared/node/unwritable.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { advice, whole } from "../../../shared/remedy.ts";
import { APP_VERSION, isNewer } from "../../../shared/version.ts";
import { movedValue, withoutValueAt, withValueAt } from "./dotted-path.ts";
import { editText, type TextEdit } from "./edit-text.ts";

/** How many numbered backups stand behind `.bak`. */
const NUMBERED_BACKUPS = 4;

/** How long a writer waits for another one, in ms; then something holds the lock that is not just writing. */
const LOCK_WAIT_MS = 5_000;
const LOCK_RETRY_MS = 20;

/** A configuration and the variables that it may ask for. */
export interface ConfigPlace {
  file: string;
  env: Environment;
}

/** What else a writer may say. */
export interface ConfigWriting {
  /** How long to wait for another writer, in ms. */
  waitMs?: number;
  /** Hash of a file that needs no backup: the caller wrote it itself a moment ago, and kept what was there before. */
  ownHash?: string | undefined;
}

/** What becomes of the file: changes of single values, a text to be written as it is, or undefined to leave it alone. */
export type ConfigChange = (
  reading: ConfigReading,
  preview: (edits: readonly TextEdit[]) => ConfigReading,
) => readonly TextEdit[] | string | undefined;

/**
 * Reads the file, gives the reading to `change` and replaces the file with the answer; changed values are stamped with version and
 * time, and the previous file becomes `.bak`. Nobody else writes in between. Creates the directory with mode 0700. The result says
 * whether the file was written. Fails with what `change` throws, with `CONFIG_INVALID` when values are to be changed in a file that
 * cannot be parsed, and with `STATE_UNWRITABLE`; the file and its backups are then as they were.
 */
export async function changeConfigFile(
  { file, env }: ConfigPlace,
  change: ConfigChange,
  nowMs: number,
  { waitMs = LOCK_WAIT_MS, ownHash }: ConfigWriting = {},
): Promise<boolean> {
  const lock = await lockConfig(file, waitMs);
  try {
    const reading = readConfig(file, env);
    const preview = (edits: readonly TextEdit[]) => judgeConfig(file, edited(reading, edits), env);
    const next = change(reading, preview);
    if (next === undefined) return false;
    const text = typeof next === "string" ? next : edited(reading, [...next, ...stamp(reading, nowMs)]);
    removeHalves(file);
    writeConfig(file, text, reading.hash !== ownHash);
    return true;
  } finally {
    lock.dispose();
  }
}

/** What the file would be after these changes; fails like them. Nothing is written. */
export function previewEdits(
  reading: ConfigReading,
  edits: readonly TextEdit[],
  env: Environment,
): ConfigReading {
  return judgeConfig(reading.path, edited(reading, edits), env);
}

/** The values that a change starts from; none when there is no file. Fails with `CONFIG_INVALID` when the file cannot be parsed. */
export function valuesIn(reading: ConfigReading): Record<string, unknown> {
  textToEdit(reading);
  return reading.state === "missing" ? {} : reading.parsed;
}

/** The text that changes are made in. A file that parses but is invalid may be repaired by the change. */
function textToEdit(reading: ConfigReading): string {
  if (reading.state === "missing") return "{}\n";
  const { raw } = reading;
  if (reading.state === "valid") return reading.raw;
  if (raw !== undefined && Object.keys(reading.parsed).length > 0) return raw;
  // Comments alone are no mistake, and are kept.
  if (raw !== undefined && reading.isComments) return `${raw}${/[\n\r]$/.test(raw) ? "" : "\n"}{}\n`;
  throw configError(reading);
}

/** The text after the changes, which say there what they say in values. */
function edited(reading: ConfigReading, edits: readonly TextEdit[]): string {
  const before = textToEdit(reading);
  const values = edits.reduce(changedValues, valuesIn(reading));
  const text = editText(before, edits);
  const after = parseJson5(text);
  if ("value" in after && isDeepStrictEqual(after.value, values)) return text;
  throw new BugError(`the change of ${reading.path} could not be written into its text; nothing was written`);
}

function changedValues(values: Record<string, unknown>, edit: TextEdit): Record<string, unknown> {
  switch (edit.kind) {
    case "set":
      return withValueAt(values, edit.keys, edit.value);
    case "unset":
      return withoutValueAt(values, edit.keys) ?? values;
    case "move":
      return movedValue(values, edit.from, edit.to) ?? values;
  }
}

/** What a newer version wrote stays marked as its own: older ones are careful with it. */
function stamp(reading: ConfigReading, nowMs: number): TextEdit[] {
  const { meta } = valuesIn(reading);
  if (meta !== undefined && meta !== null && !isRecord(meta)) return [];
  const touched = isRecord(meta) ? meta.lastTouchedVersion : undefined;
  const isLater = typeof touched === "string" && isNewer(touched, APP_VERSION);
  const version: TextEdit = { kind: "set", keys: ["meta", "lastTouchedVersion"], value: APP_VERSION };
  const at: TextEdit = {
    kind: "set",
    keys: ["meta", "lastTouchedAt"],
    value: new Date(nowMs).toISOString(),
  };
  return isLater ? [at] : [version, at];
}

async function lockConfig(path: string, waitMs: number): Promise<Disposable> {
  const deadlineMs = performance.now() + waitMs;
  for (;;) {
    const lock = await tryLock(path);
    if (lock !== undefined) return lock;
    if (performance.now() > deadlineMs) {
      throw new SetupError("STATE_UNWRITABLE", advice`Cannot write ${path}: another program is changing it`, {
        fix: advice`try again; if it stays so, end the program that holds ${path}.lock`,
        details: { path },
      });
    }
    // Waiting writers that all come back at the same moment would get in each other's way again.
    await delay(LOCK_RETRY_MS * (1 + Math.random()));
  }
}

async function tryLock(path: string): Promise<Disposable | undefined> {
  try {
    return await acquireLock(`${path}.lock`);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Whoever holds the lock is the only writer: halves are of those that were ended. */
function removeHalves(path: string): void {
  const target = existsSync(path) ? realpathSync(path) : path;
  for (const file of new Set([path, target])) {
    const halves = readdirSync(dirname(file)).filter((name) => isHalfWrite(name, basename(file)));
    for (const name of halves) rmSync(join(dirname(file), name), { force: true });
  }
}

/** Everything that needs room is written first, so that a full disk changes nothing; backups move when the rest is done. */
function writeConfig(path: string, text: string, keepsPrevious: boolean): void {
  const isThere = existsSync(path);
  const target = isThere ? realpathSync(path) : path;
  const fresh = halfWriteOf(target, "new");
  const copy = halfWriteOf(`${path}.bak`, "new");
  try {
    writeFileSync(fresh, text, { mode: 0o600, flush: true });
    if (isThere) keepOwner(path, fresh);
    if (isThere && keepsPrevious) {
      copyFileSync(path, copy);
      chmodSync(copy, 0o600);
      keepOwner(path, copy);
    }
    takePlace(fresh, target, text);
  } catch (error) {
    rmSync(fresh, { force: true });
    rmSync(copy, { force: true });
    throw unwritable(path, error);
  }
  if (isThere && keepsPrevious) keepBackup(path, copy);
  syncDirectory(dirname(target));
}

function keepBackup(path: string, copy: string): void {
  try {
    rotateBackups(path);
    renameSync(copy, `${path}.bak`);
  } catch (error) {
    const reason = systemCode(error) ?? errorText(error);
    throw new SetupError(
      "STATE_UNWRITABLE",
      advice`${path} is written, but its backups could not be moved (${whole(reason)}); what was there before is ${copy}`,
      { cause: error, details: { path } },
    );
  }
}

/** `.bak.3` becomes `.bak.4` and so on, until `.bak` is free. */
function rotateBackups(path: string): void {
  for (let number = NUMBERED_BACKUPS; number >= 1; number -= 1) {
    const from = number === 1 ? `${path}.bak` : `${path}.bak.${number - 1}`;
    if (existsSync(from)) renameSync(from, `${path}.bak.${number}`);
  }
}
