/**
 * What agents find of their notes. The index follows the files when somebody looks for something, so that nothing watches them
 * meanwhile: a look at a thousand notes that did not change takes milliseconds.
 */
import { join } from "node:path";
import { setImmediate as nextRound } from "node:timers/promises";
import { type Clock, sleep } from "../../../shared/clock.ts";
import { errorText } from "../../../shared/errors.ts";
import { readSmallFile } from "../../../shared/node/small-file.ts";
import type { Logger } from "../../base/log/logger.ts";
import type { FoundSaying, MemoryStore, NoteFile } from "../../base/store/memory-store.ts";
import { noteParts } from "./chunks.ts";
import { isSameNote, noteFiles } from "./note-files.ts";
import { bestParts, type RankedPart, soughtIn } from "./rank.ts";

export interface MemoryPlace {
  store: MemoryStore;
  clock: Clock;
  log: Logger;
}

/** Whose notes, and where they are. */
export interface NoteKeeper {
  agentId: string;
  directory: string;
}

export interface Search {
  question: string;
  most: number;
  minScore: number;
}

export interface Findings {
  parts: RankedPart[];
  /** Some notes were not looked at yet: they are on their way into the index. */
  isEarly: boolean;
}

/** Larger files are no notes. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Somebody waits for the answer: what takes longer goes on behind it, in ms. */
const PATIENCE_MS = 2_000;
/** More candidates than are shown, as other things count besides the match. */
const CANDIDATES = 8;

export class MemoryIndex {
  #place: MemoryPlace;
  /** Of agents whose notes are being read. */
  #following = new Map<string, Promise<void>>();
  #over = new AbortController();

  constructor(place: MemoryPlace) {
    this.#place = place;
  }

  /** The best parts of the notes as they are now. */
  async search(keeper: NoteKeeper, { question, most, minScore }: Search): Promise<Findings> {
    const { store, clock } = this.#place;
    const isEarly = await this.#followed(keeper);
    const found = await store.find(keeper.agentId, soughtIn(question), CANDIDATES * most);
    return { parts: bestParts(found, question, { nowMs: clock.now(), most, minScore }), isEarly };
  }

  /** The best of what was said in those conversations. */
  async said(sessionIds: readonly string[], question: string, most: number): Promise<FoundSaying[]> {
    return await this.#place.store.said(sessionIds, soughtIn(question), most);
  }

  /** Reads no further note. Resolves when none is being read. */
  async stop(): Promise<void> {
    this.#over.abort();
    await Promise.allSettled(this.#following.values());
  }

  /** Whether there is more to read than there was time for. */
  async #followed(keeper: NoteKeeper): Promise<boolean> {
    const { agentId } = keeper;
    const known = this.#following.get(agentId);
    const following = known ?? this.#follow(keeper).finally(() => this.#following.delete(agentId));
    this.#following.set(agentId, following);
    const late = new AbortController();
    try {
      return await Promise.race([
        following.then(() => false),
        sleep(this.#place.clock, PATIENCE_MS, late.signal).then(() => true),
      ]);
    } finally {
      late.abort();
    }
  }

  async #follow({ agentId, directory }: NoteKeeper): Promise<void> {
    const { store, log } = this.#place;
    const known = await store.notes(agentId);
    const files = noteFiles(directory);
    const there = new Set(files.map(({ path }) => path));
    await store.drop(
      agentId,
      [...known.keys()].filter((path) => !there.has(path)),
    );
    for (const file of files) {
      if (this.#over.signal.aborted) return;
      if (known.get(file.path) === file.stamp) continue;
      await this.#take({ agentId, directory }, file).catch((error: unknown) => {
        log.warn({ note: file.path, reason: errorText(error) }, "a note could not be made findable");
      });
      // Others have their turn between two notes.
      await nextRound();
    }
  }

  async #take({ agentId, directory }: NoteKeeper, file: NoteFile): Promise<void> {
    const read = readSmallFile(join(directory, file.path), MAX_BYTES);
    if (read.state === "unreadable")
      this.#place.log.debug({ note: file.path, reason: read.reason }, "no note");
    // What was put in its place meanwhile may be somebody else's; it is looked at the next time.
    if (!isSameNote(directory, file)) return;
    const text = read.state === "bytes" ? read.bytes.toString("utf8").replace(/^\ufeff/, "") : "";
    await this.#place.store.put(agentId, file, noteParts(text));
  }
}
