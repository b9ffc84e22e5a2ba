/** What answers: the one interface between a turn and whoever makes the text. */
import type { Message, TokenUsage, ToolCallBlock } from "../../base/store/message.ts";

export const THINKING_LEVELS = ["off", "minimal", "low", "medium", "high", "xhigh"] as const;
export type ThinkingLevel = (typeof THINKING_LEVELS)[number];

/** A tool as a model is told of it. */
export interface ToolDeclaration {
  name: string;
  description: string;
  /** JSON schema of an object. */
  parameters: Readonly<Record<string, unknown>>;
}

export interface ModelRequest {
  /** `stable` is the same in every turn of a session, so that a provider can keep it; `changing` follows it. */
  system: { stable: string; changing: string };
  /** Oldest first; the last one is what is to be answered, or the result of a tool. */
  conversation: readonly Message[];
  tools: readonly ToolDeclaration[];
  thinking: ThinkingLevel;
  maxOutputTokens: number;
  signal: AbortSignal;
}

/** A piece of the answer, or its end. */
export type ModelPart =
  | { type: "text"; delta: string }
  | { type: "thinking"; delta: string; signature?: string }
  /** Whole: it is told when its arguments are complete. */
  | { type: "toolCall"; call: ToolCallBlock }
  /** `isEstimated` where the provider counted nothing. */
  | { type: "end"; usage: TokenUsage; isEstimated?: boolean; stopReason: "stop" | "length" | "toolUse" };

/** US dollars for a million tokens. */
export interface Prices {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

export interface Model {
  provider: string;
  id: string;
  /** What people call it. */
  name: string;
  /** What it is spoken to by, as transcripts name it. */
  api: string;
  /** Tokens. */
  contextWindow: number;
  /** Tokens of one answer. */
  maxOutputTokens: number;
  reasoning: boolean;
  input: readonly ("text" | "image")[];
  /** Undefined where they are unknown; a model of this machine costs nothing. */
  prices: Prices | undefined;
  /** Ends with `end`. Throws a `ModelFailure`, and the signal's reason when that is aborted. */
  stream(request: ModelRequest): AsyncIterable<ModelPart>;
}
