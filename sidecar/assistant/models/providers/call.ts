/** One call of a model, as the parts that carry it out see it. */
import type { ModelFacts, ModelRequest } from "../model.ts";
import { estimatedInput } from "../usage.ts";
import type { Asked } from "./failure-of.ts";

export interface CallOfModel {
  asked: Asked;
  prices: ModelFacts["prices"];
  /** Tokens. */
  estimatedInput: number;
}

export function callOf(facts: ModelFacts, apiKey: string | undefined, request: ModelRequest): CallOfModel {
  return {
    asked: { facts, apiKey },
    prices: facts.prices,
    estimatedInput: estimatedInput(request),
  };
}
