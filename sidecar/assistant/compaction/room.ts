/** How much of a model's window a request takes. */
import type { Model, ModelRequest } from "../models/model.ts";
import { conversationTokens, declarationTokens, textTokens } from "../prompt/tokens.ts";
import type { Room } from "./when.ts";

export function roomOf(model: Model, request: Omit<ModelRequest, "signal">): Room {
  const { system, tools, conversation, maxOutputTokens } = request;
  const declared = tools.reduce((sum, tool) => sum + declarationTokens(tool), 0);
  return {
    window: model.contextWindow,
    outputCap: maxOutputTokens,
    fixed: textTokens(system.stable) + textTokens(system.changing) + declared,
    conversation: conversationTokens(conversation),
  };
}
