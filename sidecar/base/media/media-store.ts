/**
 * Files that came with messages: each once, under the hash of its bytes, in `<state>/media/<aa>/<sha256>`. What refers to them holds the
 * hash; a file that nobody refers to is left over and goes with time. What is made of a file, as a smaller picture, lies beside it and goes
 * with it.
 */
import { createHash, randomUUID } from "node:crypto";
import {
  createReadStream,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  type Stats,
  statSync,
} from "node:fs";
import { type FileHandle, open, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { RequestError, systemCode } from "../../../shared/errors.ts";
import { ensureDirectory } from "../../../shared/node/directory.ts";
import { halfWriteOf, isAnyHalfWrite, isLeft } from "../../../shared/node/half-writes.ts";
import { replaceFile, syncDirectory } from "../../../shared/node/replace-file.ts";
import { unwritable } from "../../../shared/node/unwritable.ts";
import { advice, type Remedy, whole } from "../../../shared/remedy.ts";
import { failpoint } from "../store/failpoint.ts";
import { fileType, HEAD_BYTES } from "./file-type.ts";
import { LIMITS, limitFor } from "./limits.ts";

/** What is known of a kept file. */
export interface KeptMedia {
  /** The SHA-256 of its bytes, in hex. */
  mediaId: string;
  mimeType: string;
  sizeBytes: number;
}

/** What comes in, piece by piece. */
export type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface KeepOptions {
  /** How refusals name it. */
  name: string;
  /** What the sender says it is. */
  declared?: string | undefined;
  /** Of any kind; each kind has a limit of its own besides. */
  mostBytes?: number | undefined;
}

/** A file that nobody has referred to for some time, or any other of the folder. */
export interface MediaFile {
  mediaId: string;
  sizeBytes: number;
  /** When it was kept, or kept again, in epoch ms. */
  keptAtMs: number;
}

export class MediaStore {
  readonly folder: string;

  /** `folder` is `media` in the state directory; it is made with the first file. */
  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Keeps what the source holds, piece by piece. Fails with `ATTACHMENT_REFUSED` for what is empty, with `ATTACHMENT_TOO_LARGE`, with
   * `STATE_UNWRITABLE` where the disk takes no more, and with what the source fails with; nothing is left of it then.
   */
  async keep(source: Pieces, options: KeepOptions): Promise<KeptMedia> {
    const fresh = halfWriteOf(join(this.folder, `in-${randomUUID()}`));
    try {
      const received = await this.#receive(source, fresh, options);
      await this.#take(fresh, received.mediaId);
      return received;
    } finally {
      await rm(fresh, { force: true }).catch(() => {}); // The folder may never have been made.
    }
  }

  /** Keeps the bytes at once and returns their id. Throws the system's error. */
  keepNow(bytes: Uint8Array): string {
    const mediaId = createHash("sha256").update(bytes).digest("hex");
    const file = this.pathOf(mediaId);
    if (existsSync(file)) return mediaId;
    ensureDirectory(dirname(file));
    replaceFile(file, bytes);
    return mediaId;
  }

  /** The bytes; undefined where they are gone, or no id of ours is meant. */
  async read(mediaId: string): Promise<Buffer | undefined> {
    if (!isMediaId(mediaId)) return undefined;
    return await readFile(this.pathOf(mediaId)).catch(() => undefined); // What cannot be read is not there for anybody.
  }

  readNow(mediaId: string): Buffer | undefined {
    const file = this.pathOf(mediaId);
    return isMediaId(mediaId) && existsSync(file) ? readFileSync(file) : undefined;
  }

  /** What is known of the file; undefined where there is none. */
  async look(mediaId: string, declared?: string): Promise<KeptMedia | undefined> {
    const head = await this.head(mediaId, HEAD_BYTES);
    return head && { mediaId, mimeType: fileType(head.bytes, declared), sizeBytes: head.sizeBytes };
  }

  /** Like `look`, of a file that came again: from now on it is as young as a new one. */
  async again(mediaId: string, declared?: string): Promise<KeptMedia | undefined> {
    const known = await this.look(mediaId, declared);
    if (known !== undefined) await utimes(this.pathOf(mediaId), new Date(), new Date());
    return known;
  }

  /** The first bytes of the file, and how many there are; undefined where there is none. */
  async head(mediaId: string, most: number): Promise<{ bytes: Buffer; sizeBytes: number } | undefined> {
    if (!isMediaId(mediaId)) return undefined;
    const handle = await open(this.pathOf(mediaId)).catch(() => undefined); // Gone, or not for us.
    if (handle === undefined) return undefined;
    try {
      const { size } = await handle.stat();
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(most, size)), 0);
      return { bytes: buffer.subarray(0, bytesRead), sizeBytes: size };
    } finally {
      await handle.close();
    }
  }

  /** The bytes piece by piece. */
  stream(mediaId: string): Readable {
    return createReadStream(this.pathOf(mediaId));
  }

  /** Where the file of the id lies, if there is one. */
  pathOf(mediaId: string): string {
    return join(this.folder, mediaId.slice(0, 2), mediaId);
  }

  /** All files, and none that is being written. What a writer left behind that was ended is removed on the way. */
  async list(): Promise<MediaFile[]> {
    const found: MediaFile[] = [];
    for (const name of await namesIn(this.folder)) {
      const path = join(this.folder, name);
      if (isAnyHalfWrite(name) && isLeft(path)) await rm(path, { force: true });
      if (!/^[0-9a-f]{2}$/.test(name)) continue;
      for (const mediaId of (await namesIn(path)).filter(isMediaId)) {
        const status = await stat(join(path, mediaId)).catch(() => undefined); // Gone since.
        if (status?.isFile() === true) found.push(fileOf(mediaId, status));
      }
    }
    return found;
  }

  /** What was made of the file in that form; undefined where nothing was. */
  async derived(mediaId: string, form: string): Promise<Buffer | undefined> {
    if (!isMediaId(mediaId)) return undefined;
    return await readFile(this.#derivedPath(mediaId, form)).catch(() => undefined); // It can be made again.
  }

  /** Keeps what was made of a file beside it, for as long as that is kept. What cannot be kept is made again. */
  keepDerived(mediaId: string, form: string, bytes: Uint8Array): void {
    if (!existsSync(this.pathOf(mediaId))) return;
    try {
      replaceFile(this.#derivedPath(mediaId, form), bytes);
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
    }
  }

  /** Removes the file and what was made of it, unless it came again since `beforeMs`; false where that left it or there was none. Throws the system's error. */
  async remove(mediaId: string, beforeMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    const status = isMediaId(mediaId) && statSync(this.pathOf(mediaId), { throwIfNoEntry: false });
    if (!status || status.mtimeMs >= beforeMs) return false;
    for (const name of namesNow(dirname(this.pathOf(mediaId))))
      if (name.startsWith(`${mediaId}.`)) rmSync(join(dirname(this.pathOf(mediaId)), name), { force: true });
    // In the same breath, so that nobody keeps it again in between.
    rmSync(this.pathOf(mediaId), { force: true });
    return true;
  }

  /** Such a name is no id, so that no list counts it as a file of its own. */
  #derivedPath(mediaId: string, form: string): string {
    return `${this.pathOf(mediaId)}.${form}`;
  }

  async #receive(source: Pieces, fresh: string, options: KeepOptions): Promise<KeptMedia> {
    const inflow = new Inflow(options);
    let handle: FileHandle | undefined;
    try {
      for await (const piece of source) {
        inflow.add(piece);
        const file = handle ?? (await this.#writing(fresh, () => this.#openFresh(fresh)));
        handle = file;
        await this.#writing(fresh, () => file.writeFile(piece));
      }
      const received = inflow.end();
      await this.#writing(fresh, async () => handle?.sync());
      return received;
    } finally {
      await handle?.close();
    }
  }

  async #openFresh(fresh: string): Promise<FileHandle> {
    ensureDirectory(this.folder);
    return await open(fresh, "wx", 0o600);
  }

  /** A file of the same bytes stands for both; that it came again keeps it from being left over. */
  async #take(fresh: string, mediaId: string): Promise<void> {
    const file = this.pathOf(mediaId);
    await this.#writing(file, async () => {
      if (existsSync(file)) return await utimes(file, new Date(), new Date());
      ensureDirectory(dirname(file));
      await rename(fresh, file);
      syncDirectory(dirname(file));
    });
    failpoint("media-kept");
  }

  /** Carries out what writes. Fails with `STATE_UNWRITABLE`. */
  async #writing<T>(path: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw unwritable(path, error);
    }
  }
}

export function isMediaId(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** What has come of a file so far: its beginning tells what it is, and with that how large it may be. */
class Inflow {
  readonly #options: KeepOptions;
  readonly #hash = createHash("sha256");
  #head = Buffer.alloc(0);
  #sizeBytes = 0;
  #mimeType: string | undefined;

  constructor(options: KeepOptions) {
    this.#options = options;
  }

  add(piece: Uint8Array): void {
    this.#hash.update(piece);
    this.#sizeBytes += piece.length;
    if (this.#head.length < HEAD_BYTES)
      this.#head = Buffer.concat([this.#head, piece]).subarray(0, HEAD_BYTES);
    if (this.#head.length === HEAD_BYTES) this.#mimeType ??= fileType(this.#head, this.#options.declared);
    this.#refuseTooLarge();
  }

  end(): KeptMedia {
    if (this.#sizeBytes === 0) throw refusal(this.#options.name, "is empty");
    this.#mimeType ??= fileType(this.#head, this.#options.declared);
    this.#refuseTooLarge();
    return {
      mediaId: this.#hash.digest("hex"),
      mimeType: this.#mimeType,
      sizeBytes: this.#sizeBytes,
    };
  }

  #refuseTooLarge(): void {
    const { mostBytes = LIMITS.document, name } = this.#options;
    const most = Math.min(mostBytes, this.#mimeType === undefined ? mostBytes : limitFor(this.#mimeType));
    if (this.#sizeBytes > most) throw tooLarge(name, `more than ${most}`);
  }
}

/** The error for a file that is not taken. */
export function refusal(name: string, why: Remedy): RequestError {
  return new RequestError("ATTACHMENT_REFUSED", advice`Error: attachment ${name}: ${whole(why)}`);
}

/** The error for a file beyond its limit; `sizes` are the two that are compared, in bytes. */
export function tooLarge(name: string, sizes: string): RequestError {
  return new RequestError(
    "ATTACHMENT_TOO_LARGE",
    advice`Error: attachment ${name}: exceeds size limit (${sizes} bytes)`,
  );
}

function fileOf(mediaId: string, { size, mtimeMs }: Stats): MediaFile {
  return { mediaId, sizeBytes: size, keptAtMs: Math.round(mtimeMs) };
}

function namesNow(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // Nothing was kept yet.
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch(() => []); // Nothing was kept yet.
}
