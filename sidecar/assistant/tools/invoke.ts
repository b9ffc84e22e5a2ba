/** Runs one tool for somebody who is no model: the same tools, under the same rules as in a turn. */
import { randomUUID } from "node:crypto";
import type { SessionStore, Turn } from "../../base/store/session-store.ts";
import { type OfferPlace, toolsFor } from "./registry.ts";
import type { Tool, ToolResult } from "./tool.ts";

/** Which tool, in which conversation. */
export interface Invocation {
  name: string;
  /** What it is called with, given the schema of its parameters. */
  args: (parameters: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  sessionKey: string;
  agentId: string;
  /** Who asks for it; the owner's program where it says nothing. */
  speaker?: Pick<Turn, "authority" | "principal">;
}

/** What the speaker's call of the tool gives; undefined where he has no such tool. Fails with what the tool fails with. */
export async function invokeTool(
  { store, tools, ...place }: OfferPlace & { store: SessionStore; tools: readonly Tool[] },
  { name, args, sessionKey, agentId, speaker = OWNERS_PROGRAM }: Invocation,
  signal: AbortSignal,
): Promise<ToolResult | undefined> {
  const id = randomUUID();
  const turn: Turn = {
    id,
    runId: id,
    sessionKey,
    agentId,
    origin: "api",
    ...speaker,
    route: undefined,
    options: {},
    attempts: 1,
  };
  const tool = toolsFor(place, { turn }, tools).find((each) => each.name === name);
  if (tool === undefined) return undefined;
  const sessionId = (await store.get(sessionKey))?.sessionId ?? "";
  return await tool.run(args(tool.parameters), { id, turn: { ...turn, sessionId }, signal, isDirect: true });
}

const OWNERS_PROGRAM = { authority: "owner", principal: "api:owner" } as const;
