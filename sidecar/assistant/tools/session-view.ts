/**
 * Which conversations a turn may know of: the owner's turn all of its agent, where nobody reads along; any other its own and those that it
 * started.
 */
import type { SessionQuery, SessionRow, SessionStore, Turn } from "../../base/store/session-store.ts";
import { canonicalKey, keyRules } from "../session-key.ts";
import { isOwnersOwn } from "./owner-alone.ts";
import type { ToolPlace } from "./tool.ts";

export interface SessionView {
  list(query: Pick<SessionQuery, "limit" | "updatedSinceMs">): Promise<SessionRow[]>;
  /** By its key, or by its name. Fails with a sentence for the model where there is none that it may know of. */
  find(name: string): Promise<SessionRow>;
}

/** Sub-agents do their task and know of nothing else. */
export function mayUseSessions({ origin }: Pick<Turn, "origin">): boolean {
  return origin !== "subagent";
}

export function viewOfSessions(
  { store, config }: Pick<ToolPlace, "store" | "config">,
  turn: Turn,
): SessionView {
  const seesAll = isOwnersOwn(turn);
  const { agentId, sessionKey } = turn;
  const isSeen = (row: SessionRow) =>
    row.agentId === agentId && (seesAll || row.key === sessionKey || row.fields.spawnedBy === sessionKey);
  const started = { agentId, spawnedBy: sessionKey };
  return {
    list: async (query) => {
      if (seesAll) return await store.list({ ...query, agentId });
      const [own, others] = await Promise.all([store.get(sessionKey), store.list({ ...query, ...started })]);
      return [...(own === undefined ? [] : [own]), ...others];
    },
    find: async (name) => {
      const row = await byName(store, name, agentId, canonicalKey(name, keyRules(config())));
      if (row !== undefined && isSeen(row)) return row;
      throw new Error(
        `There is no conversation ${JSON.stringify(name.slice(0, 120))} that you may know of; sessions_list names them.`,
      );
    },
  };
}

async function byName(store: SessionStore, name: string, agentId: string, key: string) {
  return (
    (await store.get(name)) ??
    (await store.get(key)) ??
    (await store.list({ agentId, label: name, limit: 1 }))[0]
  );
}
