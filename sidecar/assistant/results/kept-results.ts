/** Results of tools that were too long to be shown whole: by which path `read` gives the rest of one. */

import { textOf } from "../../base/store/message.ts";
import type { SessionStore } from "../../base/store/session-store.ts";

/** The whole text of what the path names in the conversation; undefined for a path that names no result. */
export type ResultReader = (path: string, sessionId: string) => Promise<string | undefined>;

/** Lines of it are cut to this length, so that any part of it can be asked for. */
const LINE_CHARS = 1_000;
/** Entries of a conversation that are looked at. */
const MOST_ENTRIES = 2_000;
const PATH = /^result:(\S+)$/;

/** The path of the result of a call. */
export function resultPath(callId: string): string {
  return `result:${callId}`;
}

/** Of the conversation that asks alone. */
export function resultReader(store: Pick<SessionStore, "conversation">): ResultReader {
  return async (path, sessionId) => {
    const id = PATH.exec(path.trim())?.[1];
    if (id === undefined) return undefined;
    const entries = await store.conversation(sessionId, MOST_ENTRIES);
    const found = entries.findLast(
      ({ message }) => message.role === "toolResult" && message.toolCallId === id,
    );
    if (found === undefined)
      throw new Error(`There is no result of that name in this conversation any more.`);
    return inLines(textOf(found.message));
  };
}

function inLines(text: string): string {
  return text
    .split("\n")
    .map((line) => (line.length <= LINE_CHARS ? line : piecesOf(line).join("\n")))
    .join("\n");
}

function piecesOf(line: string): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < line.length; start += LINE_CHARS)
    pieces.push(line.slice(start, start + LINE_CHARS));
  return pieces;
}
