/** Which transcripts of the archive belong to a conversation: who erases it erases those as well. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { readJson5Object } from "../../../shared/node/json5-object.ts";
import { writePrivateFile } from "../../../shared/node/private-file.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";

/** What lists of transcripts may hold, in bytes. */
const MOST_LIST_BYTES = 128 * 1_024 * 1_024;

/** A list in the archive; empty where there is none. Rejects with the reason where it cannot be read. */
export async function readArchiveList(file: string): Promise<Record<string, unknown>> {
  return await readJson5Object(file, MOST_LIST_BYTES);
}

export function writeArchiveList(file: string, list: Readonly<Record<string, unknown>>): void {
  writePrivateFile(file, `${JSON.stringify(list, null, 2)}\n`, { durable: true });
}

/** Notes that the transcripts of these conversations of an agent are the key's. */
export async function noteArchived(
  folder: string,
  key: string,
  { agentId, ids }: { agentId: string; ids: readonly string[] },
): Promise<void> {
  const index = await readArchiveList(indexIn(folder));
  const known = entryOf(index[key])?.ids ?? [];
  writeArchiveList(indexIn(folder), { ...index, [key]: { agentId, ids: [...new Set([...known, ...ids])] } });
}

/** Removes the transcripts of the key; how many those were. */
export async function eraseArchived(folder: string, key: string): Promise<number> {
  const { [key]: noted, ...others } = await readArchiveList(indexIn(folder));
  const entry = entryOf(noted);
  if (entry === undefined) return 0;
  const sessions = sessionsIn(folder, entry.agentId);
  const list = join(sessions, "sessions.json");
  const { [key]: _gone, ...left } = await readArchiveList(list);
  for (const id of entry.ids) rmSync(join(sessions, `${id}.jsonl`), { force: true });
  writeArchiveList(list, left);
  writeArchiveList(indexIn(folder), others);
  return entry.ids.length;
}

/** As the original lays them out. */
export function sessionsIn(folder: string, agentId: string): string {
  return join(folder, "agents", agentId, "sessions");
}

function indexIn(folder: string): string {
  return join(folder, "index.json");
}

function entryOf(value: unknown): { agentId: string; ids: string[] } | undefined {
  if (!isRecord(value) || typeof value.agentId !== "string" || !Array.isArray(value.ids)) return undefined;
  return { agentId: value.agentId, ids: value.ids.filter((id) => typeof id === "string") };
}
