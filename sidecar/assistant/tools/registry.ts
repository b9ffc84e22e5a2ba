/** Every tool, and which of them a turn is offered. A new tool is a folder beside this and a line here. */
import type { Turn } from "../../base/store/session-store.ts";
import type { Hands } from "./exec/hands.ts";
import { execTool } from "./exec/tool.ts";
import { processTool } from "./process/tool.ts";
import { sessionStatus } from "./session-status/tool.ts";
import type { Tool, ToolPlace } from "./tool.ts";

export function allTools(place: ToolPlace, hands: Hands): readonly Tool[] {
  return [sessionStatus(place), execTool(hands), processTool(hands)];
}

/** The tools that the turn may use: what it may not is not in the request at all. */
export function toolsFor(turn: Turn, tools: readonly Tool[]): readonly Tool[] {
  return tools.filter(({ isFor }) => isFor === undefined || isFor(turn));
}
