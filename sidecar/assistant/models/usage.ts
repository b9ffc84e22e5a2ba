/** What an answer took, in tokens and dollars. */
import { type Message, type TokenUsage, textOf } from "../../base/store/message.ts";
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

/** About how many tokens a request is: four characters make one, an image about as many as a page. */
export function estimatedInput({ system, conversation, tools }: Omit<ModelRequest, "signal">): number {
  const characters =
    system.stable.length +
    system.changing.length +
    conversation.reduce((sum, message) => sum + charactersOf(message), 0) +
    (tools.length === 0 ? 0 : JSON.stringify(tools).length);
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}

/** The same of a text. */
export function estimatedTokens(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}

const MILLION = 1_000_000;
const CHARACTERS_PER_TOKEN = 4;
const CHARACTERS_OF_IMAGE = 6_000;

function charactersOf(message: Message): number {
  return message.content.reduce((sum, block) => {
    switch (block.type) {
      case "text":
        return sum;
      case "thinking":
        return sum + block.thinking.length;
      case "toolCall":
        return sum + block.name.length + JSON.stringify(block.arguments).length;
      case "image":
        return sum + CHARACTERS_OF_IMAGE;
      default:
        return sum;
    }
  }, textOf(message).length);
}
