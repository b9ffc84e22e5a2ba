/** What answers: the one interface between a turn and whoever makes the text. */
import type { Message, TokenUsage } from "../../base/store/session-store.ts";

export interface ModelRequest {
  /** Oldest first; the last one is what is to be answered. */
  conversation: readonly Message[];
  signal: AbortSignal;
}

/** A piece of the answer, or its end. */
export type ModelPart = { type: "text"; delta: string } | { type: "end"; usage: TokenUsage };

export interface Model {
  provider: string;
  id: string;
  /** What it is spoken to by, as transcripts name it. */
  api: string;
  /** Tokens. */
  contextWindow: number;
  /** Ends with `end`. Throws what went wrong, and the signal's reason when that is aborted. */
  stream(request: ModelRequest): AsyncIterable<ModelPart>;
}
