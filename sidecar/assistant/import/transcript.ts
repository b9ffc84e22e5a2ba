/**
 * Transcripts of the versions 1 to 3, entry by entry. Version 3 is a tree of entries with ids; the former ones are a line of entries, which
 * get the ids of their place, the same each time.
 */
import { isRecord } from "../../../shared/protocol/frame.ts";

/** An entry with its place in the tree; `raw` is the line as it stands, with its ids. */
export interface TranscriptEntry {
  id: string;
  parentId: string | undefined;
  raw: Readonly<Record<string, unknown>>;
}

/** The first line of a file. It stands in the store under this id, above all entries. */
export const HEADER_ID = "header";

/** Makes entries of the lines of one file, in order. */
export class TranscriptReader {
  #index = 0;
  #last: string | undefined;

  /** The header or the entry that the line is; undefined for a value that is none. */
  read(value: unknown): { header: Record<string, unknown> } | { entry: TranscriptEntry } | undefined {
    if (!isRecord(value) || typeof value.type !== "string") return undefined;
    const index = this.#index;
    this.#index += 1;
    if (index === 0 && value.type === "session") return { header: value };
    const given = typeof value.id === "string" && value.id !== "" ? value.id : undefined;
    const id = given ?? idOf(index);
    const parentId = given === undefined || !("parentId" in value) ? this.#last : parentOf(value);
    this.#last = id;
    return { entry: { id, parentId, raw: withIds(value, id, parentId) } };
  }
}

function parentOf({ parentId }: Record<string, unknown>): string | undefined {
  return typeof parentId === "string" ? parentId : undefined;
}

/** As version 3 writes it. */
function withIds(
  { type, id: _id, parentId: _parentId, firstKeptEntryIndex, ...rest }: Record<string, unknown>,
  id: string,
  parentId: string | undefined,
): Record<string, unknown> {
  // Version 1 counts the lines of the file.
  const kept = typeof firstKeptEntryIndex === "number" ? { firstKeptEntryId: idOf(firstKeptEntryIndex) } : {};
  return { type, id, parentId: parentId ?? null, ...kept, ...rest };
}

function idOf(index: number): string {
  return index.toString(16).padStart(8, "0");
}

/** Which entries lie on the way from the last entry to the root. Looks at all of them first, and keeps nothing but their ids. */
export class PathFinder {
  #parents = new Map<string | number, string | number | undefined>();
  #last: string | number | undefined;
  #repeated = 0;

  add({ id, parentId }: Pick<TranscriptEntry, "id" | "parentId">): void {
    const short = compact(id);
    if (this.#parents.has(short)) this.#repeated += 1;
    else this.#parents.set(short, parentId === undefined ? undefined : compact(parentId));
    this.#last = short;
  }

  /** Entries whose id another one has already. */
  get repeated(): number {
    return this.#repeated;
  }

  /** Ids outside the path. */
  offPath(): (id: string) => boolean {
    const onPath = new Set<string | number>();
    for (let at = this.#last; at !== undefined && !onPath.has(at); at = this.#parents.get(at)) onPath.add(at);
    if (onPath.size === this.#parents.size) return () => false;
    return (id) => !onPath.has(compact(id));
  }
}

/** Eight hex digits take a fraction of the room as a number. */
function compact(id: string): string | number {
  return /^[0-9a-f]{8}$/.test(id) ? Number.parseInt(id, 16) : id;
}
