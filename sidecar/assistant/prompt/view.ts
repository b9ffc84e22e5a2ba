/** What a model is sent of a conversation that is stored: a pure function, so that the same conversation is sent as the same bytes. */
import { type Block, type Message, textOf } from "../../base/store/message.ts";
import { isPicture, mediaLine } from "../media/media-line.ts";
import { resultPath } from "../results/kept-results.ts";
import { headAndTail } from "./cut.ts";
import { type EnvelopeStyle, envelopeOf, fencedForeign, type MessageParts } from "./envelope.ts";
import { foreignName } from "./foreign.ts";
import {
  decidePruning,
  type PruningDecisions,
  type PruningRules,
  type PruningSituation,
  prunedMessage,
} from "./pruning.ts";

/** An entry of a conversation. */
export interface ViewEntry {
  id: string;
  state: "ok" | "partial" | "off_path";
  message: Message;
  /** What the message of a person was made of; its text alone is sent where nothing is known of it. */
  parts?: readonly MessageParts[];
}

export interface ViewOptions {
  envelope: EnvelopeStyle;
  /** Undefined where nothing is pruned. */
  pruning?: { rules: PruningRules; situation: PruningSituation; decisions: PruningDecisions };
  /** Only the last messages of people of this number, with what followed each. */
  maxUserTurns?: number | undefined;
  /** Entries whose images are sent besides those of the last message of a person: of its turn, or because the person speaks of them. */
  imagesOf?: ReadonlySet<string>;
}

export interface View {
  messages: Message[];
  /** To be kept for the next request. */
  decisions: PruningDecisions;
}

/** Results of tools are sent whole up to this length, in characters. */
export const MAX_RESULT_CHARS = 16_000;
const RESULT_KEPT = { head: 12_000, tail: 3_500 } as const;

export function viewOf(entries: readonly ViewEntry[], options: ViewOptions): View {
  const { envelope, pruning, maxUserTurns, imagesOf = NONE } = options;
  const sent = lastTurns(entries.filter(isSent), maxUserTurns);
  const turnStart = sent.findLastIndex(({ message }) => message.role === "user");
  const shown = sent.map((entry, index) => ({
    id: entry.id,
    message: shownMessage(entry, envelope, index >= turnStart || imagesOf.has(entry.id)),
  }));
  const decisions = pruning === undefined ? NO_DECISIONS : decidePruning(shown, pruning.decisions, pruning);
  const pruned = shown.map(({ id, message }) =>
    pruning === undefined ? message : prunedMessage(message, decisions.get(id), pruning.rules),
  );
  return { messages: joined(pruned.map((message) => fencedResult(message, envelope.marker))), decisions };
}

const NONE: ReadonlySet<string> = new Set();
const NO_DECISIONS: PruningDecisions = new Map();

/** What was abandoned, cut off by a crash, or said by the gateway in the assistant's place is for people alone. */
function isSent({ state, message }: ViewEntry): boolean {
  return state === "ok" && message.stopReason !== "injected" && message.content.length > 0;
}

function lastTurns(entries: readonly ViewEntry[], most: number | undefined): readonly ViewEntry[] {
  if (most === undefined || most <= 0) return entries;
  const starts = entries.flatMap(({ message }, index) => (message.role === "user" ? [index] : []));
  return entries.slice(starts.at(-most) ?? 0);
}

function shownMessage({ id, message, parts }: ViewEntry, style: EnvelopeStyle, hasImages: boolean): Message {
  const shown = (blocks: readonly Block[]) =>
    blocks.flatMap((block) => shownBlock(block, { hasImages, isNamed: parts !== undefined }, style.marker));
  switch (message.role) {
    case "user":
      return { ...message, content: [...envelope(parts, style), ...shown(besides(message.content, parts))] };
    case "toolResult":
      return { ...message, content: cutResult(shown(message.content), message.toolCallId ?? id) };
    case "assistant":
      // What it sent is named in its words.
      return { ...message, content: message.content.filter(({ type }) => type !== "media") };
  }
}

function envelope(parts: readonly MessageParts[] | undefined, style: EnvelopeStyle): Block[] {
  return parts === undefined ? [] : [{ type: "text", text: envelopeOf(parts, style) }];
}

/** Text of the stored message is in the parts; what else it holds follows them. */
function besides(content: readonly Block[], parts: readonly MessageParts[] | undefined): readonly Block[] {
  return parts === undefined ? content : content.filter(({ type }) => type !== "text");
}

function shownBlock(
  block: Block,
  { hasImages, isNamed }: { hasImages: boolean; isNamed: boolean },
  marker: string,
): Block[] {
  if (block.type === "image") return hasImages ? [block] : [{ type: "text", text: SHOWN_BEFORE }];
  if (block.type !== "media") return [block];
  const name = block.name === undefined ? undefined : foreignName(block.name, marker);
  const line = mediaLine({ mimeType: foreignName(block.mimeType, marker), name });
  if (isPicture(block))
    return hasImages ? [block] : [{ type: "text", text: `${line} (it was shown when it came)` }];
  // The parts name it already.
  return isNamed ? [] : [{ type: "text", text: line }];
}

const SHOWN_BEFORE = "[an image, which was shown when it came]";

/** The whole result is kept, and can be read by the call that it answers: the entry has no id yet while its turn goes on. */
function cutResult(content: readonly Block[], callId: string): readonly Block[] {
  const text = textOf({ content });
  if (text.length <= MAX_RESULT_CHARS) return content;
  const gap = (missing: number) =>
    `[… ${missing} characters left out; read the path ${resultPath(callId)} with offset and limit, some 100 lines at a time, for them …]`;
  const others = content.filter(({ type }) => type !== "text");
  return [{ type: "text", text: headAndTail(text, RESULT_KEPT, gap) }, ...others];
}

function fencedResult(message: Message, marker: string): Message {
  if (message.role !== "toolResult") return message;
  const content = message.content.map((block) =>
    block.type === "text" ? { ...block, text: fencedForeign("result", block.text, marker) } : block,
  );
  return { ...message, content };
}

/** Providers want people and assistant in turns: messages of people that nobody answered become one. */
function joined(messages: readonly Message[]): Message[] {
  const result: Message[] = [];
  for (const message of messages) {
    const last = result.at(-1);
    if (last?.role === "user" && message.role === "user")
      result[result.length - 1] = { ...message, content: [...last.content, ...message.content] };
    else result.push(message);
  }
  return result;
}
