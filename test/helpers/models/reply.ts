/** What a fake provider is told to answer, whatever API it is asked by. */

export interface AnswerReply {
  kind: "answer";
  text?: string;
  thinking?: string;
  /** Comes back with the thought, where the API has such a thing. */
  signature?: string;
  calls?: { id?: string; name: string; arguments: unknown }[];
  /** Null for a provider that counts nothing. */
  usage?: { input: number; output: number; cacheRead?: number; cacheWrite?: number; cost?: number } | null;
  finish?: "stop" | "length";
  /** Of Anthropic: the report at the end repeats no input, or says that there was none. */
  endReportsNoInput?: boolean;
}

export type Trouble =
  | "auth"
  | "forbidden"
  | "billing"
  | "rate"
  | "overloaded"
  | "server"
  | "overflow"
  | "format"
  | "thinking"
  | "missing";

export type Reply =
  | AnswerReply
  /** A refusal as HTTP, in the words of the API. */
  | { kind: "trouble"; trouble: Trouble; headers?: Record<string, string> }
  /** The model refuses, as the API tells it. */
  | { kind: "refusal" }
  /** An error in the place of a piece of the stream, after the text. */
  | { kind: "streamError"; trouble: "overloaded" | "server" | "rate"; text?: string }
  /** The text, then the connection breaks; `cleanly` for a stream that just ends. */
  | { kind: "cut"; text: string; cleanly?: boolean }
  /** The text, then a piece that is no JSON. */
  | { kind: "malformed"; text: string }
  /** The text, then nothing more; without one not even the head of the answer. */
  | { kind: "silence"; text?: string }
  /** The text; the rest of it when that is due. */
  | { kind: "held"; text: string; until: Promise<unknown>; rest: string }
  /** The thought; the answer when that is due. */
  | { kind: "thinking"; thinking: string; until: Promise<unknown>; text: string }
  /** Exactly this. */
  | { kind: "raw"; status: number; headers?: Record<string, string>; body: string };

export const answered = (text: string, more: Partial<AnswerReply> = {}): AnswerReply => ({
  kind: "answer",
  text,
  ...more,
});
export const inTrouble = (trouble: Trouble, headers: Record<string, string> = {}): Reply => ({
  kind: "trouble",
  trouble,
  headers,
});

/** One API: how it frames what it streams, and how it says no. */
export interface FakeApi {
  contentType: string;
  /** The pieces of the stream. */
  answer(reply: AnswerReply, model: string): string[];
  /** The pieces with which an answer begins and goes on, without its end. */
  beginning(text: string, model: string): string[];
  refusal(model: string): string[];
  streamError(trouble: "overloaded" | "server" | "rate"): string[];
  malformed: string;
  trouble(trouble: Trouble): { status: number; body: unknown };
}

/** In two, so that a client sees that it comes in pieces. */
export function halves(text: string): string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)].filter((part) => part !== "");
}

export function sse(data: unknown, event?: string): string {
  return `${event === undefined ? "" : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;
}

export const USAGE = { input: 120, output: 30, cacheRead: 0, cacheWrite: 0 };
