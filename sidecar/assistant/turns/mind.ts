/** Who answers a turn and what it is told: what a turn needs of models and prompt, whoever provides it. */
import type { Remedy } from "../../../shared/remedy.ts";
import type { MediaBlock, TokenUsage } from "../../base/store/message.ts";
import type { EntryRow, StartedTurn } from "../../base/store/session-store.ts";
import type { Model, ModelPart, ModelRequest } from "../models/model.ts";
import type { PromptPart } from "../prompt/system-prompt.ts";
import type { Tool } from "../tools/tool.ts";

export interface Mind {
  /** Prepares the turn. Fails with a sentence for the person where nobody can answer. */
  think(turn: StartedTurn, offer: ToolOffer): Promise<Thought>;
}

/** The tools of the turn with the model that answers first. */
export type ToolOffer = (model: Model) => readonly Tool[];

export const NO_TOOLS: ToolOffer = () => [];

export interface Thought {
  /** Who answers at first; another one may take over. */
  model: Model;
  /** What it may call. */
  tools: readonly Tool[];
  /** The request for what was said so far; a function of its arguments alone. */
  request(conversation: readonly EntryRow[]): Promise<Omit<ModelRequest, "signal">>;
  /** Asks. Each call of a model passes the gate first. Throws a `ModelFailure`. */
  answer(request: ModelRequest, gate: SpendGate): AsyncIterable<AnswerPart>;
  /** What whoever wrote is told besides: what of the message the model is not shown. */
  notices?(): Promise<readonly string[]>;
  /** Files that the answer sends, kept. Never rejects. */
  filesOf?(answer: string): Promise<ReadonlyMap<string, MediaBlock>>;
  /** What is told before the conversation, part by part. */
  parts: readonly PromptPart[];
  /** What people see of an answer. While it is being said (`isWhole` false), an end that may yet turn out to be nothing for them is held back. */
  shown(text: string, isWhole: boolean): string;
}

export type AnswerPart =
  | ModelPart
  /** Another model goes on. */
  | { type: "switched"; to: Model; why: string }
  /** Somebody has to wait for a while. */
  | { type: "waiting"; why: Remedy; untilMs: number };

/** Before each call of a model. */
export interface SpendGate {
  /** Waits, or fails, when the call may not be made. `input` and `output` are the most tokens that it may take. */
  ask(model: Model, call: { input: number; output: number }): Promise<SpendPermit>;
}

export interface SpendPermit {
  settle(usage: TokenUsage): void;
  /** The call cost nothing. */
  release(): void;
}
