/** Reads a backup from its first byte to its last and believes nothing of it: not a name, not a size, not a hash. */

import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { createGunzip } from "node:zlib";
import { CodedError, errorText, plainText, quoted, SetupError, systemCode } from "../../../shared/errors.ts";
import {
  noFile,
  READ_WITHOUT_WAITING,
  type ReadFailure,
  readFailure,
} from "../../../shared/node/small-file.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { advice, type Remedy, whole } from "../../../shared/remedy.ts";
import {
  BACKUP_FORMAT,
  type BackupFile,
  BackupLabel,
  BackupManifest,
  LABEL_NAME,
  MANIFEST_NAME,
  MAX_MANIFEST_BYTES,
  STATE_PREFIX,
} from "./manifest.ts";
import { Damage, type TarEntry, tarEntries } from "./tar.ts";

/** Takes the content of a file as it comes and may fail in its own way; `path` is relative to the state directory and safe to join to one. */
export type TakeFile = (path: string, body: AsyncIterable<Buffer>) => Promise<void>;

/** An open backup, which stays the same file whatever happens to its name. */
export interface OpenBackup extends AsyncDisposable {
  /** Reads all of it and resolves with its manifest once every hash is right. Fails with `BACKUP_INVALID` or `BACKUP_NEWER`. */
  read(take?: TakeFile): Promise<BackupManifest>;
}

/** Opens a file that should be a backup. Fails with `BACKUP_INVALID` when it cannot be read at all. */
export async function openBackup(file: string): Promise<OpenBackup> {
  const handle = await opened(file);
  return {
    read: (take = ignore) => readAll(handle, file, take),
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

const CHUNK_BYTES = 256 * 1024;
const MAX_PATH_CHARS = 4_096;

async function readAll(handle: FileHandle, file: string, take: TakeFile): Promise<BackupManifest> {
  const gunzip = createGunzip();
  try {
    const { size } = await handle.stat();
    const source = handle.createReadStream({ start: 0, autoClose: false, highWaterMark: CHUNK_BYTES });
    source.once("error", (error) => gunzip.destroy(error));
    const reader = new BackupReader(take, process.platform);
    for await (const entry of tarEntries(source.pipe(gunzip))) await reader.entry(entry);
    // What follows a compressed stream is skipped without a word.
    if (gunzip.bytesWritten !== size) throw new Damage("something follows its end");
    return reader.end();
  } catch (error) {
    throw refusal(file, error);
  } finally {
    gunzip.destroy();
  }
}

class BackupReader {
  readonly #take: TakeFile;
  readonly #platform: NodeJS.Platform;
  readonly #files: BackupFile[] = [];
  readonly #names = new Set<string>();
  #label: BackupLabel | undefined;
  #manifest: BackupManifest | undefined;

  constructor(take: TakeFile, platform: NodeJS.Platform) {
    this.#take = take;
    this.#platform = platform;
  }

  async entry(entry: TarEntry): Promise<void> {
    const { name } = entry;
    if (this.#label === undefined) {
      if (name !== LABEL_NAME) throw new Damage("it does not begin as a backup does");
      this.#label = labelIn(await jsonIn(entry));
    } else if (this.#manifest !== undefined) throw new Damage("something follows its manifest");
    else if (name === MANIFEST_NAME) this.#manifest = BackupManifest.parse(await jsonIn(entry));
    else await this.#file(entry);
  }

  end(): BackupManifest {
    const manifest = this.#manifest;
    if (manifest === undefined) throw new Damage("its manifest is missing");
    const { files, ...label } = manifest;
    if (JSON.stringify(label) !== JSON.stringify(this.#label)) throw new Damage("its label is damaged");
    for (const [index, { path, sizeBytes, sha256 }] of this.#files.entries()) {
      const promised = files[index];
      if (promised?.path !== path)
        throw new Damage(advice`${quoted(path)} is not what its manifest names there`);
      if (promised.sha256 !== sha256 || promised.sizeBytes !== sizeBytes) {
        throw new Damage(advice`${quoted(path)} is not the file that was backed up`);
      }
    }
    const missing = files[this.#files.length];
    if (missing !== undefined) throw new Damage(advice`${quoted(missing.path)} is missing`);
    return manifest;
  }

  async #file({ name, body }: TarEntry): Promise<void> {
    const problem = nameProblem(name, this.#platform);
    if (problem !== undefined) throw new Damage(advice`${quoted(name)} ${whole(problem)}`);
    const key = this.#platform === "linux" ? name : name.normalize("NFC").toLowerCase();
    if (this.#names.has(key)) throw new Damage(advice`${quoted(name)} is in it twice`);
    this.#names.add(key);
    const path = name.slice(STATE_PREFIX.length);
    const hash = createHash("sha256");
    let sizeBytes = 0;
    let failedReading: unknown;
    try {
      await this.#take(path, watched(body));
    } catch (error) {
      throw error === failedReading ? error : new TakeFailure(error);
    }
    this.#files.push({ path, sizeBytes, sha256: hash.digest("hex") });

    async function* watched(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      const iterator = chunks[Symbol.asyncIterator]();
      for (;;) {
        const next = await iterator.next().catch((error: unknown) => {
          failedReading = error;
          throw error;
        });
        if (next.done) return;
        hash.update(next.value);
        sizeBytes += next.value.length;
        yield next.value;
      }
    }
  }
}

/** What became of whoever took the content says nothing about the backup. */
class TakeFailure {
  readonly reason: unknown;

  constructor(reason: unknown) {
    this.reason = reason;
  }
}

/** Why a name cannot be one of a file in a state directory. */
function nameProblem(name: string, platform: NodeJS.Platform): string | undefined {
  const path = name.slice(STATE_PREFIX.length);
  if (name.length > MAX_PATH_CHARS || /\0|\uFFFD/.test(name)) return "is no name of a file";
  if (name.startsWith("/") || isAbsolute(path)) return "is an absolute path";
  if (name.split("/").some((part) => part === ".." || part === "." || part === "")) {
    return "leads out of its place";
  }
  if (!name.startsWith(STATE_PREFIX)) return "does not belong into a state directory";
  if (platform === "win32" && /[\\:*?"<>|]|[. ](?:\/|$)/.test(path)) return "is no name of a file on Windows";
  return undefined;
}

/** The format decides before anything else of the label is looked at: later versions may write other members. */
function labelIn(value: unknown): BackupLabel {
  const { format, version } = isRecord(value) ? value : {};
  if (typeof format === "number" && format > BACKUP_FORMAT) {
    const writer =
      typeof version === "string" ? advice`version ${plainText(version, 40)}` : advice`a later version`;
    throw new SetupError(
      "BACKUP_NEWER",
      advice`The backup was written by ${writer}, in format ${format}; this version knows ${BACKUP_FORMAT}.`,
      { fix: "install a later version, then try again", details: { format } },
    );
  }
  const label = BackupLabel.safeParse(value);
  if (!label.success) throw new Damage("its label is damaged");
  return label.data;
}

async function jsonIn({ body, sizeBytes, name }: TarEntry): Promise<unknown> {
  if (sizeBytes > MAX_MANIFEST_BYTES) throw new Damage(advice`${name} is too large`);
  const parts: Buffer[] = [];
  for await (const part of body) parts.push(part);
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch (cause) {
    throw new Damage(advice`${name} is damaged`, { cause });
  }
}

async function ignore(_path: string, body: AsyncIterable<Buffer>): Promise<void> {
  for await (const _chunk of body);
}

/** What is no regular file is not opened: a pipe would keep the command waiting. */
async function opened(file: string): Promise<FileHandle> {
  try {
    const problem = noFile(statSync(file));
    if (problem !== undefined) throw unreadable(file, problem);
    return await open(file, READ_WITHOUT_WAITING);
  } catch (error) {
    if (error instanceof CodedError) throw error;
    const missing = { reason: "there is no such file", fix: "check the path" };
    throw unreadable(file, systemCode(error) === "ENOENT" ? missing : readFailure(error));
  }
}

function unreadable(file: string, { reason, fix }: ReadFailure): SetupError {
  return new SetupError("BACKUP_INVALID", advice`Cannot read ${file}: ${whole(reason)}`, {
    fix,
    details: { path: file },
  });
}

function refusal(file: string, error: unknown): unknown {
  if (error instanceof TakeFailure) return error.reason;
  if (error instanceof CodedError) return error;
  const code = systemCode(error) ?? "";
  const isSystem = /^E[A-Z]+$/.test(code);
  if (isSystem) return unreadable(file, readFailure(error));
  return new SetupError("BACKUP_INVALID", advice`${file} is no whole backup: ${reasonOf(error)}.`, {
    cause: error,
    fix: "use another backup; nothing of this one was used",
    details: { path: file },
  });
}

const REASONS: Record<string, Remedy> = {
  Z_BUF_ERROR: advice`it ends in the middle`,
  Z_DATA_ERROR: advice`its compressed content is damaged`,
};

function reasonOf(error: unknown): Remedy {
  if (error instanceof Damage) return error.sentence;
  const isOfManifest = error instanceof Error && error.name === "ZodError";
  return isOfManifest
    ? advice`its manifest is damaged`
    : (REASONS[systemCode(error) ?? ""] ?? errorText(error));
}
