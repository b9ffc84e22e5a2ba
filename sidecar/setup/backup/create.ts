/** Writes a backup of one profile into a file, while its gateway may run and write. */
import { createHash } from "node:crypto";
import { createWriteStream, linkSync, lstatSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { SetupError, systemCode } from "../../../shared/errors.ts";
import { type ConfigReading, readConfig } from "../../../shared/node/config-source.ts";
import { halfWriteOf, removeLeftovers } from "../../../shared/node/half-writes.ts";
import { isThere } from "../../../shared/node/is-there.ts";
import { tildePath } from "../../../shared/node/paths.ts";
import type { ProfileContext } from "../../../shared/node/profile-context.ts";
import { syncDirectory } from "../../../shared/node/replace-file.ts";
import { readFailure } from "../../../shared/node/small-file.ts";
import { unwritable } from "../../../shared/node/unwritable.ts";
import { advice, ours, whole } from "../../../shared/remedy.ts";
import { APP_VERSION } from "../../../shared/version.ts";
import { workspacesOf } from "../../assistant/workspace/place.ts";
import { localTime } from "../../base/local-time.ts";
import {
  BACKUP_FORMAT,
  type BackupFile,
  type BackupLabel,
  type BackupManifest,
  LABEL_NAME,
  MANIFEST_NAME,
  STATE_PREFIX,
} from "./manifest.ts";
import { type Snapshot, snapshots } from "./snapshot.ts";
import { findStateFiles, type LeftOut, type StateFiles } from "./state-files.ts";
import { TAR_END, tarHeader, tarPadding } from "./tar.ts";

export interface CreatedBackup {
  /** Absolute. */
  file: string;
  sizeBytes: number;
  manifest: BackupManifest;
  /** What a reader might expect in it. `path` is relative to the state directory, or absolute outside of it. */
  leftOut: LeftOut[];
}

type Place = Pick<ProfileContext, "env" | "paths">;

/**
 * Writes the backup to `target`, a file that does not exist or a directory to put one into; default the directory `cwd`. Fails with
 * `PATH_TAKEN`, `BACKUP_EMPTY` or `BACKUP_FAILED`, and leaves nothing then.
 */
export async function createBackup(
  place: Place,
  target: string | undefined,
  nowMs: number,
): Promise<CreatedBackup> {
  const { paths } = place;
  const stateDir = realStateDir(paths.stateDir);
  const file = fileFor(target, paths.profile, nowMs);
  refuseInside(stateDir, file);
  if (isTaken(file)) throw taken(file);
  refuseNowhere(file);

  const reading = readConfig(paths.configFile, place.env);
  const found = filesOf(stateDir, paths.configFile, reading);
  if (found.folders.length === 0) throw nothingThere(paths.stateDir);
  const label = {
    format: BACKUP_FORMAT,
    version: APP_VERSION,
    profile: paths.profile ?? null,
    createdAtMs: nowMs,
  };
  const files: BackupFile[] = [];
  await writeWhole(file, archive(label, found, files));
  return {
    file,
    sizeBytes: statSync(file).size,
    manifest: { ...label, files },
    leftOut: [...found.leftOut, ...outside(place, stateDir, reading)],
  };
}

/** Adds to `files` what it writes. */
async function* archive(
  label: BackupLabel,
  { folders }: StateFiles,
  files: BackupFile[],
): AsyncGenerator<Buffer> {
  yield* document(LABEL_NAME, label);
  for (const folder of folders) {
    for await (const snapshot of snapshots(folder)) yield* entryOf(snapshot, files);
  }
  yield* document(MANIFEST_NAME, { ...label, files });
  yield TAR_END;
}

async function* entryOf(snapshot: Snapshot, files: BackupFile[]): AsyncGenerator<Buffer> {
  const { path, sizeBytes, modifiedAtMs, body } = snapshot;
  yield tarHeader(STATE_PREFIX + path, sizeBytes, modifiedAtMs);
  const hash = createHash("sha256");
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
  yield tarPadding(sizeBytes);
  files.push({ path, sizeBytes, sha256: hash.digest("hex") });
}

function* document(name: string, value: BackupLabel | BackupManifest): Generator<Buffer> {
  const bytes = Buffer.from(`${JSON.stringify(value, null, 1)}\n`);
  yield tarHeader(name, bytes.length, value.createdAtMs);
  yield bytes;
  yield tarPadding(bytes.length);
}

/** The file has its name only when it is whole, and no other file loses its own to it. */
async function writeWhole(file: string, content: AsyncIterable<Buffer>): Promise<void> {
  removeLeftovers(file);
  const fresh = halfWriteOf(file);
  const forgetSignals = removeWhenEnded(fresh);
  try {
    const sink = createWriteStream(fresh, { flags: "wx", mode: 0o600, flush: true });
    await pipeline(Readable.from(content, { objectMode: false }), createGzip(), sink);
    giveName(fresh, file);
  } catch (error) {
    throw failure(file, error);
  } finally {
    rmSync(fresh, { force: true });
    forgetSignals();
  }
  syncDirectory(dirname(file));
}

function giveName(fresh: string, file: string): void {
  try {
    linkSync(fresh, file);
  } catch (error) {
    if (systemCode(error) === "EEXIST") throw taken(file);
    // A file system without hard links, as on many memory sticks.
    if (isTaken(file)) throw taken(file);
    renameSync(fresh, file);
  }
}

/** It holds secrets, which Ctrl-C must not leave lying about. */
function removeWhenEnded(fresh: string): () => void {
  const ended = (signal: NodeJS.Signals) => {
    rmSync(fresh, { force: true });
    forget();
    process.kill(process.pid, signal);
  };
  const forget = () => {
    for (const signal of SIGNALS) process.removeListener(signal, ended);
  };
  for (const signal of SIGNALS) process.on(signal, ended);
  return forget;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The state, and the configuration wherever it lies: under the name that it has by default. */
function filesOf(stateDir: string, configFile: string, reading: ConfigReading): StateFiles {
  try {
    const found = findStateFiles(stateDir, logFileOf(reading));
    if (!isThere(configFile)) return found;
    const source = realpathSync(configFile);
    if (source === join(stateDir, CONFIG_NAME)) return found;
    const others = found.folders.map((folder) => ({
      ...folder,
      files: folder.files.filter(({ path }) => path !== CONFIG_NAME),
    }));
    const config = { directory: dirname(source), files: [{ path: CONFIG_NAME, source }] };
    const leftOut = found.leftOut.filter(({ path }) => path !== CONFIG_NAME);
    return { folders: [config, ...others.filter(({ files }) => files.length > 0)], leftOut };
  } catch (error) {
    const path = error instanceof Error && "path" in error ? String(error.path) : stateDir;
    const { reason, fix } = readFailure(error);
    throw new SetupError(
      "BACKUP_FAILED",
      advice`Cannot read ${path}: ${whole(reason)}. No backup was made.`,
      {
        cause: error,
        fix,
      },
    );
  }
}

const CONFIG_NAME = "clawdbot.json";

function logFileOf(reading: ConfigReading): string | undefined {
  const file = reading.state === "valid" ? reading.config.logging?.file : undefined;
  return file === undefined ? undefined : resolve(file);
}

/** Parts of the profile that somebody keeps elsewhere. */
function outside({ env, paths }: Place, stateDir: string, reading: ConfigReading): LeftOut[] {
  const isElsewhere = (path: string) => {
    const real = isThere(path) ? realpathSync(path) : path;
    return !real.startsWith(stateDir + sep);
  };
  const included = reading.state === "missing" ? [] : reading.includes.map(({ path }) => path);
  const reason = advice`outside of the state directory`;
  return [
    ...[...new Set(included)]
      .filter(isElsewhere)
      .map((path) => ({ path, reason: advice`the configuration includes it, ${reason}` })),
    ...(env.CLAWDBOT_OAUTH_DIR && isElsewhere(env.CLAWDBOT_OAUTH_DIR)
      ? [{ path: env.CLAWDBOT_OAUTH_DIR, reason: advice`CLAWDBOT_OAUTH_DIR, ${reason}` }]
      : []),
    ...workspacesOf(reading.state === "valid" ? reading.config : {}, paths)
      .filter((path) => isThere(path))
      .map((path) => ({ path: tildePath(path, paths.home), reason: "the work directory" })),
  ];
}

function realStateDir(stateDir: string): string {
  const status = statSync(stateDir, { throwIfNoEntry: false });
  if (status === undefined) throw nothingThere(stateDir);
  if (!status.isDirectory()) {
    throw new SetupError("BACKUP_FAILED", advice`${stateDir} is no directory. No backup was made.`, {
      fix: "set CLAWDBOT_STATE_DIR to the directory with the gateway's files",
    });
  }
  return realpathSync(stateDir);
}

function fileFor(target: string | undefined, profile: string | undefined, nowMs: number): string {
  const path = resolve(target ?? ".");
  const isFolder = target === undefined || statSync(path, { throwIfNoEntry: false })?.isDirectory();
  return isFolder ? join(path, defaultName(profile, nowMs)) : path;
}

/** `clawdbot-backup-work-20260131-090500.tar.gz`, in the time of this machine. */
function defaultName(profile: string | undefined, nowMs: number): string {
  const digits = localTime(nowMs).replace(/\D/g, "");
  const stamp = `${digits.slice(0, 8)}-${digits.slice(8)}`;
  return `clawdbot-backup-${profile === undefined ? "" : `${profile}-`}${stamp}.tar.gz`;
}

/** The next backup would hold this one, and a reset takes both. */
function refuseInside(stateDir: string, file: string): void {
  const folder = dirname(file);
  const real = isThere(folder) ? realpathSync(folder) : folder;
  if (real !== stateDir && !real.startsWith(stateDir + sep)) return;
  throw new SetupError(
    "BACKUP_FAILED",
    advice`${file} lies inside of what is backed up. No backup was made.`,
    {
      fix: advice`name a place outside of the state directory: ${ours`backup create <path>`}`,
      details: { path: file },
    },
  );
}

function refuseNowhere(file: string): void {
  const folder = dirname(file);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new SetupError("BACKUP_FAILED", advice`There is no directory ${folder}. No backup was made.`, {
    fix: advice`create it, or name another place: ${ours`backup create <path>`}`,
    details: { path: folder },
  });
}

function isTaken(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

function taken(file: string): SetupError {
  return new SetupError(
    "PATH_TAKEN",
    advice`${file} exists already and is not overwritten. No backup was made.`,
    {
      fix: "name another file, or move that one away",
      details: { path: file },
    },
  );
}

function nothingThere(stateDir: string): SetupError {
  return new SetupError("BACKUP_EMPTY", advice`There is nothing to back up in ${stateDir}.`, {
    fix: "choose the profile that is used, with --profile <name>",
    details: { path: stateDir },
  });
}

function failure(file: string, error: unknown): SetupError {
  if (error instanceof SetupError) return error;
  const { sentence, cause } = unwritable(file, error);
  return new SetupError("BACKUP_FAILED", advice`${sentence}. No backup was made.`, {
    cause,
    fix: advice`name another place: ${ours`backup create <path>`}`,
    details: { path: file },
  });
}
