/**
 * The part of the tar format (POSIX.1-2017, pax) that a backup needs: regular files one after the other. A name that does not fit
 * into a header stands in an extended one before it, so that every tar lists and unpacks a backup.
 */
import { advice, english, type Remedy, whole } from "../../../shared/remedy.ts";

/** What is wrong with an archive. */
export class Damage extends Error {
  readonly sentence: Remedy;

  constructor(sentence: Remedy, options?: ErrorOptions) {
    super(english(sentence), options);
    this.sentence = whole(sentence);
  }
}

/** An entry as it stands in the archive. `body` must be read before the next entry is asked for. */
export interface TarEntry {
  name: string;
  sizeBytes: number;
  body: AsyncIterable<Buffer>;
}

/** The blocks before the content of a regular file, for its owner alone. */
export function tarHeader(name: string, sizeBytes: number, modifiedAtMs: number): Buffer {
  const isPlain = Buffer.byteLength(name) <= NAME.length && sizeBytes <= MAX_OCTAL_SIZE;
  if (isPlain) return block({ name, sizeBytes, modifiedAtMs, type: "0" });
  const records = Buffer.from(`${paxRecord("path", name)}${paxRecord("size", String(sizeBytes))}`);
  const short = `entry-${Buffer.byteLength(name)}`;
  return Buffer.concat([
    block({ name: "PaxHeaders/entry", sizeBytes: records.length, modifiedAtMs, type: "x" }),
    records,
    tarPadding(records.length),
    block({ name: short, sizeBytes: Math.min(sizeBytes, MAX_OCTAL_SIZE), modifiedAtMs, type: "0" }),
  ]);
}

/** What fills the last block of a content of this size. */
export function tarPadding(sizeBytes: number): Buffer {
  return Buffer.alloc((BLOCK - (sizeBytes % BLOCK)) % BLOCK);
}

/** Ends an archive. */
export const TAR_END: Buffer = Buffer.alloc(2 * 512);

/**
 * The entries of an archive. Throws a `Damage` that says what is wrong with it: a damaged header, an end in the middle, anything but
 * regular files, something behind the end. Names are not judged.
 */
export async function* tarEntries(chunks: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const source = new ByteSource(chunks);
  let extended: { path?: string; size?: string } = {};
  for (;;) {
    const header = await source.take(BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const { name, sizeBytes, type } = parseHeader(header);
    if (type === "x") {
      if (sizeBytes > MAX_EXTENDED_BYTES) throw new Damage("an extended header is too long");
      extended = parsePax(await source.take(sizeBytes));
      await source.skipPadding(sizeBytes);
      continue;
    }
    if (type !== "0" && type !== "\0")
      throw new Damage(advice`${KINDS[type] ?? advice`an entry of an unknown kind`} is in it`);
    const size = extended.size === undefined ? sizeBytes : sizeOf(extended.size, 10);
    yield { name: extended.path ?? name, sizeBytes: size, body: source.stream(size) };
    await source.skipPadding(size);
    extended = {};
  }
  if (!(await source.isZeroToTheEnd())) throw new Damage("something follows its end");
}

const BLOCK = 512;
const MAX_EXTENDED_BYTES = 64 * 1024;
/** Eleven octal digits. */
const MAX_OCTAL_SIZE = 0o77777777777;

/** Fields of a header by their offset and length; see "ustar Interchange Format" in POSIX pax. */
const NAME = { at: 0, length: 100 };
const MODE = { at: 100, length: 8 };
const SIZE = { at: 124, length: 12 };
const MTIME = { at: 136, length: 12 };
const CHECKSUM = { at: 148, length: 8 };
const TYPE_AT = 156;
const MAGIC = { at: 257, text: "ustar\u000000" };
const PREFIX = { at: 345, length: 155 };

const KINDS: Record<string, Remedy> = {
  "1": advice`a hard link`,
  "2": advice`a symbolic link`,
  "3": advice`a device`,
  "4": advice`a device`,
  "5": advice`a directory`,
  "6": advice`a named pipe`,
};

interface Header {
  name: string;
  sizeBytes: number;
  modifiedAtMs: number;
  type: string;
}

function block({ name, sizeBytes, modifiedAtMs, type }: Header): Buffer {
  const bytes = Buffer.alloc(BLOCK);
  bytes.write(name, NAME.at);
  bytes.write(octal(0o600, MODE.length), MODE.at);
  bytes.write(octal(0, 8), 108);
  bytes.write(octal(0, 8), 116);
  bytes.write(octal(sizeBytes, SIZE.length), SIZE.at);
  bytes.write(octal(Math.max(0, Math.floor(modifiedAtMs / 1_000)), MTIME.length), MTIME.at);
  bytes.write(type, TYPE_AT);
  bytes.write(MAGIC.text, MAGIC.at);
  bytes.write(`${checksumOf(bytes).toString(8).padStart(6, "0")}\0 `, CHECKSUM.at);
  return bytes;
}

function octal(value: number, length: number): string {
  return value.toString(8).padStart(length - 1, "0");
}

/** The field itself counts as blanks. */
function checksumOf(header: Buffer): number {
  const field = header.subarray(CHECKSUM.at, CHECKSUM.at + CHECKSUM.length);
  const sum = (bytes: Buffer) => bytes.reduce((total, byte) => total + byte, 0);
  return sum(header) - sum(field) + CHECKSUM.length * 0x20;
}

/** The length of a record counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length += 1;
  return `${length} ${key}=${value}\n`;
}

function parseHeader(header: Buffer): Omit<Header, "modifiedAtMs"> {
  if (sizeOf(textAt(header, CHECKSUM), 8) !== checksumOf(header)) throw new Damage("a header is damaged");
  const prefix = textAt(header, PREFIX);
  const name = textAt(header, NAME);
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    sizeBytes: sizeOf(textAt(header, SIZE), 8),
    type: String.fromCharCode(header[TYPE_AT] ?? 0),
  };
}

function textAt(header: Buffer, { at, length }: { at: number; length: number }): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.subarray(0, end === -1 ? length : end).toString("utf8");
}

function sizeOf(text: string, radix: 8 | 10): number {
  const digits = text.trim();
  const size = (radix === 8 ? /^[0-7]{1,12}$/ : /^\d{1,16}$/).test(digits)
    ? Number.parseInt(digits, radix)
    : Number.NaN;
  if (!Number.isSafeInteger(size)) throw new Damage("a header is damaged");
  return size;
}

function parsePax(bytes: Buffer): { path?: string; size?: string } {
  const found: Record<string, string> = {};
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(0x20, at);
    const length = blank === -1 ? Number.NaN : sizeOf(bytes.toString("latin1", at, blank), 10);
    const record = bytes.toString("utf8", blank + 1, at + length);
    const [, key, value] = /^([^=]+)=(.*)\n$/s.exec(record) ?? [];
    if (key === undefined || value === undefined) throw new Damage("an extended header is damaged");
    found[key] = value;
    at += length;
  }
  const { path, size } = found;
  return { ...(path === undefined ? {} : { path }), ...(size === undefined ? {} : { size }) };
}

/** Bytes in the portions that somebody asks for. */
class ByteSource {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async take(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of this.stream(length)) parts.push(part);
    return Buffer.concat(parts);
  }

  /** What fills the last block of a content of this size. */
  async skipPadding(sizeBytes: number): Promise<void> {
    const padding = await this.take(tarPadding(sizeBytes).length);
    if (padding.some((byte) => byte !== 0)) throw new Damage("its content is damaged");
  }

  async *stream(length: number): AsyncGenerator<Buffer> {
    for (let missing = length; missing > 0; ) {
      if (this.#rest.length === 0 && !(await this.#fill())) throw new Damage("it ends in the middle");
      const part = this.#rest.subarray(0, missing);
      this.#rest = this.#rest.subarray(part.length);
      missing -= part.length;
      yield part;
    }
  }

  async isZeroToTheEnd(): Promise<boolean> {
    do {
      if (this.#rest.some((byte) => byte !== 0)) return false;
    } while (await this.#fill());
    return true;
  }

  async #fill(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    if (done) return false;
    this.#rest = value;
    return true;
  }
}
