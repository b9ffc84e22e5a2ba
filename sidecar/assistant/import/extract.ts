/** What was said since the last summary, for one that the original never wrote: as much of it as an extract is made of. */
import type { ImportedEntry } from "../../base/store/import-store.ts";
import type { EntryRow } from "../../base/store/session-store.ts";
import { extractOf } from "../compaction/summary.ts";

/** What is kept of a conversation on its way by, in characters. */
const MOST_CHARS = 500_000;
/** Of one message. */
const MESSAGE_CHARS = 8_000;
/** Of the extract. */
const MOST_TOKENS = 4_000;

export class Extract {
  #rows: EntryRow[] = [];
  #chars = 0;

  add({ id, role, words, createdAtMs }: ImportedEntry): void {
    if ((role !== "user" && role !== "assistant") || words.trim() === "") return;
    const text = words.slice(0, MESSAGE_CHARS);
    const message = { role, content: [{ type: "text" as const, text }], timestamp: createdAtMs } as const;
    this.#rows.push({ seq: 0, id, type: "message", createdAtMs, state: "ok", message });
    this.#chars += text.length;
    if (this.#chars <= 2 * MOST_CHARS) return;
    while (this.#chars > MOST_CHARS) this.#chars -= sizeOf(this.#rows.shift());
  }

  /** Word for word, and marked as what it is; undefined where nothing was said. */
  text(): string | undefined {
    return this.#rows.length === 0 ? undefined : extractOf(this.#rows, { most: MOST_TOKENS });
  }
}

function sizeOf(row: EntryRow | undefined): number {
  const [block] = row?.message.content ?? [];
  return block?.type === "text" ? block.text.length : 0;
}
