/** What a tool is: told to a model, run for a turn, and answered for. Each tool has a folder of its own beside this. */
import type { Clock } from "../../../shared/clock.ts";
import type { TOOL_GROUPS } from "../../../shared/config/modes.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { Language } from "../../../shared/languages.ts";
import type { Environment } from "../../../shared/node/paths.ts";
import type { EventBus } from "../../base/events/event-bus.ts";
import type { Logger } from "../../base/log/logger.ts";
import type { MediaStore } from "../../base/media/media-store.ts";
import type { CredentialStore } from "../../base/store/credential-store.ts";
import type { Block } from "../../base/store/message.ts";
import type { Accepted, Inbound, RunState, SessionStore, Turn } from "../../base/store/session-store.ts";
import type { ApprovalDesk } from "../approvals/desk.ts";
import type { Jobs } from "../cron/jobs.ts";
import type { MemoryIndex } from "../memory/memory-index.ts";
import type { Model, ToolDeclaration } from "../models/model.ts";
import type { SkillBook } from "../skills/skill-book.ts";
import type { SubAgents } from "../sub-agents/sub-agents.ts";
import type { WorkspacePaths } from "../workspace/place.ts";
import type { Browsers } from "./browser/browsers.ts";
import type { VisionPort } from "./image/vision-port.ts";
import type { MessagePort } from "./message/message-port.ts";
import type { NodePort } from "./nodes/node-port.ts";

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
  /** Who may have it offered, and with which model; everybody where it says nothing. `model` is missing where none asks. */
  isFor?: (turn: Turn, model?: Pick<Model, "provider" | "id"> | undefined) => boolean;
  /** After a crash: whether the call did anything yet. Asked of one with side effects, which did where nobody can say. */
  hasBegun?: (callId: string, turn: Turn) => Promise<boolean>;
  /** Answers the call. What it throws is told to the model as an error of the tool. */
  run(args: Readonly<Record<string, unknown>>, call: ToolCall): Promise<ToolResult>;
}

/** What tools stand on. */
export interface ToolPlace {
  store: SessionStore;
  credentials: Pick<CredentialStore, "list">;
  clock: Clock;
  config: () => GatewayConfig;
  log: Logger;
  bus: EventBus;
  /** Of the gateway itself. */
  env: Environment;
  stateDir: string;
  paths: WorkspacePaths;
  memory: MemoryIndex;
  subAgents: SubAgents;
  /** How something is said in another conversation. */
  talk: Talk;
  /** Where jobs of a schedule are made and changed; loaded when it is asked for. */
  cron: () => Promise<Jobs>;
  /** Tells an agent's main conversation something at its next turn, which may begin now. */
  wake: (agentId: string, text: string, mode: "now" | "next-heartbeat") => Promise<void>;
  media: MediaStore;
  /** Who is asked of pictures. */
  vision: VisionPort;
  /** The owner's devices; absent where nothing connects any. */
  nodes?: NodePort | undefined;
  browsers: Browsers;
  /** Chats of channels; absent where only clients ask. */
  messages?: MessagePort | undefined;
  /** Where the owner is asked. */
  desk: ApprovalDesk;
  /** What programs of a run are given, and which files the turn may read besides. */
  skills: SkillBook;
}

/** Says something in conversations, as `Assistant` does. */
export interface Talk {
  accept(message: Inbound): Promise<Accepted>;
  waitFor(runId: string, timeoutMs: number, signal: AbortSignal): Promise<RunState | undefined>;
}

/** What a call stands in. */
export interface ToolCall {
  id: string;
  turn: Turn & { sessionId: string };
  signal: AbortSignal;
  /** The tool by which words of others came into the turn, if any did. */
  taintedBy?: string | undefined;
  /** A program of the owner asks for it, and no model. */
  isDirect?: boolean;
  /** Of the conversation. */
  language?: Language | undefined;
  /** Waits for somebody: the turn's time stands still, and its place is for others meanwhile. */
  setAside?: (<T>(work: Promise<T>) => Promise<T>) | undefined;
  /** Says something beside the answer, to the owner alone. */
  tell?: ((text: string) => Promise<void>) | undefined;
}

export interface ToolResult {
  content: readonly Block[];
  isError?: boolean;
  /** The same for programs that call tools themselves. */
  details?: unknown;
  /** Somebody else has the word: the model is not asked again. */
  endsTurn?: boolean;
}

/** A result of words alone. */
export function textResult(text: string, isError = false): ToolResult {
  return { content: [{ type: "text", text }], ...(isError ? { isError } : {}) };
}
