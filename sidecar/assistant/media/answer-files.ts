/** Files that an answer sends: kept as they are at that moment, so that what is sent later is what was meant. */
import { createReadStream, statSync } from "node:fs";
import { basename } from "node:path";
import { plainFileName } from "../../base/media/file-name.ts";
import { MOST_FILES } from "../../base/media/limits.ts";
import { isMediaId, type MediaStore } from "../../base/media/media-store.ts";
import type { MediaBlock } from "../../base/store/message.ts";
import { mediaBlock } from "./attachments.ts";
import { mediaPathsIn } from "./media-lines.ts";
import { attachablePath } from "./media-path.ts";

/** By the path as the answer writes it. */
export type AnswerFiles = ReadonlyMap<string, MediaBlock>;

/** What of the answer's files is in the folders and can be kept. Never fails: any other line stays as it was written. */
export async function keepAnswerFiles(
  text: string,
  { folders, store }: { folders: readonly string[]; store: MediaStore },
): Promise<AnswerFiles> {
  const files = new Map<string, MediaBlock>();
  for (const path of mediaPathsIn(text).slice(0, MOST_FILES)) {
    const block = await keepFile(path, { folders, store });
    if (block !== undefined) files.set(path, block);
  }
  return files;
}

/** The file at the path, kept; undefined for one outside of the folders and for one that cannot be kept. */
export async function keepFile(
  path: string,
  { folders, store }: { folders: readonly string[]; store: MediaStore },
): Promise<MediaBlock | undefined> {
  const file = attachablePath(path, folders);
  // Gone, too large, or no room.
  return file === undefined ? undefined : await keptFrom(file, store).catch(() => undefined);
}

async function keptFrom(file: string, store: MediaStore): Promise<MediaBlock | undefined> {
  const name = basename(file);
  if (isMediaId(name) && file === store.pathOf(name)) {
    const known = await store.again(name);
    return known && mediaBlock(known, undefined);
  }
  if (!statSync(file).isFile()) return undefined;
  const plain = plainFileName(name);
  return mediaBlock(await store.keep(createReadStream(file), { name: plain ?? name }), plain);
}
