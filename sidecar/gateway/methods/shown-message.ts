/** A message of a conversation as clients get it: by entry, without what is the gateway's own, and cut where it is long. */
import type { ForkPoint, MessageDelivery, StoredMessage } from "../../../shared/protocol/methods/chat.ts";
import { mediaWord } from "../../assistant/media/media-line.ts";
import { mediaKind } from "../../base/media/file-type.ts";
import type { Block, MediaBlock } from "../../base/store/message.ts";
import type { Delivery } from "../../base/store/outbox-records.ts";
import type { EntryRow, SessionStore } from "../../base/store/session-store.ts";
import { cutText } from "../text-limits.ts";

/** Of what a message says of itself besides what is stored of it. */
const NAME_BYTES = 300;
/** Of what became of a message in a channel, with a reason. */
const DELIVERY_BYTES = 1_000;

/** An entry with what became of it in a channel. */
export type ShownEntry = EntryRow & { delivery?: Delivery | undefined };

/** The entries, each that went to a channel with what became of it there. */
export async function withDeliveries(
  entries: readonly EntryRow[],
  store: Pick<SessionStore, "deliveriesOf">,
): Promise<readonly ShownEntry[]> {
  const deliveries = await store.deliveriesOf(entries.filter(({ message }) => message.role === "assistant"));
  if (deliveries.size === 0) return entries;
  return entries.map((entry) => ({ ...entry, delivery: deliveries.get(entry.id) }));
}

/** Where the conversation goes on from another one, for clients. */
export async function shownFork(
  sessionId: string,
  store: Pick<SessionStore, "forkPoint">,
): Promise<{ fork?: ForkPoint }> {
  const point = await store.forkPoint(sessionId);
  return point === undefined ? {} : { fork: { sessionKey: point.sessionKey, id: point.entryId } };
}

/** The whole message. */
export function shownMessage({ id, turnId, state, message, delivery }: ShownEntry): StoredMessage {
  const { parts: _parts, customType: _customType, content, ...shown } = message;
  return {
    ...shown,
    content: content.map(shownBlock),
    id,
    ...(turnId !== undefined && { turnId }),
    state,
    ...(delivery !== undefined && { delivery: shownDelivery(delivery) }),
  };
}

function shownDelivery({ channel, state, atMs, error }: Delivery): MessageDelivery {
  return { channel, state, at: atMs, ...(error !== undefined && { error }) };
}

/** The message with parts of at most so many characters. */
export function cutMessage(entry: ShownEntry, maxChars: number): StoredMessage {
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
export function newestWithin(entries: readonly ShownEntry[], maxBytes: number): StoredMessage[] {
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
export function fitsWithin(entries: readonly ShownEntry[], maxBytes: number): boolean {
  const namesOf = ({ delivery }: ShownEntry) => NAME_BYTES + (delivery === undefined ? 0 : DELIVERY_BYTES);
  const bytes = entries.reduce((sum, entry) => sum + 3 * (entry.size ?? maxBytes) + namesOf(entry), 0);
  return bytes <= maxBytes;
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
