/** Files of a message that was let in, fetched from the channel. What cannot be had is said to be missing: the message is answered all the same. */
import type { Clock } from "../../../shared/clock.ts";
import { errorText } from "../../../shared/errors.ts";
import { readable, until } from "../../base/abortable.ts";
import { plainFileName } from "../../base/media/file-name.ts";
import { LIMITS, MOST_FILES, megabytes } from "../../base/media/limits.ts";
import type { MediaStore } from "../../base/media/media-store.ts";
import type { MediaBlock } from "../../base/store/message.ts";
import { type AttachedMedia, mediaBlock } from "../media/attachments.ts";
import { MediaParts } from "../media/media-part.ts";
import type { MediaPart } from "../prompt/envelope.ts";
import type { InboundMedia } from "./message.ts";

export interface FetchPlace {
  store: MediaStore;
  clock: Clock;
  /** Of one file, whatever its kind. */
  mostBytes: number;
}

/** Of all files of a message together, in ms: what is written after it waits. */
const FETCH_MS = 60_000;

/** The files in their order, one after the other. Never fails. */
export async function fetchMedia(
  files: readonly InboundMedia[],
  { store, clock, mostBytes }: FetchPlace,
): Promise<AttachedMedia> {
  const inTime = new AbortController();
  const deadline = clock.after(FETCH_MS, () =>
    inTime.abort(new Error(`it did not come within ${FETCH_MS / 1_000} s`)),
  );
  const media: MediaBlock[] = [];
  const parts = new MediaParts(store);
  try {
    for (const [index, file] of files.entries()) {
      const block = await fetched(file, index, { store, mostBytes, signal: inTime.signal });
      if ("problem" in block) parts.list.push({ ...known(file), ...block });
      else {
        media.push(block);
        await parts.add(block);
      }
    }
    return { media, parts: parts.list };
  } finally {
    deadline.dispose();
  }
}

async function fetched(
  file: InboundMedia,
  index: number,
  { store, mostBytes, signal }: Pick<FetchPlace, "store" | "mostBytes"> & { signal: AbortSignal },
): Promise<MediaBlock | { problem: string }> {
  if (index >= MOST_FILES) return { problem: `a message has at most ${MOST_FILES} files` };
  const most = Math.min(mostBytes, LIMITS.document);
  if (file.sizeBytes !== undefined && file.sizeBytes > most)
    return { problem: `it is larger than the ${megabytes(most)} that are taken here` };
  try {
    const stream = await until(signal, file.fetch(signal));
    const name = plainFileName(file.name);
    const kept = await store.keep(readable(stream, signal), {
      name: name ?? file.kind,
      declared: file.mime,
      mostBytes: most,
    });
    return mediaBlock(kept, name);
  } catch (error) {
    return { problem: errorText(error) };
  }
}

function known({ kind, mime, name, sizeBytes }: InboundMedia): MediaPart {
  const plain = plainFileName(name);
  return {
    mimeType: mime ?? kind,
    ...(plain === undefined ? {} : { name: plain }),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
  };
}
