/** What a model is told of a file in the `media` fence of its message: what it is, and the words of a short text. */
import { isTextual } from "../../base/media/file-type.ts";
import type { MediaStore } from "../../base/media/media-store.ts";
import type { MediaBlock } from "../../base/store/message.ts";
import type { MediaPart } from "../prompt/envelope.ts";

/** As much of a text as is told, in bytes. */
const MOST_TEXT_BYTES = 16_384;

/** Never fails: a text that cannot be read is a file like any other. */
export async function mediaPartOf(block: MediaBlock, store: Pick<MediaStore, "head">): Promise<MediaPart> {
  const { mediaId, mimeType, sizeBytes, name } = block;
  const part: MediaPart = { mimeType, sizeBytes, ...(name === undefined ? {} : { name }) };
  if (!isTextual(mimeType)) return part;
  const head = await store.head(mediaId, MOST_TEXT_BYTES).catch(() => undefined);
  const text = head && wordsOf(head.bytes);
  if (head === undefined || text === undefined) return part;
  const rest = head.sizeBytes - head.bytes.length;
  return { ...part, description: rest > 0 ? `${text}\n[… ${rest} more bytes of it are not shown]` : text };
}

/** A character may be cut at the end. Undefined for what is no UTF-8. */
function wordsOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined; // Only its beginning was text.
  }
}
