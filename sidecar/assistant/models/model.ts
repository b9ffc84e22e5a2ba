/** What answers: the one interface between a turn and whoever makes the text. */
import type { Message, TokenUsage, ToolCallBlock } from "../../base/store/message.ts";

/** From none to most. */
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
  /** A signature ends a block of thoughts; what follows is another block. */
  | { type: "thinking"; delta: string; signature?: string }
  /**
   * Whole: told just before the end, when the answer is known not to be cut. With a `problem` the arguments are no JSON object: the call is
   * not carried out, and the problem is its result.
   */
  | { type: "toolCall"; call: ToolCallBlock; problem?: string }
  /** `isEstimated` where the provider counted nothing. */
  | { type: "end"; usage: TokenUsage; isEstimated?: boolean; stopReason: "stop" | "length" | "toolUse" };

/** US dollars for a million tokens. */
export interface Prices {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

/** What is known of a model before it is asked anything. */
export interface ModelFacts {
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
}

export interface Model extends ModelFacts {
  /** Ends with `end`. Throws a `ModelFailure`, and the signal's reason when that is aborted. */
  stream(request: ModelRequest): AsyncIterable<ModelPart>;
}

/** How people and the configuration name a model: `provider/id`, split at the first slash. */
export function referenceOf({ provider, id }: Pick<ModelFacts, "provider" | "id">): string {
  return `${provider}/${id}`;
}
