/**
 * Brings histories into the store, file by file and in batches, each of them one transaction. Whatever was imported is found there again
 * by its ids: an import that was cut off is begun anew and adds what is missing.
 */
import { errorText } from "../../../shared/errors.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import type { MediaStore } from "../../base/media/media-store.ts";
import type { ImportedEntry, ImportStore } from "../../base/store/import-store.ts";
import { Extract } from "./extract.ts";
import { jsonLines } from "./lines.ts";
import { normalized, timeOf } from "./normalize.ts";
import type { Histories, HistorySource } from "./sources.ts";
import { HEADER_ID, PathFinder, TranscriptReader } from "./transcript.ts";

/** What was found, and what became of it. */
export interface ImportReport {
  conversations: number;
  /** Of these: nothing refers to them any more. */
  former: number;
  /** Of these: the key has another conversation here, and they are kept beside it. */
  beside: string[];
  entries: number;
  /** Entries that were not there before; 0 in a dry run. */
  added: number;
  /** On branches that were left. */
  offPath: number;
  deliveries: number;
  images: number;
  /** Lines that break off at the end of a file, and lines that are damaged. */
  torn: { file: string }[];
  damaged: { file: string; lines: number }[];
  /** Conversations that are listed without a transcript. */
  withoutTranscript: string[];
  unreadable: { file: string; reason: string }[];
  putAside: number;
}

export interface ImportPlace {
  store: ImportStore;
  media: Pick<MediaStore, "keepNow">;
  /** Told now and then how many entries were looked at. */
  progress?: (entries: number) => void;
}

const BATCH_ENTRIES = 2_000;
/** Of the bodies of a batch, in characters. */
const BATCH_CHARS = 2_000_000;

/** Imports everything that was found. Without a place it only looks. Fails with what the store fails with. */
export async function importHistories(
  { sources, putAside, unreadable }: Histories,
  place: ImportPlace | undefined,
): Promise<ImportReport> {
  const report: ImportReport = {
    conversations: 0,
    former: 0,
    beside: [],
    entries: 0,
    added: 0,
    offPath: 0,
    deliveries: 0,
    images: 0,
    torn: [],
    damaged: [],
    withoutTranscript: [],
    unreadable: [...unreadable],
    putAside: putAside.length,
  };
  for (const source of sources) {
    report.conversations += 1;
    if (source.isFormer) report.former += 1;
    await importOne(source, place, report);
  }
  return report;
}

async function importOne(
  source: HistorySource,
  place: ImportPlace | undefined,
  report: ImportReport,
): Promise<void> {
  const { file } = source;
  if (file === undefined) {
    report.withoutTranscript.push(source.key);
    await announce(source, source.updatedAtMs, place, report);
    return;
  }
  let survey: Survey;
  try {
    survey = await surveyOf(file);
  } catch (error) {
    report.unreadable.push({ file, reason: errorText(error) });
    return;
  }
  if (survey.isTorn) report.torn.push({ file });
  if (survey.damaged > 0) report.damaged.push({ file, lines: survey.damaged });
  await announce(source, survey.startedAtMs ?? source.updatedAtMs, place, report);
  const batch = new Batch(source.sessionId, place, report);
  for await (const entry of entriesOf(file, survey, place, report)) {
    // It is no entry of the conversation, and counts for none.
    if (entry.type === "header") await place?.store.importEntries(source.sessionId, [entry]);
    else await batch.add(entry);
  }
  await batch.write();
}

async function announce(
  { key, agentId, sessionId, updatedAtMs, fields, isFormer }: HistorySource,
  startedAtMs: number,
  place: ImportPlace | undefined,
  report: ImportReport,
): Promise<void> {
  const session = { key, agentId, sessionId, startedAtMs, updatedAtMs, fields, isFormer };
  const where = await place?.store.importSession(session);
  if (where === "beside") report.beside.push(key);
}

/** What has to be known of a file before its first entry is written. */
interface Survey {
  isOffPath: (id: string) => boolean;
  startedAtMs: number | undefined;
  isTorn: boolean;
  damaged: number;
}

async function surveyOf(file: string): Promise<Survey> {
  const reader = new TranscriptReader();
  const path = new PathFinder();
  let startedAtMs: number | undefined;
  let isTorn = false;
  let damaged = 0;
  for await (const line of jsonLines(file)) {
    const read = reader.read(line.value);
    if (line.isTorn) isTorn = true;
    else if (read === undefined) damaged += 1;
    else if ("header" in read) startedAtMs = timeOf(read.header);
    else {
      path.add(read.entry);
      startedAtMs ??= timeOf(read.entry.raw);
    }
  }
  return { isOffPath: path.offPath(), startedAtMs, isTorn, damaged };
}

/** The header and the entries of the file as the store keeps them. */
async function* entriesOf(
  file: string,
  { isOffPath, startedAtMs = 0 }: Survey,
  place: ImportPlace | undefined,
  report: ImportReport,
): AsyncGenerator<ImportedEntry> {
  const reader = new TranscriptReader();
  const keepImage = (data: string) => {
    report.images += 1;
    const bytes = Buffer.from(data, "base64");
    // An export gives back the text as it was, or not at all.
    return place === undefined || bytes.toString("base64") !== data ? undefined : place.media.keepNow(bytes);
  };
  let extract = new Extract();
  let atMs = startedAtMs;
  for await (const { value } of jsonLines(file)) {
    const read = reader.read(value);
    if (read === undefined) continue;
    if ("header" in read) {
      yield headerOf(read.header, startedAtMs);
      continue;
    }
    const entry = normalized(read.entry, {
      isOffPath: isOffPath(read.entry.id),
      atMs,
      keepImage,
      extract,
    });
    atMs = entry.createdAtMs;
    if (entry.type === "compaction") extract = new Extract();
    else if (entry.state === "ok") extract.add(entry);
    report.entries += 1;
    if (entry.state === "off_path") report.offPath += 1;
    if (entry.type === "delivery") report.deliveries += 1;
    yield entry;
  }
}

function headerOf(header: Record<string, unknown>, atMs: number): ImportedEntry {
  return {
    id: HEADER_ID,
    parentId: undefined,
    type: "header",
    role: undefined,
    state: "ok",
    createdAtMs: atMs,
    body: { imported: header },
    words: "",
  };
}

class Batch {
  readonly #sessionId: string;
  readonly #place: ImportPlace | undefined;
  readonly #report: ImportReport;
  #entries: ImportedEntry[] = [];
  #chars = 0;

  constructor(sessionId: string, place: ImportPlace | undefined, report: ImportReport) {
    this.#sessionId = sessionId;
    this.#place = place;
    this.#report = report;
  }

  async add(entry: ImportedEntry): Promise<void> {
    if (this.#place === undefined) return;
    this.#entries.push(entry);
    this.#chars += sizeOf(entry);
    if (this.#entries.length >= BATCH_ENTRIES || this.#chars >= BATCH_CHARS) await this.write();
  }

  async write(): Promise<void> {
    const entries = this.#entries;
    if (entries.length === 0 || this.#place === undefined) return;
    this.#entries = [];
    this.#chars = 0;
    this.#report.added += await this.#place.store.importEntries(this.#sessionId, entries);
    this.#place.progress?.(this.#report.entries);
  }
}

/** Roughly, without writing it down for that. */
function sizeOf({ words, body }: ImportedEntry): number {
  const { content } = body;
  const parts = Array.isArray(content) ? content : [];
  const inner = parts.reduce<number>((sum, part) => {
    if (!isRecord(part)) return sum;
    const text = part.text ?? part.thinking;
    return sum + (typeof text === "string" ? text.length : 500);
  }, 500);
  return Math.max(words.length, inner);
}
