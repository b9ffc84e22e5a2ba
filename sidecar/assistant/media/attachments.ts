/** Files that a client sends with a message: read whole before any of them is kept, so that a mistake in one leaves nothing of the others. */
import { RequestError } from "../../../shared/errors.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";
import { plainFileName } from "../../base/media/file-name.ts";
import { fileType, HEAD_BYTES, isPerceived, mediaKind, typeAsSaid } from "../../base/media/file-type.ts";
import { limitFor, MOST_FILES } from "../../base/media/limits.ts";
import { isMediaId, type MediaStore, refusal, tooLarge } from "../../base/media/media-store.ts";
import { type PictureFlaw, pictureFlaw } from "../../base/media/picture-flaw.ts";
import type { MediaBlock } from "../../base/store/message.ts";
import type { MediaPart } from "../prompt/envelope.ts";
import { MediaParts } from "./media-part.ts";

/** One file as it was sent: its bytes, or the id under which they were sent before. */
export interface Attachment {
  /** How a refusal names it. */
  label: string;
  name: string | undefined;
  /** What its sender says it is. */
  declared: string | undefined;
  content: Buffer | { mediaId: string };
}

/** Files of a message, as the message refers to them and as a model is told of them. */
export interface AttachedMedia {
  media: MediaBlock[];
  parts: MediaPart[];
}

/** Of the content that comes within a frame, in bytes: what clients of the protocol count with. */
const MOST_FRAMED_BYTES = 5_000_000;

/**
 * What `attachments` of `chat.send` and `agent` hold; those that say nothing of their content are left out. Fails with `ATTACHMENT_REFUSED` or `ATTACHMENT_TOO_LARGE`,
 * which name the file and the reason.
 */
export function readAttachments(sent: readonly unknown[] | undefined): Attachment[] {
  const attachments = (sent ?? []).flatMap((each, index) => readOne(each, index));
  refuseTooMany(attachments.length);
  return attachments;
}

/** Fails with `ATTACHMENT_REFUSED` for more files than a message takes. */
export function refuseTooMany(count: number): void {
  if (count <= MOST_FILES) return;
  throw new RequestError(
    "ATTACHMENT_REFUSED",
    advice`Error: ${count} attachments are too many for one message: it takes ${MOST_FILES}`,
  );
}

/**
 * The bytes of base64 text, in the alphabet of files or of addresses and with or without its end. Fails with `ATTACHMENT_REFUSED` where it
 * is none.
 */
export function bytesOfBase64(text: string, label: string): Buffer {
  const plain = text.replace(/[\r\n\t ]+/g, "");
  const isBase64 = /^[A-Za-z0-9+/_-]*={0,2}$/.test(plain) && plain.replace(/=+$/, "").length % 4 !== 1;
  if (!isBase64) throw refusal(label, "invalid base64 content");
  const bytes = Buffer.from(plain, "base64");
  if (bytes.length === 0) throw refusal(label, "is empty");
  return bytes;
}

/** `data:image/png;base64,…`, taken apart; undefined for what is no such address. */
export function dataUrl(text: string): { declared: string | undefined; base64: string } | undefined {
  const comma = text.slice(0, 300).indexOf(",");
  if (!/^data:/i.test(text) || comma === -1) return undefined;
  const head = text.slice("data:".length, comma);
  return /;base64$/i.test(head) ? { declared: typeAsSaid(head), base64: text.slice(comma + 1) } : undefined;
}

/**
 * Keeps the files. Fails with `ATTACHMENT_REFUSED` before any of them is kept, for a size beyond the limit of its kind, for a picture that is
 * none and for an id that nobody knows; and with `STATE_UNWRITABLE`.
 */
export async function keepAttachments(
  attachments: readonly Attachment[],
  store: MediaStore,
): Promise<AttachedMedia> {
  refuseTooMany(attachments.length);
  for (const attachment of attachments) await check(attachment, store);
  const media: MediaBlock[] = [];
  const parts = new MediaParts(store);
  for (const attachment of attachments) {
    const block = await keepOne(attachment, store);
    media.push(block);
    await parts.add(block);
  }
  return { media, parts: parts.list };
}

function readOne(sent: unknown, index: number): Attachment[] {
  if (!isRecord(sent)) throw refusal(`attachment-${index + 1}`, "is no object");
  const { fileName, mimeType, type, content, mediaId } = sent;
  const name = plainFileName(typeof fileName === "string" ? fileName : undefined);
  const label = name ?? `attachment-${index + 1}`;
  const said = typeof mimeType === "string" ? mimeType : undefined;
  const declared = typeAsSaid(said) ?? (type === "image" && said === undefined ? "image/*" : undefined);
  if (mediaId !== undefined) {
    if (typeof mediaId !== "string" || !isMediaId(mediaId)) throw refusal(label, "its mediaId is none");
    return [{ label, name, declared, content: { mediaId } }];
  }
  if (content === undefined || content === null) return [];
  if (typeof content !== "string") throw refusal(label, "content must be base64 text");
  const url = dataUrl(content);
  const bytes = bytesOfBase64(url?.base64 ?? content, label);
  if (bytes.length > MOST_FRAMED_BYTES) throw tooLarge(label, `${bytes.length} > ${MOST_FRAMED_BYTES}`);
  return [{ label, name, declared: url?.declared ?? declared, content: bytes }];
}

async function check(attachment: Attachment, store: MediaStore): Promise<void> {
  const { label, declared, content } = attachment;
  const isKept = !Buffer.isBuffer(content);
  const head = isKept ? await store.head(content.mediaId, HEAD_BYTES) : undefined;
  if (isKept && head === undefined)
    throw refusal(
      label,
      advice`there is no media ${content.mediaId}; it is kept for a limited time: send it again`,
    );
  const bytes = Buffer.isBuffer(content) ? content : (head?.bytes ?? Buffer.alloc(0));
  const sizeBytes = head?.sizeBytes ?? bytes.length;
  const mimeType = fileType(bytes.subarray(0, HEAD_BYTES), declared);
  // Whoever says that it is a picture wants it to be seen.
  const isLie = declared?.startsWith("image/") === true && !isPerceived(mimeType);
  if (isLie && declared !== "image/svg+xml")
    throw refusal(label, advice`it is said to be ${declared}, and its content is no picture (${mimeType})`);
  if (sizeBytes > limitFor(mimeType)) throw tooLarge(label, `${sizeBytes} > ${limitFor(mimeType)}`);
  if (mediaKind(mimeType) !== "image") return;
  const picture = Buffer.isBuffer(content) ? content : await store.read(content.mediaId);
  const flaw = picture && (await pictureFlaw(picture, mimeType));
  if (flaw !== undefined) throw refusal(label, FLAWS[flaw]);
}

const FLAWS: Readonly<Record<PictureFlaw, Remedy>> = {
  broken: advice`it cannot be read as a picture: it is cut off, damaged or empty; send it again`,
  pixels: advice`it has too many pixels for its size; send a smaller one`,
};

async function keepOne(
  { label, name, declared, content }: Attachment,
  store: MediaStore,
): Promise<MediaBlock> {
  const kept = Buffer.isBuffer(content)
    ? await store.keep([content], { name: label, declared })
    : await store.again(content.mediaId, declared);
  if (kept === undefined) throw refusal(label, "it is gone; send it again");
  return mediaBlock(kept, name);
}

/** How a message refers to a kept file. */
export function mediaBlock(
  { mediaId, mimeType, sizeBytes }: Omit<MediaBlock, "type" | "name">,
  name: string | undefined,
): MediaBlock {
  return { type: "media", mediaId, mimeType, sizeBytes, ...(name === undefined ? {} : { name }) };
}
