/** What the page knows of the main conversation, and how that changes. */
import { isRecord } from "../../shared/protocol/frame.ts";
import type { StoredMessage } from "../../shared/protocol/methods/chat.ts";
import type { QueueItem } from "../../shared/protocol/methods/chat-queue.ts";

/** A message as the page shows it. */
export interface Said {
  id: string;
  who: "user" | "assistant";
  text: string;
  timeMs: number;
  error?: string;
  /** It is not whole: a crash or somebody ended it. */
  isCut: boolean;
}

export interface ConversationState {
  /** Undefined where the gateway has no conversation for us. */
  sessionKey: string | undefined;
  mayWrite: boolean;
  /** The newest, oldest first. */
  said: readonly Said[];
  /** What is being answered: the text so far by run. */
  running: ReadonlyMap<string, string>;
  /** What waits behind that. */
  queue: readonly QueueItem[];
  /** Why the last turn failed, until the messages say so. */
  failure: string | undefined;
  /** Sent, and not acknowledged yet. */
  sending: string | undefined;
  /** How often a message was taken. */
  taken: number;
  /** Why the conversation cannot be read or a message was not taken. */
  problem: string | undefined;
}

export type ConversationAction =
  | { type: "conversation-opened"; sessionKey: string | undefined; mayWrite: boolean }
  | {
      type: "conversation-read";
      messages: readonly StoredMessage[];
      queue: readonly QueueItem[];
      ended: readonly string[];
    }
  | { type: "run-said"; runId: string; text?: string | undefined }
  | { type: "run-failed"; message: string }
  | { type: "queue"; queue: readonly QueueItem[] }
  | { type: "sending"; text: string }
  | { type: "message-taken" }
  | { type: "message-kept-back" }
  | { type: "conversation-problem"; problem: string };

export const NO_CONVERSATION: ConversationState = {
  sessionKey: undefined,
  mayWrite: false,
  said: [],
  running: new Map(),
  queue: [],
  failure: undefined,
  sending: undefined,
  taken: 0,
  problem: undefined,
};

/** Messages kept at most; the oldest go first. */
const MAX_SAID = 500;

/** The conversation after `action`. */
export function conversationAfter(state: ConversationState, action: ConversationAction): ConversationState {
  switch (action.type) {
    case "conversation-opened": {
      const isSame = state.sessionKey === action.sessionKey;
      const { sessionKey, mayWrite } = action;
      return {
        ...state,
        sessionKey,
        mayWrite,
        said: isSame ? state.said : [],
        running: new Map(),
        problem: undefined,
      };
    }
    case "conversation-read": {
      const running = new Map(state.running);
      for (const runId of action.ended) running.delete(runId);
      const read = action.messages.flatMap(saidIn);
      const said = merged(state.said, read);
      // What was said before a tool ran is a message by now, while the run goes on.
      const last = said.at(-1);
      for (const [runId, text] of running)
        if (last?.who === "assistant" && text.trim() === last.text) running.set(runId, "");
      const isTold = read.some(({ error }) => error !== undefined && error === state.failure);
      const failure = isTold ? undefined : state.failure;
      return { ...state, said, running, queue: action.queue, failure, problem: undefined };
    }
    case "run-said": {
      const running = new Map(state.running);
      const before = running.get(action.runId);
      running.set(action.runId, action.text ?? before ?? "");
      return { ...state, running, failure: before === undefined ? undefined : state.failure };
    }
    case "run-failed":
      return { ...state, failure: action.message };
    case "queue":
      return { ...state, queue: action.queue };
    case "sending":
      return { ...state, sending: action.text, problem: undefined };
    case "message-taken":
      return { ...state, sending: undefined, taken: state.taken + 1 };
    case "message-kept-back":
      return { ...state, sending: undefined };
    case "conversation-problem":
      return { ...state, problem: action.problem };
  }
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content.trim();
  if (!Array.isArray(content)) return "";
  const texts = content.map((part: unknown) =>
    isRecord(part) && part.type === "text" && typeof part.text === "string" ? part.text : "",
  );
  return texts.join("").trim();
}

/** What stands before the page that was read stays, so that nothing moves for whoever reads there. */
function merged(before: readonly Said[], read: readonly Said[]): Said[] {
  const [first] = read;
  const at = first === undefined ? -1 : before.findIndex(({ id }) => id === first.id);
  return [...before.slice(0, Math.max(0, at)), ...read].slice(-MAX_SAID);
}

function saidIn({ id, role, content, timestamp, stopReason, errorMessage, state }: StoredMessage): Said[] {
  if (role !== "user" && role !== "assistant") return [];
  const text = textOf(content);
  const error = stopReason === "error" ? errorMessage : undefined;
  if (text === "" && error === undefined) return [];
  const isCut = state === "partial" || stopReason === "aborted";
  return [{ id, who: role, text, timeMs: timestamp, isCut, ...(error === undefined ? {} : { error }) }];
}
