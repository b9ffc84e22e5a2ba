/** What a tool is: told to a model, run for a turn, and answered for. Each tool has a folder of its own beside this. */
import type { Clock } from "../../../shared/clock.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { Environment } from "../../../shared/node/paths.ts";
import type { EventBus } from "../../base/events/event-bus.ts";
import type { Logger } from "../../base/log/logger.ts";
import type { Block } from "../../base/store/message.ts";
import type { SessionStore, Turn } from "../../base/store/session-store.ts";
import type { MemoryIndex } from "../memory/memory-index.ts";
import type { ToolDeclaration } from "../models/model.ts";
import type { SkillBook } from "../skills/skill-book.ts";
import type { WorkspacePaths } from "../workspace/place.ts";

/** What a policy calls tools together by, as `group:fs`. */
export const TOOL_GROUPS = [
  "fs",
  "runtime",
  "sessions",
  "memory",
  "web",
  "ui",
  "automation",
  "messaging",
  "nodes",
] as const;
export type ToolGroup = (typeof TOOL_GROUPS)[number];

export interface Tool extends ToolDeclaration {
  /** None where no policy can name it with others, as a tool of the program that asks. */
  group?: ToolGroup;
  /** Doing it twice is not the same as doing it once: after a crash it is never simply run again. */
  hasSideEffect: boolean;
  /** Asked again and again by its nature, as the state of something that takes its time. */
  isPoll?: boolean;
  /** What it gives was written by whoever: after it the turn is tainted, and what reaches others needs the owner's word. */
  readsForeign?: boolean;
  /** Who may have it offered; everybody where it says nothing. */
  isFor?: (turn: Turn) => boolean;
  /** Answers the call. What it throws is told to the model as an error of the tool. */
  run(args: Readonly<Record<string, unknown>>, call: ToolCall): Promise<ToolResult>;
}

/** What tools stand on. */
export interface ToolPlace {
  store: SessionStore;
  clock: Clock;
  config: () => GatewayConfig;
  log: Logger;
  bus: EventBus;
  /** Of the gateway itself. */
  env: Environment;
  stateDir: string;
  paths: WorkspacePaths;
  memory: MemoryIndex;
  /** What programs of a run are given, and which files the turn may read besides. */
  skills: SkillBook;
}

/** What a call stands in. */
export interface ToolCall {
  id: string;
  turn: Turn & { sessionId: string };
  signal: AbortSignal;
  /** The tool by which words of others came into the turn, if any did. */
  taintedBy?: string | undefined;
}

export interface ToolResult {
  content: readonly Block[];
  isError?: boolean;
  /** Somebody else has the word: the model is not asked again. */
  endsTurn?: boolean;
}

/** A result of words alone. */
export function textResult(text: string, isError = false): ToolResult {
  return { content: [{ type: "text", text }], ...(isError ? { isError } : {}) };
}
