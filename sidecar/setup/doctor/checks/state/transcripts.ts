/** Whether the transcripts of recent chats are where the list of sessions says. */

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { readJson } from "../../../../../shared/node/run-state.ts";
import { isRecord } from "../../../../../shared/protocol/frame.ts";
import { advice } from "../../../../../shared/remedy.ts";
import type { Check, CheckContext, Finding } from "../../check.ts";
import { agentDirectories } from "../../entries.ts";

/** Older chats may have been cleared away. */
const RECENT_MS = 7 * 24 * 3_600_000;

export const transcripts: Check = {
  id: "transcripts",
  examine: async (context) => {
    const { stateDir } = context.profile.paths;
    const lists = agentDirectories(stateDir).map((agent) => join(agent, "sessions", "sessions.json"));
    return lists.filter((list) => existsSync(list)).flatMap((list) => lookAt(list, context));
  },
};

function lookAt(list: string, { nowMs }: CheckContext): Finding[] {
  const sessions = readJson(list);
  if (sessions === undefined) {
    const message = advice`${list} is damaged: the chats in it are not listed`;
    return [{ code: "sessions-damaged", level: "warning", subject: list, message }];
  }
  const gone = Object.entries(sessions).filter(
    ([, session]) => isRecord(session) && isRecent(session, nowMs) && !hasTranscript(session, list),
  );
  if (gone.length === 0) return [];
  const [first] = gone;
  const others = gone.length === 1 ? "" : advice` and ${gone.length - 1} more`;
  const message = advice`the transcript of the recent chat ${first?.[0] ?? ""}${others} is missing beside ${list}`;
  return [{ code: "transcripts-missing", level: "hint", subject: list, message }];
}

function isRecent({ updatedAt }: Record<string, unknown>, nowMs: number): boolean {
  return typeof updatedAt === "number" && nowMs - updatedAt < RECENT_MS;
}

function hasTranscript({ sessionId, sessionFile }: Record<string, unknown>, list: string): boolean {
  if (typeof sessionFile === "string") return existsSync(sessionFile);
  // Without an id nothing was said yet.
  return typeof sessionId !== "string" || existsSync(join(dirname(list), `${sessionId}.jsonl`));
}
