/** `memory_search`: what the notes of the agent say about something, and what was said in the conversation before. */
import type { FoundSaying } from "../../../base/store/memory-store.ts";
import type { SessionStore } from "../../../base/store/session-store.ts";
import { type RankedPart, snippetOf } from "../../memory/rank.ts";
import { memorySettings } from "../../memory/settings.ts";
import { ownerZone } from "../../prompt/settings.ts";
import { momentText } from "../../prompt/time.ts";
import { keyRules, mainSessionKey } from "../../session-key.ts";
import { workspaceOf } from "../../workspace/place.ts";
import { countArgument, shareArgument, textArgument } from "../arguments.ts";
import { isOwnersOwn } from "../owner-alone.ts";
import { type Tool, type ToolPlace, textResult } from "../tool.ts";

const MOST_RESULTS = 20;
const MOST_SNIPPET_CHARS = 700;
const MOST_QUESTION_CHARS = 1_000;
/** Former conversations of a key that are looked through. */
const MOST_FORMER = 50;

export function memorySearch(place: ToolPlace): Tool {
  const { config, paths, memory, store } = place;
  return {
    name: "memory_search",
    group: "memory",
    description:
      "Search your notes (MEMORY.md and memory/) and what was said in this conversation before, also long ago. Use it before you answer what depends on former decisions, dates, people, preferences or tasks. Words count, in any language; give several that the note may contain.",
    parameters: {
      type: "object",
      properties: {
        query: { type: "string" },
        maxResults: { type: "integer", minimum: 1, maximum: MOST_RESULTS },
        minScore: { type: "number", minimum: 0, maximum: 1 },
      },
      required: ["query"],
      additionalProperties: false,
    },
    hasSideEffect: false,
    isFor: (turn) => isOwnersOwn(turn) && memorySettings(config(), turn.agentId).isEnabled,
    async run(args, { turn }) {
      const { agentId, sessionKey } = turn;
      const settings = memorySettings(config(), agentId);
      const question = textArgument(args, "query").trim().slice(0, MOST_QUESTION_CHARS);
      if (question === "") throw new Error("query is empty: give words to look for.");
      const most = Math.min(countArgument(args, "maxResults") ?? settings.maxResults, MOST_RESULTS);
      const minScore = shareArgument(args, "minScore") ?? settings.minScore;
      const keeper = { agentId, directory: workspaceOf(config(), agentId, paths) };
      const inNotes = settings.sources.includes("memory")
        ? await memory.search(keeper, { question, most, minScore })
        : { parts: [], isEarly: false };
      const keys = [...new Set([sessionKey, mainSessionKey(keyRules(config()), agentId)])];
      const said = settings.sources.includes("sessions")
        ? await memory.said(await conversationsOf(store, keys), question, most)
        : [];
      const zone = ownerZone(config());
      const whenSaid = ({ atMs }: FoundSaying) => momentText(atMs, { zone, isTwelveHour: false });
      const lines = [
        ...inNotes.parts.map((part) => noteText(part, question)),
        ...said.map((each) => `${each.role} on ${whenSaid(each)}\n${shown(each.text, question)}`),
      ];
      if (inNotes.isEarly) lines.push("(Some notes are still being read; search again in a moment.)");
      return textResult(lines.length === 0 ? `Nothing about it was found.` : lines.join("\n\n"));
    },
  };
}

/** Those that the keys stand for, now and formerly. */
async function conversationsOf(store: SessionStore, keys: readonly string[]): Promise<string[]> {
  const ids = await Promise.all(
    keys.map(async (key) => {
      const current = await store.get(key);
      const former = await store.former(key, MOST_FORMER);
      return [current, ...former].flatMap((each) => (each === undefined ? [] : [each.sessionId]));
    }),
  );
  return ids.flat();
}

function noteText({ path, fromLine, toLine, heading, text, score }: RankedPart, question: string): string {
  const about = heading === "" ? "" : ` · ${heading}`;
  return `${path}, lines ${fromLine}–${toLine}${about} (${score.toFixed(2)})\n${shown(text, question)}`;
}

function shown(text: string, question: string): string {
  return snippetOf(text, question, MOST_SNIPPET_CHARS);
}
