/**
 * Old results of tools are shortened when the provider's cache has run out anyway. What was decided once stays decided, so that what is
 * sent begins with the same bytes until the cache runs out again.
 */
import { type Message, textOf } from "../../base/store/message.ts";
import { headAndTail } from "./cut.ts";
import { conversationTokens } from "./tokens.ts";

/** `agents.defaults.contextPruning`. */
export interface PruningRules {
  /** How long a provider keeps what it was sent, in ms. */
  ttlMs: number;
  /** Results behind the last answers of this number stay whole. */
  keepLastAssistants: number;
  /** Shares of the window from which results are shortened, and from which they are taken out. */
  softTrimRatio: number;
  hardClearRatio: number;
  /** Taking out must gain as much, in characters. */
  minPrunableToolChars: number;
  softTrim: { maxChars: number; headChars: number; tailChars: number };
  hardClear: { isEnabled: boolean; placeholder: string };
  /** Names of tools whose results may be pruned, with `*`; all when there are none. `deny` wins. */
  allow: readonly string[];
  deny: readonly string[];
}

export const PRUNING_RULES: PruningRules = {
  ttlMs: 300_000,
  keepLastAssistants: 3,
  softTrimRatio: 0.3,
  hardClearRatio: 0.5,
  minPrunableToolChars: 50_000,
  softTrim: { maxChars: 4_000, headChars: 1_500, tailChars: 1_500 },
  hardClear: {
    isEnabled: true,
    placeholder: "[the result of this call was taken out; call again if it is needed]",
  },
  allow: [],
  deny: [],
};

/** What was decided about an entry. */
export type Pruned = "trimmed" | "cleared";
/** By the id of the entry. */
export type PruningDecisions = ReadonlyMap<string, Pruned>;

/** What a decision is made on. */
export interface PruningSituation {
  /** Tokens. */
  contextWindow: number;
  /** Tokens of system prompt and declarations. */
  fixedTokens: number;
  /** Since the last call of a model in this session; undefined when there was none. */
  sinceLastCallMs: number | undefined;
}

interface Entry {
  id: string;
  message: Message;
}

/** Every decision that holds now, former ones among them. `entries` is the conversation, oldest first. */
export function decidePruning(
  entries: readonly Entry[],
  former: PruningDecisions,
  { rules, situation }: { rules: PruningRules; situation: PruningSituation },
): PruningDecisions {
  const { contextWindow, fixedTokens, sinceLastCallMs } = situation;
  if (sinceLastCallMs !== undefined && sinceLastCallMs <= rules.ttlMs) return former;
  const decisions = new Map(former);
  const share = () =>
    (fixedTokens +
      conversationTokens(
        entries.map(({ id, message }) => prunedMessage(message, decisions.get(id), rules)),
      )) /
    contextWindow;
  const open = prunable(entries, rules).filter(({ id }) => decisions.get(id) !== "cleared");

  if (share() <= rules.softTrimRatio) return decisions;
  for (const { id, message } of open) {
    if (textOf(message).length > rules.softTrim.maxChars) decisions.set(id, "trimmed");
  }
  if (!rules.hardClear.isEnabled || share() <= rules.hardClearRatio) return decisions;
  const gain = open.reduce(
    (sum, { id, message }) => sum + textOf(prunedMessage(message, decisions.get(id), rules)).length,
    0,
  );
  if (gain < rules.minPrunableToolChars) return decisions;
  for (const { id } of open) {
    if (share() <= rules.hardClearRatio) break;
    decisions.set(id, "cleared");
  }
  return decisions;
}

/** The message as the decision leaves it. */
export function prunedMessage(message: Message, decision: Pruned | undefined, rules: PruningRules): Message {
  if (decision === undefined) return message;
  const { headChars: head, tailChars: tail } = rules.softTrim;
  const text =
    decision === "cleared"
      ? rules.hardClear.placeholder
      : headAndTail(textOf(message), { head, tail }, (missing) => `[… ${missing} characters left out …]`);
  return { ...message, content: [{ type: "text", text }] };
}

/** Results older than the last answers, without images, of tools that may be pruned. */
function prunable(entries: readonly Entry[], rules: PruningRules): Entry[] {
  const answers = entries.flatMap(({ message }, index) => (message.role === "assistant" ? [index] : []));
  const end = answers.at(-rules.keepLastAssistants);
  if (end === undefined) return [];
  return entries
    .slice(0, end)
    .filter(
      ({ message }) =>
        message.role === "toolResult" &&
        message.content.every(({ type }) => type === "text") &&
        isPrunable(message.toolName ?? "", rules),
    );
}

function isPrunable(tool: string, { allow, deny }: PruningRules): boolean {
  const matches = (patterns: readonly string[]) => patterns.some((each) => patternOf(each).test(tool));
  return !matches(deny) && (allow.length === 0 || matches(allow));
}

function patternOf(pattern: string): RegExp {
  const literal = pattern.trim().replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll("*", ".*")}$`, "i");
}
