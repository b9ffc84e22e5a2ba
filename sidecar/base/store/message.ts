/** One entry of a conversation as it is stored, shown and sent to a model. Blocks and roles are those of version 3 transcripts. */

export type TextBlock = { type: "text"; text: string };
/** `thinkingSignature` is what the provider wants back with it. */
export type ThinkingBlock = { type: "thinking"; thinking: string; thinkingSignature?: string };
export type ToolCallBlock = {
  type: "toolCall";
  id: string;
  name: string;
  arguments: Readonly<Record<string, unknown>>;
  /** What the provider wants back with it. */
  thoughtSignature?: string;
};
/** `data` is base64. */
export type ImageBlock = { type: "image"; data: string; mimeType: string };
/** A file that came with the message, as it is kept: `mediaId` names it in the media store. */
export type MediaBlock = {
  type: "media";
  mediaId: string;
  mimeType: string;
  sizeBytes: number;
  /** As its sender called it, without any path. */
  name?: string | undefined;
};
export type Block = TextBlock | ThinkingBlock | ToolCallBlock | ImageBlock | MediaBlock;

/** Why an answer ended; `injected` was never made by a model. */
export type StopReason = "stop" | "length" | "toolUse" | "error" | "aborted" | "injected";

export interface Message {
  role: "user" | "assistant" | "toolResult";
  content: readonly Block[];
  /** Epoch milliseconds. */
  timestamp: number;
  /** Of an answer: who made it, and what it took. */
  api?: string;
  provider?: string;
  model?: string;
  usage?: TokenUsage;
  stopReason?: StopReason;
  /** Of an answer that a crash cut off: people have seen it, and the next one goes on with it. */
  goesOn?: boolean;
  errorMessage?: string;
  /** Of a tool's result: the call that it belongs to. */
  toolCallId?: string;
  toolName?: string;
  isError?: boolean;
  /** Of what people wrote: each message with what is known of it; clients see the text alone. */
  parts?: readonly Readonly<Record<string, unknown>>[];
  /** Of an entry that is the gateway's own: what it is, such as `pin`. */
  customType?: string;
  /** Of the entry that a conversation begins with which goes on from another one. */
  fork?: Fork;
  /** Of a summary: what it stands for. */
  compaction?: Compaction;
}

/** The last entry that it has in common with the other one; the entry's own parent names it by its id. */
export interface Fork {
  sessionId: string;
  seq: number;
}

/** A summary of what was said before. */
export interface Compaction {
  /** The first entry that is still sent as it was said. */
  firstKeptSeq: number;
  firstKeptEntryId: string;
  tokensBefore: number;
  /** Of the entries that it covers, so that nobody takes it for a summary of others. */
  coveredHash: string;
  /** Made of sentences of the conversation, as no model gave one that held. */
  isExtract?: boolean;
}

export interface TokenUsage {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  totalTokens: number;
  /** US dollars. */
  cost: { input: number; output: number; cacheRead: number; cacheWrite: number; total: number };
}

export const NOTHING_USED: TokenUsage = {
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
  totalTokens: 0,
  cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 },
};

/** What a message says in words: its text blocks, one after another. */
export function textOf({ content }: Pick<Message, "content">): string {
  return content.map((block) => (block.type === "text" ? block.text : "")).join("");
}

/** A message of words alone. */
export function textMessage(role: Message["role"], text: string, timestamp: number): Message {
  return { role, content: text === "" ? [] : [{ type: "text", text }], timestamp };
}
