/** Every tool, and which of them a turn is offered. A new tool is a folder beside this and a line here. */
import type { Turn } from "../../base/store/session-store.ts";
import { memoryGet } from "./memory-get/tool.ts";
import { memorySearch } from "./memory-search/tool.ts";
import { nodesTool } from "./nodes/tool.ts";
import { sessionStatus } from "./session-status/tool.ts";
import type { Tool, ToolPlace } from "./tool.ts";

export function allTools(place: ToolPlace): readonly Tool[] {
  const { nodes, media } = place;
  return [
    sessionStatus(place),
    memorySearch(place),
    memoryGet(place),
    ...(nodes === undefined ? [] : [nodesTool(nodes, media)]),
  ];
}

/** The tools that the turn may use: what it may not is not in the request at all. */
export function toolsFor(turn: Turn, tools: readonly Tool[]): readonly Tool[] {
  return tools.filter(({ isFor }) => isFor === undefined || isFor(turn));
}
