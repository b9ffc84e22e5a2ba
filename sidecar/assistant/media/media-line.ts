/** A file of a message as words, for whoever is not shown it. */
import { type MediaKind, mediaKind } from "../../base/media/file-type.ts";
import { type MediaBlock, type Message, textOf } from "../../base/store/message.ts";

/** `[image: cat.png]`; without a name its type. */
export function mediaLine({ mimeType, name }: Pick<MediaBlock, "mimeType" | "name">): string {
  return `[${mediaWord(mimeType)}: ${name ?? mimeType}]`;
}

/** What a message says, and a line for each of its files. */
export function wordsWithFiles({ content }: Pick<Message, "content">): string {
  const files = content.flatMap((block) => (block.type === "media" ? [mediaLine(block)] : []));
  return [textOf({ content }).trim(), ...files].filter((each) => each !== "").join("\n");
}

/** What people call it. */
export function mediaWord(mimeType: string): Exclude<MediaKind, "document"> | "file" {
  const kind = mediaKind(mimeType);
  return kind === "document" ? "file" : kind;
}

/** Whether it is looked at by models that see. */
export function isPicture({ mimeType }: Pick<MediaBlock, "mimeType">): boolean {
  return mediaKind(mimeType) === "image";
}
