/** One question to a model beside the turns of a conversation, without tools, and its answer as text. */
import type { Clock } from "../../../shared/clock.ts";
import { type Message, textOf } from "../../base/store/message.ts";
import type { EntryRow } from "../../base/store/session-store.ts";
import type { Candidate } from "../models/answer.ts";
import type { ModelRequest } from "../models/model.ts";
import type { AnswerPart, SpendGate } from "./mind.ts";
import { inTime } from "./side-turn.ts";

export interface SideModels {
  answer(candidates: readonly Candidate[], request: ModelRequest, gate: SpendGate): AsyncIterable<AnswerPart>;
}

export interface SideQuestion {
  /** Asked in this order, the next one where one fails. */
  candidates: readonly Candidate[];
  gate: SpendGate;
  /** What is to be done with what is asked. */
  system: string;
  asked: Message;
  maxOutputTokens: number;
  /** In ms. */
  timeMs: number;
  /** Aborted when nobody wants the answer any more. */
  over: AbortSignal;
}

/** Fails as the models do, and when the time is over. */
export async function sideAnswer(
  { clock, models }: { clock: Clock; models: SideModels },
  { candidates, gate, system, asked, maxOutputTokens, timeMs, over }: SideQuestion,
): Promise<string> {
  const run = async (signal: AbortSignal) => {
    const request = {
      system: { stable: system, changing: "" },
      conversation: [asked],
      tools: [],
      thinking: "off" as const,
      maxOutputTokens,
      signal,
    };
    let answer = "";
    for await (const part of models.answer(candidates, request, gate))
      if (part.type === "text") answer += part.delta;
    return answer;
  };
  return await inTime(clock, timeMs, { over, run });
}

/** Whether the entry is what a person said, or an answer to it. */
export function isSaid({ type, state, message }: EntryRow): boolean {
  const isAnswer = message.role === "assistant" && !["injected", "error"].includes(message.stopReason ?? "");
  return (
    type === "message" && state === "ok" && (message.role === "user" || isAnswer) && textOf(message) !== ""
  );
}
