/**
 * Writes a conversation into a folder in the layout of the original, with those that its key stood for before: `clawdbot sessions import
 * --from <folder>` brings it back.
 */
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { ensureDirectory } from "../../../shared/node/directory.ts";
import { mediaKind } from "../../base/media/file-type.ts";
import type { MediaStore } from "../../base/media/media-store.ts";
import type { SessionStore } from "../../base/store/session-store.ts";
import type { ImportTables } from "../../base/store/sqlite/import.ts";
import { transcriptLines } from "../import/export.ts";
import { noteArchived, readArchiveList, sessionsIn, writeArchiveList } from "./archive-index.ts";

export interface ArchivePlace {
  /** The folder. */
  folder: string;
  store: Pick<SessionStore, "get" | "former" | "mediaOf">;
  tables: Pick<ImportTables, "find" | "forkOf" | "entriesAfter" | "deliveriesOf">;
  media: MediaStore;
}

const LINES_AT_ONCE = 100;
const MOST_FORMER = 10_000;

/** True when all of it is on the disk for good; false, and nothing is written, where it has files that a transcript does not hold. */
export async function archiveSession(
  { key, agentId }: { key: string; agentId: string },
  place: ArchivePlace,
): Promise<boolean> {
  const { folder, store, tables, media } = place;
  const session = await store.get(key);
  const former = await store.former(key, MOST_FORMER);
  const ids = [
    ...new Set([
      ...(session === undefined ? [] : [session.sessionId]),
      ...former.map((each) => each.sessionId),
    ]),
  ];
  for (const id of ids) if (await hasOtherFiles(id, place)) return false;
  const sessions = sessionsIn(folder, agentId);
  ensureDirectory(sessions);
  await noteArchived(folder, key, { agentId, ids });
  for (const id of ids) {
    const found = tables.find(id);
    if (found !== undefined)
      await writeLines(join(sessions, `${id}.jsonl`), transcriptLines(found, tables, media));
  }
  if (session === undefined) return true;
  const list = join(sessions, "sessions.json");
  const { sessionId, updatedAtMs, fields } = session;
  const entry = { ...fields, sessionId, updatedAt: updatedAtMs };
  writeArchiveList(list, { ...(await readArchiveList(list)), [key]: entry });
  return true;
}

/** Of a file that is no picture a transcript says only what it was. */
async function hasOtherFiles(sessionId: string, { store, media }: ArchivePlace): Promise<boolean> {
  for (const mediaId of await store.mediaOf(sessionId)) {
    const kept = await media.look(mediaId);
    if (kept !== undefined && mediaKind(kept.mimeType) !== "image") return true;
  }
  return false;
}

/** Others have their turn in between. */
async function writeLines(file: string, lines: Iterable<string>): Promise<void> {
  const begun = `${file}.part`;
  const handle = openSync(begun, "w", 0o600);
  try {
    let written = 0;
    for (const line of lines) {
      writeSync(handle, `${line}\n`);
      written += 1;
      if (written % LINES_AT_ONCE === 0) await setImmediate();
    }
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(begun, file);
}
