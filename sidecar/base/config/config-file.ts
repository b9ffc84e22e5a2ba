/**
 * Changes `clawdbot.json`: one writer at a time, whole and durably or not at all, readable by the owner only, with the previous
 * files kept. Values are checked by the caller; keys nobody knows are written back as they were read.
 */
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type ConfClass from "conf";
import { SetupError } from "../../../shared/errors.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import { type ConfigReading, configError, readConfig } from "../../../shared/node/config-source.ts";
import { acquireLock } from "../../../shared/node/lock.ts";
import { smallText } from "../../../shared/node/small-file.ts";
import { unwritable } from "../../../shared/node/unwritable.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { APP_VERSION } from "../../../shared/version.ts";

/** How many numbered backups stand behind `.bak`. */
const NUMBERED_BACKUPS = 4;

/** How long a writer waits for another one, in ms; then something holds the lock that is not just writing. */
const LOCK_WAIT_MS = 5_000;
const LOCK_RETRY_MS = 20;

/** What else a writer may say. */
export interface ConfigWriting {
  /** How long to wait for another writer, in ms. */
  waitMs?: number;
  /** Hash of a file that needs no backup: the caller wrote it itself a moment ago, and kept what was there before. */
  ownHash?: string | undefined;
}

/** What the file becomes: values, a text to be written as it is, or undefined to leave it alone. */
export type ConfigChange = (reading: ConfigReading) => Record<string, unknown> | string | undefined;

/**
 * Reads the file, gives the reading to `change` and replaces the file with the answer; values are stamped with version and time,
 * and the previous file becomes `.bak`. Nobody else writes in between. Creates the directory with mode 0700. The result says
 * whether the file was written. Fails with what `change` throws, with `CONFIG_INVALID` when values would replace a file that
 * cannot be parsed, and with `STATE_UNWRITABLE`; the file and its backups are then as they were.
 */
export async function changeConfigFile(
  path: string,
  change: ConfigChange,
  nowMs: number,
  { waitMs = LOCK_WAIT_MS, ownHash }: ConfigWriting = {},
): Promise<boolean> {
  // Loaded before the lock is taken, so that it is held for moments only.
  const { default: Conf } = await import("conf");
  const lock = await lockConfig(path, waitMs);
  try {
    const reading = readConfig(path);
    const next = change(reading);
    if (next === undefined) return false;
    if (typeof next !== "string") valuesIn(reading);
    const content = typeof next === "string" ? next : stamped(next, nowMs);
    replaceFile(path, content, { Conf, keepsPrevious: reading.hash !== ownHash });
    return true;
  } finally {
    lock.dispose();
  }
}

/** The values to start a change from; none when there is no file. Fails with `CONFIG_INVALID` when the file cannot be parsed. */
export function valuesIn(reading: ConfigReading): Record<string, unknown> {
  if (reading.state === "missing") return {};
  // A file that parses but is invalid may be repaired by the change.
  if (reading.state === "invalid" && Object.keys(reading.parsed).length === 0) throw configError(reading);
  return reading.parsed;
}

/** Keeps a copy of a configuration that a gateway started with, unless the copy there is equals it. Fails with `STATE_UNWRITABLE`. */
export function keepLastGood(path: string, raw: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    if (smallText(path) === raw) return;
    writeFileSync(temporary, raw, { mode: 0o600, flush: true });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw unwritable(path, error);
  }
}

/** Whether a text in JSON5 has comments, which values do not keep. Outside of its texts, it has slashes in comments only. */
export function hasComments(raw: string): boolean {
  return raw.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/gs, "").includes("/");
}

async function lockConfig(path: string, waitMs: number): Promise<Disposable> {
  const deadlineMs = performance.now() + waitMs;
  for (;;) {
    const lock = await tryLock(path);
    if (lock !== undefined) return lock;
    if (performance.now() > deadlineMs) {
      throw new SetupError("STATE_UNWRITABLE", `Cannot write ${path}: another program is changing it`, {
        fix: `try again; if it stays so, end the program that holds ${path}.lock`,
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

/** Everything that needs room is written first; what follows are renames, so that a full disk changes nothing. */
function replaceFile(
  path: string,
  content: Record<string, unknown> | string,
  { Conf, keepsPrevious }: { Conf: typeof ConfClass; keepsPrevious: boolean },
): void {
  const target = existsSync(path) ? realpathSync(path) : path;
  const fresh = `${target}.${process.pid}.new`;
  const copy = `${path}.bak.${process.pid}.new`;
  try {
    if (typeof content === "string") writeFileSync(fresh, content, { mode: 0o600, flush: true });
    else writeValues(fresh, content, Conf);
    if (existsSync(path)) keepOwner(path, fresh);
    if (keepsPrevious && existsSync(path)) {
      copyFileSync(path, copy);
      chmodSync(copy, 0o600);
      keepOwner(path, copy);
      rotateBackups(path);
      renameSync(copy, `${path}.bak`);
    }
    renameSync(fresh, target);
  } catch (error) {
    rmSync(fresh, { force: true });
    rmSync(copy, { force: true });
    throw unwritable(path, error);
  }
}

/** Whoever the file belongs to could not read it any more after a change by root. */
function keepOwner(from: string, to: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(from);
  if (uid !== 0) chownSync(to, uid, gid);
}

function writeValues(path: string, values: Record<string, unknown>, Conf: typeof ConfClass): void {
  const file = new Conf<Record<string, unknown>>({
    cwd: dirname(path),
    configName: basename(path),
    fileExtension: "",
    configFileMode: 0o600,
    accessPropertiesByDotNotation: false,
    serialize: (store) => `${JSON.stringify(store, null, 2)}\n`,
  });
  file.store = values;
}

/** `.bak.3` becomes `.bak.4` and so on, until `.bak` is free. */
function rotateBackups(path: string): void {
  for (let number = NUMBERED_BACKUPS; number >= 1; number -= 1) {
    const from = number === 1 ? `${path}.bak` : `${path}.bak.${number - 1}`;
    if (existsSync(from)) renameSync(from, `${path}.bak.${number}`);
  }
}

function stamped(value: Record<string, unknown>, nowMs: number): Record<string, unknown> {
  const meta = isRecord(value.meta) ? value.meta : {};
  return {
    ...value,
    meta: { ...meta, lastTouchedVersion: APP_VERSION, lastTouchedAt: new Date(nowMs).toISOString() },
  };
}
