/** What a model is told of a file in the `media` fence of its message: what it is, and the words of a short text. */
import { isTextual } from "../../base/media/file-type.ts";
import type { MediaStore } from "../../base/media/media-store.ts";
import type { MediaBlock } from "../../base/store/message.ts";
import type { MediaPart } from "../prompt/envelope.ts";

/** As much of a text as is told, in bytes; and of all texts of a message together. */
const MOST_TEXT_BYTES = 16_384;
const MOST_TOGETHER = 32_768;

/** Tells of the files of one message, in their order: where there are many texts, the last ones are only named. */
export class MediaParts {
  readonly #store: Pick<MediaStore, "head">;
  readonly list: MediaPart[] = [];
  #room = MOST_TOGETHER;

  constructor(store: Pick<MediaStore, "head">) {
    this.#store = store;
  }

  /** Never fails: a text that cannot be read is a file like any other. */
  async add(block: MediaBlock): Promise<void> {
    const most = Math.min(MOST_TEXT_BYTES, this.#room);
    const part = await mediaPartOf(block, most, this.#store);
    this.#room -= Buffer.byteLength(part.description ?? "");
    this.list.push(part);
  }
}

async function mediaPartOf(
  block: MediaBlock,
  most: number,
  store: Pick<MediaStore, "head">,
): Promise<MediaPart> {
  const { mediaId, mimeType, sizeBytes, name } = block;
  const part: MediaPart = { mimeType, sizeBytes, ...(name === undefined ? {} : { name }) };
  if (!isTextual(mimeType) || most <= 0) return part;
  const head = await store.head(mediaId, most).catch(() => undefined);
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
