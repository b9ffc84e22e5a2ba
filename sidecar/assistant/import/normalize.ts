/**
 * An entry of a transcript as the store keeps it. What is one of our messages already is kept as it stands; of anything else the entry
 * itself is kept beside, so that an export gives it back unchanged.
 */
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { plainFileName } from "../../base/media/file-name.ts";
import type { ImportedEntry } from "../../base/store/import-store.ts";
import { type Block, type Message, textMessage, textOf } from "../../base/store/message.ts";
import type { Extract } from "./extract.ts";
import type { TranscriptEntry } from "./transcript.ts";

/** Keeps an image and returns the name under which it is found. */
export type KeepImage = (data: string, mimeType: string) => string | undefined;

export interface Surroundings {
  isOffPath: boolean;
  /** Where an entry without a time of its own stands, in ms. */
  atMs: number;
  keepImage: KeepImage;
  /** Of what was said since the last summary. */
  extract: Extract;
}

/** What the store is given of it. */
export function normalized(entry: TranscriptEntry, around: Surroundings): ImportedEntry {
  const { id, parentId, raw } = entry;
  const createdAtMs = timeOf(raw) ?? around.atMs;
  const base = {
    id,
    parentId,
    createdAtMs,
    state: around.isOffPath
      ? ("off_path" as const)
      : raw.state === "partial"
        ? ("partial" as const)
        : ("ok" as const),
  };
  const sizes: MediaSizes = new Map();
  const kept = withoutImages(raw, (data, mimeType) => {
    const mediaId = around.keepImage(data, mimeType);
    if (mediaId !== undefined) sizes.set(mediaId, Buffer.byteLength(data, "base64"));
    return mediaId;
  });
  if (raw.type === "compaction") {
    const body = summaryOf(kept, createdAtMs, around.extract);
    return { ...base, type: "compaction", role: "user", body, words: "" };
  }
  const message = raw.type === "message" && isRecord(kept.message) ? kept.message : undefined;
  if (message !== undefined && isMirror(message))
    return { ...base, type: "delivery", role: undefined, body: { imported: kept }, words: "" };
  const ours = message && messageOf(message, createdAtMs, sizes);
  if (ours === undefined)
    return { ...base, type: "kept", role: undefined, body: { imported: kept }, words: "" };
  const isAsItStands = kept === raw && isDeepStrictEqual(rebuilt({ id, parentId, createdAtMs }, ours), raw);
  const words = ours.role === "toolResult" ? "" : textOf(ours);
  return {
    ...base,
    type: "message",
    role: ours.role,
    body: isAsItStands ? { ...ours } : { ...ours, imported: kept },
    words,
  };
}

/** The entry that a message of ours makes in a transcript. */
export function rebuilt(
  { id, parentId, createdAtMs }: Pick<ImportedEntry, "id" | "parentId" | "createdAtMs">,
  message: object,
): Record<string, unknown> {
  const timestamp = new Date(createdAtMs).toISOString();
  return { type: "message", id, parentId: parentId ?? null, timestamp, message };
}

/** Of an entry or a message, in epoch ms; undefined where there is none. */
export function timeOf({ timestamp }: Readonly<Record<string, unknown>>): number | undefined {
  if (typeof timestamp === "number" && Number.isFinite(timestamp)) return Math.round(timestamp);
  const parsed = typeof timestamp === "string" ? Date.parse(timestamp) : Number.NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** The object with one member under another name and with another value, in its place: what is exported comes in the order it had. */
export function renamed(block: object, name: string, other: string, value: unknown): object {
  return Object.fromEntries(
    Object.entries(block).map(([key, each]) => (key === name ? [other, value] : [key, each])),
  );
}

/** The sentence of the original for a summary that it did not make. */
const PLACEHOLDER = /^\s*summary unavailable\b/i;

const ROLES: readonly unknown[] = ["user", "assistant", "toolResult"];

/** A copy of what was sent elsewhere, which is not said twice. */
function isMirror({ role, model }: Record<string, unknown>): boolean {
  return role === "assistant" && model === "delivery-mirror";
}

/** Of the images of an entry, by their ids. */
type MediaSizes = Map<string, number>;

function messageOf(message: Record<string, unknown>, atMs: number, sizes: MediaSizes): Message | undefined {
  if (message.role === "bashExecution") return commandOf(message, atMs);
  if (!ROLES.includes(message.role)) return undefined;
  const content =
    typeof message.content === "string"
      ? textMessage("user", message.content, 0).content
      : Array.isArray(message.content)
        ? message.content.flatMap((block: unknown) => blockOf(block, sizes))
        : [];
  const timestamp = timeOf(message) ?? atMs;
  return { ...message, role: message.role as Message["role"], content, timestamp };
}

/** What somebody ran in a terminal of the original, as the model was told of it. */
function commandOf({ command, output, exitCode }: Record<string, unknown>, atMs: number): Message {
  const code = typeof exitCode === "number" && exitCode !== 0 ? `\n(exit code ${exitCode})` : "";
  const shown = typeof output === "string" ? output : "";
  return textMessage("user", `Ran \`${String(command)}\`\n\n\`\`\`\n${shown}\n\`\`\`${code}`, atMs);
}

/** A block that models take; nothing for one of a kind that nobody knows. */
function blockOf(block: unknown, sizes: MediaSizes): Block[] {
  if (!isRecord(block)) return [];
  if (block.type === "text" && typeof block.text === "string") return [block as Block];
  if (block.type === "thinking" && typeof block.thinking === "string") return [block as Block];
  if (block.type === "toolCall" && typeof block.id === "string" && typeof block.name === "string") {
    return isRecord(block.arguments) ? [block as Block] : [{ ...block, arguments: {} } as Block];
  }
  if (block.type !== "image" || typeof block.mediaId !== "string") return [];
  const { mediaId, mimeType, fileName } = block;
  const name = plainFileName(typeof fileName === "string" ? fileName : undefined);
  const sizeBytes = sizes.get(mediaId) ?? 0;
  return [
    {
      type: "media",
      mediaId,
      mimeType: String(mimeType),
      sizeBytes,
      ...(name === undefined ? {} : { name }),
    },
  ];
}

function summaryOf(raw: Readonly<Record<string, unknown>>, atMs: number, extract: Extract) {
  const given = typeof raw.summary === "string" ? raw.summary : "";
  const isMissing = given.trim() === "" || PLACEHOLDER.test(given);
  const made = isMissing ? extract.text() : undefined;
  const firstKeptEntryId = typeof raw.firstKeptEntryId === "string" ? raw.firstKeptEntryId : "";
  const compaction = {
    firstKeptSeq: 0,
    firstKeptEntryId,
    tokensBefore: typeof raw.tokensBefore === "number" ? raw.tokensBefore : 0,
    // Nobody else's summary: the place where it stood is all there is to tell it by.
    coveredHash: createHash("sha256")
      .update(`${String(raw.parentId)} ${firstKeptEntryId}`)
      .digest("hex"),
    ...(made === undefined ? {} : { isExtract: true }),
  };
  return { ...textMessage("user", made ?? given, atMs), compaction, imported: raw };
}

/** The same entry when there is no image in it. */
function withoutImages(raw: TranscriptEntry["raw"], keep: KeepImage): TranscriptEntry["raw"] {
  const { message } = raw;
  if (!isRecord(message) || !Array.isArray(message.content) || !message.content.some(isImage)) return raw;
  const content = message.content.map((block: unknown) => {
    if (!isImage(block)) return block;
    const mediaId = keep(block.data, block.mimeType);
    return mediaId === undefined ? block : renamed(block, "data", "mediaId", mediaId);
  });
  return { ...raw, message: { ...message, content } };
}

function isImage(block: unknown): block is { type: "image"; data: string; mimeType: string } {
  return (
    isRecord(block) &&
    block.type === "image" &&
    typeof block.data === "string" &&
    typeof block.mimeType === "string"
  );
}
