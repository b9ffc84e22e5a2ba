/** A file of a message as words, for whoever is not shown it. */
import { type MediaKind, mediaKind } from "../../base/media/file-type.ts";
import type { MediaBlock } from "../../base/store/message.ts";

/** `[image: cat.png]`; without a name its type. */
export function mediaLine({ mimeType, name }: Pick<MediaBlock, "mimeType" | "name">): string {
  return `[${mediaWord(mimeType)}: ${name ?? mimeType}]`;
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
