/** Finds the histories that a state directory of the original or of OpenClaw holds. Looks, and changes nothing. */
import { statSync } from "node:fs";
import { basename, join } from "node:path";
import { DEFAULT_AGENT_ID } from "../../../shared/config/defaults.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import type { SessionFields } from "../../base/store/session-store.ts";
import { fittingKey } from "../session-key.ts";
import { namesIn } from "./names-in.ts";
import { timeOf } from "./normalize.ts";

/** One conversation with its file. */
export interface HistorySource {
  key: string;
  agentId: string;
  sessionId: string;
  /** Undefined where the list names a conversation whose transcript is gone. */
  file: string | undefined;
  updatedAtMs: number;
  fields: SessionFields;
  /** The list does not name it any more. */
  isFormer: boolean;
}

/** What was found of one agent, or of the whole directory. */
export interface Histories {
  sources: HistorySource[];
  /** Files that the original has put aside: deleted conversations and copies of before a repair. */
  putAside: string[];
  /** Lists that cannot be read, with the reason. */
  unreadable: { file: string; reason: string }[];
}

/** Reads an object out of JSON or JSON5. Rejects with the reason. */
export type ReadList = (file: string) => Promise<Record<string, unknown>>;

const LIST = "sessions.json";

/** Whether there is anything to import. */
export function hasHistories(stateDir: string): boolean {
  return foldersIn(stateDir).some(({ folder }) => transcriptsIn(folder).length > 0);
}

/** Everything in the state directory, agent by agent, in the order of names. */
export async function findHistories(stateDir: string, readList: ReadList): Promise<Histories> {
  const found: Histories = { sources: [], putAside: [], unreadable: [] };
  for (const { agentId, folder } of foldersIn(stateDir)) {
    const list = join(folder, LIST);
    const entries = namesIn(folder).includes(LIST)
      ? await readList(list).catch((error: unknown) => {
          found.unreadable.push({
            file: list,
            reason: error instanceof Error ? error.message : String(error),
          });
          return {};
        })
      : {};
    found.sources.push(...sourcesIn(folder, agentId, entries));
    const aside = namesIn(folder).filter((name) => /\.jsonl\.(?:deleted|bak)\./.test(name));
    found.putAside.push(...aside.map((name) => join(folder, name)));
  }
  return found;
}

function foldersIn(stateDir: string): { agentId: string; folder: string }[] {
  const agents = join(stateDir, "agents");
  const each = namesIn(agents)
    .sort()
    .map((agentId) => ({ agentId: agentId.toLowerCase(), folder: join(agents, agentId, "sessions") }));
  // Before there were agents.
  const folders = [...each, { agentId: DEFAULT_AGENT_ID, folder: join(stateDir, "sessions") }];
  return folders.filter(({ folder }) => namesIn(folder).length > 0);
}

function sourcesIn(folder: string, agentId: string, list: Record<string, unknown>): HistorySource[] {
  const files = transcriptsIn(folder);
  const listed = Object.entries(list).flatMap(([key, entry]) =>
    isRecord(entry) && typeof entry.sessionId === "string"
      ? [sourceOf(key, { ...entry, sessionId: entry.sessionId }, { folder, agentId, files })]
      : [],
  );
  const named = new Set(listed.map(({ file }) => file));
  const former = files
    .map((name) => join(folder, name))
    .filter((file) => !named.has(file))
    .map((file) => formerOf(file, agentId));
  return [...listed, ...former];
}

function sourceOf(
  key: string,
  entry: Record<string, unknown> & { sessionId: string },
  place: { folder: string; agentId: string; files: readonly string[] },
): HistorySource {
  const { folder, agentId, files } = place;
  const { sessionId } = entry;
  const topic = /:topic:([^:]+)$/.exec(key)?.[1];
  const named = typeof entry.sessionFile === "string" ? basename(entry.sessionFile) : undefined;
  const candidates = [named, topic && `${sessionId}-topic-${topic}.jsonl`, `${sessionId}.jsonl`];
  const name = candidates.find((each) => each !== undefined && files.includes(each));
  const file = name === undefined ? undefined : join(folder, name);
  return {
    key: keyFor(key, agentId),
    agentId: /^agent:([^:]+):/.exec(key)?.[1] ?? agentId,
    // Topics share the id of their group, and each has a file of its own.
    sessionId: name === undefined ? sessionId : basename(name, ".jsonl"),
    file,
    updatedAtMs: timeOf({ timestamp: entry.updatedAt }) ?? timeOfFile(file),
    fields: fieldsOf(entry),
    isFormer: false,
  };
}

/** Its key is gone with the list: it has one of its own, by which it can be exported. */
function formerOf(file: string, agentId: string): HistorySource {
  const sessionId = basename(file, ".jsonl");
  return {
    key: `agent:${agentId}:former:${sessionId}`,
    agentId,
    sessionId,
    file,
    updatedAtMs: timeOfFile(file),
    fields: {},
    isFormer: true,
  };
}

/** Keys of before there were agents have no name of one. */
function keyFor(key: string, agentId: string): string {
  if (key === "global" || key === "unknown" || key.startsWith("agent:")) return fittingKey(key);
  return fittingKey(`agent:${agentId}:${key}`);
}

/** What clients see of a session: without what the original only kept there, and under the names of today. */
function fieldsOf({
  sessionId: _id,
  updatedAt: _at,
  sessionFile: _file,
  skillsSnapshot: _skills,
  systemPromptReport: _report,
  ...fields
}: Record<string, unknown>): SessionFields {
  const { provider, lastProvider, room, ...rest } = fields;
  const renamed = { channel: provider, lastChannel: lastProvider, groupChannel: room, ...rest };
  return Object.fromEntries(
    Object.entries(renamed).filter(([, value]) => value !== undefined && value !== null),
  );
}

function transcriptsIn(folder: string): string[] {
  return namesIn(folder)
    .filter((name) => name.endsWith(".jsonl") && isFile(join(folder, name)))
    .sort();
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function timeOfFile(file: string | undefined): number {
  const status = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
  return Math.round(status?.mtimeMs ?? 0);
}
