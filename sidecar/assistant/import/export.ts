/** A conversation on its way out: as a transcript of version 3, which the original and OpenClaw read, or as Markdown for people. */
import { neutralLine } from "../../../shared/foreign-text.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { mediaKind } from "../../base/media/file-type.ts";
import type { MediaStore } from "../../base/media/media-store.ts";
import type { ExportedEntry, ExportStore } from "../../base/store/import-store.ts";
import { type MediaBlock, type Message, textOf } from "../../base/store/message.ts";
import type { Delivery } from "../../base/store/outbox-records.ts";
import { mediaLine, wordsWithFiles } from "../media/media-line.ts";
import { rebuilt, renamed } from "./normalize.ts";
import { HEADER_ID } from "./transcript.ts";

export interface Exported {
  key: string;
  sessionId: string;
  startedAtMs: number;
}

/** Where the bytes of files are. */
type ImageSource = Pick<MediaStore, "readNow">;

const PAGE = 200;
const VERSION = 3;

/** The lines of the transcript, without their ends. Images come out of the media again; one that is gone is said to be. */
export function* transcriptLines(
  session: Exported,
  store: ExportStore,
  media: ImageSource,
): Generator<string> {
  let isFirst = true;
  for (const entry of entriesOf(session, store)) {
    if (isFirst) yield JSON.stringify(headerOf(session, entry));
    isFirst = false;
    if (entry.type !== "header") yield JSON.stringify(rawOf(entry, media));
  }
  if (isFirst) yield JSON.stringify(headerOf(session, undefined));
}

/** The conversation as people read it, without what was taken out of it, tools and thoughts. */
export function* markdownLines(session: Exported, store: ExportStore): Generator<string> {
  yield `# ${session.key}`;
  for (const { type, state, body, createdAtMs, delivery } of entriesOf(session, store)) {
    if (type !== "message" || state === "off_path" || !isMessage(body)) continue;
    const text = wordsWithFiles(body);
    const title = body.role === "user" ? "You" : body.role === "assistant" ? "Assistant" : undefined;
    if (title === undefined || text === "") continue;
    yield "";
    yield `## ${title}, ${new Date(createdAtMs).toISOString().replace("T", " ").slice(0, 16)} UTC`;
    yield "";
    yield text;
    const end = body.role === "assistant" ? endOf(state, body) : undefined;
    if (end !== undefined) yield* ["", `*${end}*`];
    const word = delivery && LOST[delivery.state];
    if (delivery === undefined || word === undefined) continue;
    yield "";
    yield `*${word} to ${delivery.channel}${delivery.error === undefined ? "" : `: ${neutralLine(delivery.error)}`}*`;
  }
}

/** Why an answer is not whole; undefined for one that is. */
function endOf(state: ExportedEntry["state"], { stopReason }: Message): string | undefined {
  if (state === "partial") return "Cut off here";
  return stopReason === "aborted" ? "Ended here before its time" : undefined;
}

const LOST: Partial<Record<Delivery["state"], string>> = {
  failed: "Not delivered",
  expired: "Not delivered",
  unknown: "Perhaps not delivered",
};

type ShownEntry = ExportedEntry & { delivery?: Delivery | undefined };

/** With what it goes on from, where it is a fork: it stands for itself elsewhere. */
function* entriesOf({ sessionId }: Exported, store: ExportStore): Generator<ShownEntry> {
  const fork = store.forkOf(sessionId);
  if (fork === undefined) return yield* entriesIn(sessionId, store);
  let common: string | undefined;
  for (const entry of entriesIn(fork.sessionId, store)) {
    if (entry.seq > fork.seq) break;
    if (entry.type === "header" || entry.state === "off_path") continue;
    common = entry.id;
    yield entry;
  }
  let mark: string | undefined;
  for (const entry of entriesIn(sessionId, store)) {
    if (mark === undefined) mark = entry.id;
    else yield entry.parentId === mark ? { ...entry, parentId: common } : entry;
  }
}

function* entriesIn(sessionId: string, store: ExportStore): Generator<ShownEntry> {
  for (let after = 0; ; ) {
    const page = store.entriesAfter(sessionId, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    const deliveries = store.deliveriesOf(page.filter(isOfAssistant));
    for (const entry of page) yield { ...entry, delivery: deliveries.get(entry.id) };
    after = last.seq;
  }
}

function headerOf({ sessionId, startedAtMs }: Exported, first: ExportedEntry | undefined): object {
  const given = first?.type === "header" && isRecord(first.body.imported) ? first.body.imported : {};
  const base = { type: "session", version: VERSION, id: sessionId };
  const timestamp = new Date(startedAtMs).toISOString();
  // The original opens a transcript in the folder that the header names.
  return { ...base, timestamp, cwd: "/", ...given, ...base };
}

function rawOf(entry: ExportedEntry, media: ImageSource): object {
  const { body, type, id, createdAtMs } = entry;
  const parentId = entry.parentId === HEADER_ID ? undefined : entry.parentId;
  if (isRecord(body.imported)) return withImages(body.imported, media);
  if (type !== "compaction") {
    const raw = rebuilt({ id, parentId, createdAtMs }, isMessage(body) ? withFiles(body, media) : body);
    return entry.state === "partial" ? { ...raw, state: "partial" } : raw;
  }
  const { compaction } = body;
  const { firstKeptEntryId, tokensBefore } = isRecord(compaction) ? compaction : {};
  const summary = isMessage(body) ? textOf(body) : "";
  const { message: _none, ...frame } = rebuilt({ id, parentId, createdAtMs }, {});
  return { ...frame, type: "compaction", summary, firstKeptEntryId, tokensBefore };
}

/** The message as the original writes it: pictures whole, of other files what they were. */
function withFiles(body: Message, media: ImageSource): object {
  if (!body.content.some(({ type }) => type === "media")) return body;
  const content = body.content.map((block) => (block.type === "media" ? fileIn(block, media) : block));
  return { ...body, content };
}

function fileIn(block: MediaBlock, media: ImageSource): object {
  const { mediaId, mimeType, name } = block;
  const data = mediaKind(mimeType) === "image" ? media.readNow(mediaId)?.toString("base64") : undefined;
  if (data === undefined) return { type: "text", text: mediaLine(block) };
  return { type: "image", data, mimeType, ...(name === undefined ? {} : { fileName: name }) };
}

function withImages(raw: Record<string, unknown>, media: ImageSource): object {
  const { message } = raw;
  if (!isRecord(message) || !Array.isArray(message.content)) return raw;
  const content = message.content.map((block: unknown) => {
    if (!isRecord(block) || block.type !== "image" || typeof block.mediaId !== "string") return block;
    const { mediaId } = block;
    const data = media.readNow(mediaId)?.toString("base64");
    return data === undefined
      ? { type: "text", text: `[an image that is gone: media ${mediaId}]` }
      : renamed(block, "mediaId", "data", data);
  });
  return { ...raw, message: { ...message, content } };
}

function isOfAssistant({ type, body }: ExportedEntry): boolean {
  return type === "message" && body.role === "assistant";
}

function isMessage(body: unknown): body is Message {
  return isRecord(body) && Array.isArray(body.content);
}
