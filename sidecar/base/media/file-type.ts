/** What a file is, told by its first bytes: what a sender says of it is a hint where the content does not speak for itself. */

export type MediaKind = "image" | "audio" | "video" | "document";

/** As much of a file as is looked at, in bytes. */
export const HEAD_BYTES = 4_096;

/** Of what nobody knows. */
export const UNKNOWN_TYPE = "application/octet-stream";

/**
 * The type of a file that begins with `head`. What pictures, sound and films are is only believed of the content; of text and of
 * archives the sender may know more.
 */
export function fileType(head: Uint8Array, declared?: string): string {
  const found = typeByContent(head);
  const said = typeAsSaid(declared);
  if (found === "text/plain") return said !== undefined && isTextual(said) ? said : found;
  if (found === "application/zip") return said !== undefined && ZIPPED.test(said) ? said : found;
  if (found !== undefined) return found;
  return said === undefined || isPerceived(said) || isTextual(said) ? UNKNOWN_TYPE : said;
}

export function mediaKind(mimeType: string): MediaKind {
  const [kind] = mimeType.split("/");
  // A drawing is a program in markup.
  if (mimeType === "image/svg+xml") return "document";
  return kind === "image" || kind === "audio" || kind === "video" ? kind : "document";
}

/** Whether the content is words, which a model can be told. */
export function isTextual(mimeType: string): boolean {
  return /^text\/|[/+](?:json|xml|yaml|x-yaml|toml|csv|javascript|x-sh|x-ndjson|sql)$/.test(mimeType);
}

/** A type as senders write it, without its parameters; undefined for what is none. */
export function typeAsSaid(declared: string | undefined): string | undefined {
  const plain = declared?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return plain.length <= 120 && /^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*$/.test(plain)
    ? plain
    : undefined;
}

/** Seen or heard: such a type says how the file is opened. */
export function isPerceived(mimeType: string): boolean {
  return mediaKind(mimeType) !== "document" || mimeType.startsWith("image/");
}

const ZIPPED = /^application\/(?:vnd\.openxmlformats|vnd\.oasis|epub\+zip|java-archive|x-zip)/;

function typeByContent(head: Uint8Array): string | undefined {
  const known = SIGNATURES.find(({ at = 0, bytes }) => startsWith(head, bytes, at));
  if (known !== undefined) return known.type;
  if (startsWith(head, [0x52, 0x49, 0x46, 0x46])) return RIFF[ascii(head, 8, 4)];
  if (head[0] === 0 && ascii(head, 4, 4) === "ftyp") return ofBrand(ascii(head, 8, 4));
  if (startsWith(head, [0x1a, 0x45, 0xdf, 0xa3]))
    return ascii(head, 0, 64).includes("webm") ? "video/webm" : "video/x-matroska";
  if (isMpegAudio(head) || (startsWith(head, [0x49, 0x44, 0x33]) && (head[3] ?? 0xff) < 5))
    return "audio/mpeg";
  return isText(head) ? "text/plain" : undefined;
}

const SIGNATURES: readonly { type: string; bytes: readonly number[]; at?: number }[] = [
  { type: "image/png", bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { type: "image/jpeg", bytes: [0xff, 0xd8, 0xff] },
  { type: "image/gif", bytes: [0x47, 0x49, 0x46, 0x38, 0x37, 0x61] },
  { type: "image/gif", bytes: [0x47, 0x49, 0x46, 0x38, 0x39, 0x61] },
  { type: "image/tiff", bytes: [0x49, 0x49, 0x2a, 0x00] },
  { type: "image/tiff", bytes: [0x4d, 0x4d, 0x00, 0x2a] },
  { type: "application/pdf", bytes: [0x25, 0x50, 0x44, 0x46, 0x2d] },
  { type: "application/zip", bytes: [0x50, 0x4b, 0x03, 0x04] },
  { type: "application/zip", bytes: [0x50, 0x4b, 0x05, 0x06] },
  { type: "application/gzip", bytes: [0x1f, 0x8b] },
  { type: "application/x-7z-compressed", bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] },
  { type: "application/x-executable", bytes: [0x7f, 0x45, 0x4c, 0x46] },
  { type: "audio/ogg", bytes: [0x4f, 0x67, 0x67, 0x53] },
  { type: "audio/flac", bytes: [0x66, 0x4c, 0x61, 0x43] },
  { type: "audio/amr", bytes: [0x23, 0x21, 0x41, 0x4d, 0x52] },
];

const RIFF: Readonly<Record<string, string>> = {
  WEBP: "image/webp",
  WAVE: "audio/wav",
  "AVI ": "video/x-msvideo",
};

/** ISO base media: pictures, sound and films in one kind of box (ISO/IEC 14496-12). */
function ofBrand(brand: string): string {
  if (/^(?:heic|heix|hevc|heim|heis|mif1|msf1)$/.test(brand)) return "image/heic";
  if (/^avi[fs]$/.test(brand)) return "image/avif";
  if (/^M4[AB] $/.test(brand)) return "audio/mp4";
  return brand === "qt  " ? "video/quicktime" : "video/mp4";
}

/** A frame of MPEG audio, layer III or AAC, whose header has no field that is forbidden. */
function isMpegAudio(head: Uint8Array): boolean {
  const [first = 0, second = 0, third = 0] = head;
  if (first !== 0xff || (second & 0xe0) !== 0xe0 || head.length < 4) return false;
  if ((second & 0xf6) === 0xf0) return true;
  return (second & 0x18) !== 0x08 && (second & 0x06) === 0x02 && (third & 0xf0) !== 0xf0;
}

/** UTF-8 without what no text has. A character may be cut at the end. */
function isText(head: Uint8Array): boolean {
  if (head.length === 0) return false;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    return !/[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f\u007f]/.test(text);
  } catch {
    return false; // It is no UTF-8.
  }
}

function startsWith(head: Uint8Array, bytes: readonly number[], at = 0): boolean {
  return bytes.every((byte, index) => head[at + index] === byte);
}

function ascii(head: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...head.subarray(at, at + length));
}
