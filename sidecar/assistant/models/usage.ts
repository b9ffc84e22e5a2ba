/** What an answer took, in tokens and dollars. */
import type { TokenUsage } from "../../base/store/message.ts";
import { conversationTokens, declarationTokens, textTokens } from "../prompt/tokens.ts";
import type { ModelRequest, Prices } from "./model.ts";

/** As a provider counts; what it did not say is undefined. `input` is what was neither read from the cache nor written to it. */
export interface Counted {
  input?: number | undefined;
  output?: number | undefined;
  cacheRead?: number | undefined;
  cacheWrite?: number | undefined;
  /** US dollars, of a provider that tells what it charged. */
  cost?: number | undefined;
}

/** The reports of one answer as one: some count the input at the start only, some at the end only, and some say 0 the second time. */
export function merged(reports: readonly Counted[]): Counted {
  const most = (name: keyof Counted) => {
    const told = reports.flatMap((report) => report[name] ?? []);
    return told.length === 0 ? undefined : Math.max(...told);
  };
  return {
    input: most("input"),
    output: most("output"),
    cacheRead: most("cacheRead"),
    cacheWrite: most("cacheWrite"),
    cost: most("cost"),
  };
}

/** Whether a provider told anything at all. */
export function isCounted({ input = 0, output = 0, cacheRead = 0, cacheWrite = 0 }: Counted): boolean {
  return input + output + cacheRead + cacheWrite > 0;
}

/** The tokens with what they cost: what the provider charged, else by the prices; nothing where neither is known. */
export function usageOf(counted: Counted, prices: Prices | undefined): TokenUsage {
  const { input = 0, output = 0, cacheRead = 0, cacheWrite = 0 } = counted;
  const cost = {
    input: (input * (prices?.input ?? 0)) / MILLION,
    output: (output * (prices?.output ?? 0)) / MILLION,
    cacheRead: (cacheRead * (prices?.cacheRead ?? 0)) / MILLION,
    cacheWrite: (cacheWrite * (prices?.cacheWrite ?? 0)) / MILLION,
  };
  const total = counted.cost ?? cost.input + cost.output + cost.cacheRead + cost.cacheWrite;
  const totalTokens = input + output + cacheRead + cacheWrite;
  return { input, output, cacheRead, cacheWrite, totalTokens, cost: { ...cost, total } };
}

/** About how many tokens a request is. */
export function estimatedInput({ system, conversation, tools }: Omit<ModelRequest, "signal">): number {
  return (
    textTokens(system.stable) +
    textTokens(system.changing) +
    conversationTokens(conversation) +
    tools.reduce((sum, tool) => sum + declarationTokens(tool), 0)
  );
}

const MILLION = 1_000_000;
