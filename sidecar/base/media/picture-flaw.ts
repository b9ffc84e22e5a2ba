/** What keeps a picture from being shown to anybody: found without decoding it, so that one that is made to do harm does none. */
import { imageSize } from "./image-size.ts";
import { isSoundPng } from "./png-flaw.ts";

/** `broken`: cut off, damaged or without a pixel; `pixels`: more of them than anybody decodes who is careful. */
export type PictureFlaw = "broken" | "pixels";

/** Decoded: what takes no more memory than keeps the gateway below where it refuses messages. */
export const MOST_PIXELS = 16_000_000;
/**
 * A photograph, or what a large screen shows, has at least one byte for so many of its pixels, and may be shown as it is: a provider is
 * prepared for that. What makes very much out of very little is made to do harm.
 */
const PIXELS_PER_BYTE = 32;
/** More than the largest cameras of telephones take, and than is worth anybody's counting. */
const MOST_PIXELS_AT_ALL = 210_000_000;

/** Of a PNG, JPEG, GIF or WebP; undefined for a sound one, and for anything else. */
export async function pictureFlaw(bytes: Uint8Array, mimeType: string): Promise<PictureFlaw | undefined> {
  const isWhole = WHOLE[mimeType];
  if (isWhole === undefined) return undefined;
  const size = imageSize(bytes);
  if (size === undefined) return "broken";
  const pixels = size.width * size.height;
  const most = Math.max(MOST_PIXELS, PIXELS_PER_BYTE * bytes.length);
  if (pixels > Math.min(most, MOST_PIXELS_AT_ALL)) return "pixels";
  return (await isWhole(bytes)) ? undefined : "broken";
}

const WHOLE: Readonly<Record<string, (bytes: Uint8Array) => boolean | Promise<boolean>>> = {
  "image/png": isSoundPng,
  "image/jpeg": isWholeJpeg,
  "image/gif": isWholeGif,
  "image/webp": isWholeWebp,
};

/** The mark of the end stands somewhere after the picture has begun: within it, no two bytes look like that (ITU-T T.81, F.1.2.3). */
function isWholeJpeg(bytes: Uint8Array): boolean {
  const jpeg = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const scan = startOfScan(jpeg);
  return scan !== undefined && jpeg.indexOf(END_OF_IMAGE, scan) !== -1;
}

const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);

/** Whatever stands before it, such as a small picture in a remark, is passed over by its length. */
function startOfScan(jpeg: Buffer): number | undefined {
  for (let at = 2; at + 4 <= jpeg.length; ) {
    if (jpeg[at] !== 0xff) return undefined;
    const marker = jpeg[at + 1] ?? 0;
    if (marker === 0xda) return at + 2;
    const isAlone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    at += marker === 0xff ? 1 : isAlone ? 2 : 2 + jpeg.readUInt16BE(at + 2);
  }
  return undefined;
}

/** Its first picture is there to the end (GIF89a, 17 to 27): those that follow only move it. */
function isWholeGif(gif: Uint8Array): boolean {
  let at = 13 + tableBytes(gif[10]);
  while (at < gif.length) {
    const kind = gif[at];
    if (kind === EXTENSION) at = afterBlocks(gif, at + 2);
    else if (kind === IMAGE) return afterBlocks(gif, at + 11 + tableBytes(gif[at + 9])) <= gif.length;
    else return false;
  }
  return false;
}

const EXTENSION = 0x21;
const IMAGE = 0x2c;

function tableBytes(flags = 0): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 0x07) + 1);
}

/** Behind the empty block that ends a row of them; beyond the file where there is none. */
function afterBlocks(gif: Uint8Array, start: number): number {
  let at = start;
  for (let length = gif[at]; length !== undefined; length = gif[at]) {
    at += 1 + length;
    if (length === 0) return at;
  }
  return Number.POSITIVE_INFINITY;
}

/** It says how long it is (RFC 9649, 2.4), and has a picture in it. */
function isWholeWebp(bytes: Uint8Array): boolean {
  const webp = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (webp.length < 20) return false;
  const end = 8 + webp.readUInt32LE(4);
  if (end > webp.length) return false;
  for (let at = 12; at + 8 <= end; ) {
    const name = webp.toString("latin1", at, at + 4);
    const next = at + 8 + webp.readUInt32LE(at + 4);
    if (PICTURES.includes(name)) return next <= end;
    // Chunks begin at even places.
    at = next + (next % 2);
  }
  return false;
}

const PICTURES = ["VP8 ", "VP8L", "ANMF"];
