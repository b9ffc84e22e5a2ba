/** A message of a conversation as clients get it: by entry, without what is the gateway's own, and cut where it is long. */
import type { StoredMessage } from "../../../shared/protocol/methods/chat.ts";
import { mediaWord } from "../../assistant/media/media-line.ts";
import { mediaKind } from "../../base/media/file-type.ts";
import type { Block, MediaBlock } from "../../base/store/message.ts";
import type { EntryRow } from "../../base/store/session-store.ts";
import { cutText } from "../text-limits.ts";

/** Of what a message says of itself besides what is stored of it. */
const NAME_BYTES = 300;

/** The whole message. */
export function shownMessage({ id, turnId, state, message }: EntryRow): StoredMessage {
  const { parts: _parts, customType: _customType, content, ...shown } = message;
  return { ...shown, content: content.map(shownBlock), id, ...(turnId !== undefined && { turnId }), state };
}

/** The message with parts of at most so many characters. */
export function cutMessage(entry: EntryRow, maxChars: number): StoredMessage {
  return { ...shownMessage(entry), content: entry.message.content.map((block) => cutBlock(block, maxChars)) };
}

/** A part of a message as one text; undefined where there is no such part. What a picture is is read with `read`, as base64. */
export async function partOf(
  { message }: EntryRow,
  part: number,
  read: (mediaId: string) => Promise<Buffer | undefined>,
): Promise<{ type: string; text: string } | undefined> {
  const block = message.content[part];
  if (block?.type !== "media") return block && { type: block.type, text: textOfBlock(block) };
  if (mediaKind(block.mimeType) !== "image") return { type: mediaWord(block.mimeType), text: "" };
  const bytes = await read(block.mediaId);
  return bytes && { type: "image", text: bytes.toString("base64") };
}

/** Of a file only what it is: who wants the file itself gets it at `/media/<mediaId>`. */
function shownBlock(block: Block): ShownBlock {
  if (block.type !== "media") return block;
  const { mediaId, mimeType, sizeBytes, name } = block;
  return {
    type: mediaWord(mimeType),
    mediaId,
    mimeType,
    bytes: sizeBytes,
    ...(name === undefined ? {} : { fileName: name }),
  };
}

type ShownBlock = Exclude<StoredMessage["content"], string>[number];

/** The newest messages whose JSON is not longer than that together. */
export function newestWithin(entries: readonly EntryRow[], maxBytes: number): StoredMessage[] {
  const messages = entries.map(shownMessage);
  // Most conversations are so short that nobody has to count.
  if (fitsWithin(entries, maxBytes)) return messages;
  let bytes = 0;
  let first = messages.length;
  while (first > 0) {
    bytes += bytesOf(messages[first - 1]);
    if (bytes > maxBytes) break;
    first -= 1;
  }
  return messages.slice(first);
}

/** Whether the JSON of the messages is surely no longer than that: a character takes three bytes at most, and they have names. */
export function fitsWithin(entries: readonly EntryRow[], maxBytes: number): boolean {
  return entries.reduce((sum, { size = maxBytes }) => sum + 3 * size + NAME_BYTES, 0) <= maxBytes;
}

/**
 * Those nearest to the one at `anchor` whose JSON is not longer than that together, but always one: the range of them, its end not
 * included.
 */
export function nearestWithin(
  messages: readonly StoredMessage[],
  anchor: number,
  maxBytes: number,
): [from: number, to: number] {
  if (messages.length === 0) return [0, 0];
  let [from, to] = [anchor, anchor + 1];
  let bytes = bytesOf(messages[anchor]);
  const take = (index: number) => {
    if (index < 0 || index >= messages.length) return false;
    const more = bytesOf(messages[index]);
    if (bytes + more > maxBytes) return false;
    bytes += more;
    return true;
  };
  for (let [isOpenBefore, isOpenAfter] = [true, true]; isOpenBefore || isOpenAfter; ) {
    isOpenBefore &&= take(from - 1);
    if (isOpenBefore) from -= 1;
    isOpenAfter &&= take(to);
    if (isOpenAfter) to += 1;
  }
  return [from, to];
}

function bytesOf(message: StoredMessage | undefined): number {
  return Buffer.byteLength(JSON.stringify(message)) + 1;
}

function cutBlock(block: Block, maxChars: number): ShownBlock {
  if (block.type === "media") return shownBlock(block);
  const whole = textOfBlock(block);
  if (whole.length <= maxChars) return block;
  const text = cutText(whole, maxChars);
  const cut = { truncated: true, bytes: Buffer.byteLength(whole) };
  switch (block.type) {
    case "text":
      return { ...block, text, ...cut };
    case "thinking":
      return { type: block.type, thinking: text, ...cut };
    case "toolCall":
      return { ...block, arguments: {}, text, ...cut };
    case "image":
      // A piece of a picture is none.
      return { ...block, data: "", ...cut };
  }
}

function textOfBlock(block: Exclude<Block, MediaBlock>): string {
  switch (block.type) {
    case "text":
      return block.text;
    case "thinking":
      return block.thinking;
    case "toolCall":
      return JSON.stringify(block.arguments);
    case "image":
      return block.data;
  }
}
