/** How large a file may be that comes with a message. */
import { type MediaKind, mediaKind } from "./file-type.ts";

const MB = 1_048_576;

/** Bytes by kind. */
export const LIMITS: Readonly<Record<MediaKind, number>> = {
  image: 6 * MB,
  audio: 16 * MB,
  video: 16 * MB,
  document: 100 * MB,
};

/** Files of one message. */
export const MOST_FILES = 20;

export function limitFor(mimeType: string): number {
  return LIMITS[mediaKind(mimeType)];
}

/** For people, in whole megabytes from ten on. */
export function megabytes(bytes: number): string {
  const mb = bytes / MB;
  return mb >= 10 || Number.isInteger(mb) ? `${Math.round(mb)} MB` : `${mb.toFixed(1)} MB`;
}
