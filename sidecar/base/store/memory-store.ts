/**
 * The index of the notes that agents keep in files: the seam behind which it lies. The files are what counts; the index can be made anew
 * from them at any time.
 */

/** A part of a note, as it is found. */
export interface NotePart {
  /** From 1, those included. */
  fromLine: number;
  toLine: number;
  /** The headings above it, from the outermost, joined by ` > `; empty where there is none. */
  heading: string;
  text: string;
}

/** Which note, with what tells one state of the file from another. */
export interface NoteFile {
  /** Below the work directory, with `/`. */
  path: string;
  stamp: string;
}

/** A part that has something of what was looked for. */
export interface FoundPart extends NotePart {
  path: string;
  /** Its place among those with the words, from 1; undefined where it has none of them whole. */
  wordRank?: number | undefined;
  /** The same among those with their letters, as parts of other words. */
  letterRank?: number | undefined;
}

/** Something that was said in a conversation. */
export interface FoundSaying {
  role: string;
  text: string;
  atMs: number;
  /** Its place, from 1. */
  rank: number;
}

/** What is looked for: whole words, and pieces of at least three letters. */
export interface Sought {
  words: readonly string[];
  pieces: readonly string[];
  /** Shorter than a piece, in a script that has no spaces. */
  scraps: readonly string[];
}

export interface MemoryStore {
  /** The notes that are known of the agent: path and stamp. */
  notes(agentId: string): Promise<Map<string, string>>;
  /** Takes the note in, in place of what was known of it. */
  put(agentId: string, file: NoteFile, parts: readonly NotePart[]): Promise<void>;
  /** Forgets the notes. */
  drop(agentId: string, paths: readonly string[]): Promise<void>;
  /** The best parts of notes with any of it, by each of both ways at most `limit`. */
  find(agentId: string, sought: Sought, limit: number): Promise<FoundPart[]>;
  /** The best of what was said in those conversations with any of it. */
  said(sessionIds: readonly string[], sought: Sought, limit: number): Promise<FoundSaying[]>;
}
