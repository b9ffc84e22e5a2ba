/**
 * What is kept of sessions, messages and turns: the seam behind which the store lies. Every change that has to be whole is one method;
 * nobody outside opens a transaction. Times are epoch milliseconds.
 */

import type { ApprovalStore } from "./approval-records.ts";
import type { MediaBlock, Message, TokenUsage } from "./message.ts";
import type { Delivery, OutboxEvidence, OutboxPart, OutboxRow } from "./outbox-records.ts";
import type { ImportedPairing, PairingLimits, PairingRow, PairingWish } from "./pairing-records.ts";
import type { Route } from "./route.ts";
import type { Holdings } from "./sqlite/holdings.ts";

/** What clients see of a session besides its key, id and time. */
export type SessionFields = Readonly<Record<string, unknown>>;

export interface SessionRow {
  key: string;
  agentId: string;
  /** Of the conversation that the key stands for at present. */
  sessionId: string;
  startedAtMs: number;
  updatedAtMs: number;
  /** When a person wrote last in that conversation; undefined while nobody has. */
  lastUserAtMs?: number | undefined;
  fields: SessionFields;
}

/** What a conversation begins anew with, now that a message comes; undefined where it goes on. */
export type Renewal = (session: SessionRow) => SessionFields | undefined;

/** Newest first. Texts are compared exactly but for `search`, which is part of a name, in any case. */
export interface SessionQuery {
  limit?: number | undefined;
  agentId?: string | undefined;
  label?: string | undefined;
  spawnedBy?: string | undefined;
  search?: string | undefined;
  updatedSinceMs?: number | undefined;
}

/** A conversation that the key stood for before. */
export interface FormerSession {
  sessionId: string;
  startedAtMs: number;
  endedAtMs: number;
  /** Why it ended: `reset`, `undone`, `deleted`, `imported`. */
  reason: string;
}

/** Fields to set; null takes one away. */
export type SessionPatch = Readonly<Record<string, unknown>>;

/** `compaction` is a summary; `custom` is for the gateway itself. */
export type EntryType = "message" | "compaction" | "custom";

/** One entry of a conversation. */
export interface EntryRow {
  seq: number;
  id: string;
  type: EntryType;
  createdAtMs: number;
  /**
   * `partial` is what came of a turn that a crash cut off: shown, and never sent to a model. `off_path` was taken out of the
   * conversation again.
   */
  state: "ok" | "partial" | "off_path";
  /** Of the turn that it came with or came of. */
  turnId?: string | undefined;
  /** As clients see it. */
  message: Message;
  /** Of the message as JSON, in characters; undefined for one that is not kept yet. */
  size?: number | undefined;
}

/** What of an entry tells whether it went to a channel. */
export type DeliveredEntry = Pick<EntryRow, "seq" | "id" | "turnId">;

/** An entry that a search found. */
export interface FoundEntry extends EntryRow {
  sessionId: string;
}

/** Which entries: at most one of `beforeSeq`, `afterSeq` and `aroundSeq`; the newest where there is none of them. */
export interface EntryPage {
  limit: number;
  beforeSeq?: number | undefined;
  afterSeq?: number | undefined;
  aroundSeq?: number | undefined;
}

/** Which entries, by id: at most one of `before`, `after` and `around`; the newest where there is none of them. */
export interface EntryRange {
  limit: number;
  before?: string | undefined;
  after?: string | undefined;
  around?: string | undefined;
}

/** A part of a conversation as people see it. */
export interface EntryWindow {
  /** Oldest first. */
  entries: EntryRow[];
  hasBefore: boolean;
  hasAfter: boolean;
  /** The id of the newest entry of the conversation. */
  head: string | undefined;
}

/** What somebody may do, decided once when a message comes in. */
export type Authority = "owner" | "trusted" | "guest";

/** What a turn came from. */
export type Origin =
  | "chat"
  | "api"
  | "channel"
  | "cron"
  | "heartbeat"
  | "hook"
  | "subagent"
  /** What another run of the assistant has to say: a sub-agent's report, a word from another conversation. */
  | "report"
  | "background";

/** Whether somebody said it: what comes by itself keeps no conversation fresh, and begins none anew. */
export function isOfPerson(origin: Origin): boolean {
  return origin === "chat" || origin === "channel" || origin === "api";
}

/** A message on its way in. */
export interface Inbound {
  /** Whoever repeats the key within a day means the same message. */
  idempotency: { scope: string; key: string };
  /** By which clients know what comes of it. */
  runId: string;
  sessionKey: string;
  agentId: string;
  channel: string;
  /** Where on its channel; empty where a channel has no such thing. */
  account?: string;
  chat?: string;
  thread?: string;
  /** The platform's name of the message, unique there: it is taken once, however often it is delivered. */
  dedupe?: string | undefined;
  sender: string;
  authority: Authority;
  origin: Origin;
  text: string;
  /** Where the answer goes; none for clients, which are told by events. */
  route?: Route | undefined;
  /**
   * The sender may go on writing for this long, in ms: what comes meanwhile from the same place makes one message with it. Counted anew
   * from each of them, and at most five times. 0 ends the wait of those before.
   */
  holdMs?: number | undefined;
  /** Refused where so many wait in its session. */
  mostWaiting?: number | undefined;
  /** Files that came with it, kept already. */
  media?: readonly MediaBlock[] | undefined;
  /** What belongs to the message besides its text: who sent it, what it quotes. */
  parts?: Readonly<Record<string, unknown>> | undefined;
  options: TurnOptions;
  /** It takes the place of what was said before. */
  rewind?: Rewind | undefined;
  /**
   * Its conversation goes on from this message of another one, when it is the first of a new one and the other one, as it is now, holds
   * that message. The message is one of the same chat.
   */
  forkOf?: { sessionKey: string; messageId: string } | undefined;
}

/** Where a conversation goes on from another one. */
export interface ForkPoint {
  sessionKey: string;
  /** Of the last entry that they have in common. */
  entryId: string;
}

/** Which entries a message takes the place of. */
export interface Rewind {
  /** The message of a person that is the first of them; null for the whole conversation. */
  to: string | null;
  /** The newest entry as whoever rewinds knows it: nothing is taken away that he has not seen. */
  head?: string | undefined;
}

/** Messages that joined a turn under way. */
export interface Joined {
  sessionKey: string;
  /** Of the turn. */
  runId: string;
  /** The run ids that they came with. */
  keys: string[];
  entries: EntryRow[];
}

/** A message that has no turn yet. */
export interface WaitingMessage {
  /** The run id that it came with. */
  key: string;
  text: string;
  channel: string;
  sender: string;
  authority: Authority;
  receivedAtMs: number;
  /** Files that came with it. */
  media?: readonly MediaBlock[] | undefined;
}

export interface TurnOptions {
  /** For the whole turn, in ms; undefined for the configured one. */
  timeoutMs?: number | undefined;
  /** As the client named the session: it compares what it is told with what it sent. */
  sessionName?: string;
  /** Of a job, or why the gateway began the turn by itself: what the prompt calls it. */
  task?: string | undefined;
  /** Somebody asked to be told something at this time: saying nothing is no answer. */
  mustTell?: boolean | undefined;
  /** Of the files of the work directory the model is shown the one alone that it is to look after. */
  isLight?: boolean | undefined;
  /** For this turn only. */
  thinking?: string | undefined;
  /** The same, as `provider/model`. */
  model?: string | undefined;
  /** Of the owner: what holds for the conversation besides the message. */
  instructions?: string;
  /** Of each answer of the model. */
  maxOutputTokens?: number;
  /** Tools of whoever asks, who carries them out. */
  callerTools?: readonly CallerTool[];
}

/** A tool as its program declares it; `parameters` is a JSON Schema. */
export interface CallerTool {
  name: string;
  description: string;
  parameters: Readonly<Record<string, unknown>>;
}

/** A call of such a tool that its program has to carry out. */
export interface PendingCall {
  id: string;
  name: string;
  arguments: Readonly<Record<string, unknown>>;
}

export type TurnState = "queued" | "running" | "done" | "failed" | "aborted";

/** What became of a message, as far as it is known. */
export type Accepted =
  /** Taken now; it `waits` when another turn of its session comes first, or until its sender has had time to go on. */
  | {
      fresh: true;
      waits: boolean;
      readyAtMs?: number;
      /** It is the first of a new conversation. */
      isRenewed?: true;
    }
  /** Known already. `waiting` has no turn yet; `result` is there when it ended. */
  | { fresh: false; runId: string; state: TurnState | "waiting"; result: TurnResult | undefined };

/** What is known of a run. */
export interface RunState {
  state: TurnState | "waiting";
  result: TurnResult | undefined;
}

/** How a turn ended, for whoever asks later. */
export interface TurnResult {
  status: "ok" | "error";
  /** The answer, or what went wrong. */
  text: string;
  /** The answer message by message, where it is more than one. */
  texts?: readonly string[] | undefined;
  sessionId: string;
  startedAtMs: number;
  endedAtMs: number;
  provider: string;
  model: string;
  usage: TokenUsage | undefined;
  /** Tokens that the model takes at most. */
  contextWindow?: number | undefined;
  /** Of an error that has one. */
  code?: string | undefined;
  stopReason?: string;
  /** The answer ends where the model may say no more at a time. */
  isCut?: boolean;
  /** Calls with which the turn ended, for whoever asked. */
  pendingCalls?: readonly PendingCall[] | undefined;
  /** What was thought on the way, where the conversation shows that. */
  thoughts?: readonly string[] | undefined;
}

export interface Turn {
  id: string;
  runId: string;
  sessionKey: string;
  agentId: string;
  origin: Origin;
  authority: Authority;
  /** Who asked: channel and sender of the first message. */
  principal: string;
  route: Route | undefined;
  options: TurnOptions;
  /** Counts from 1 once it has started. */
  attempts: number;
}

/** How a turn begins. */
export interface TurnStart {
  /** The process. */
  holder: string;
  /** Names a turn that several messages make together. */
  runId: string;
  /** Of entries of its conversation. */
  limit: number;
  /** Each message is a turn, or those that were waited for together. */
  isOneByOne?: boolean;
  /** Of more messages than that the oldest ones are dropped, or the model is shown how they begin. */
  overflow?: { cap: number; drop: "summarize" | "old" };
}

/** A turn that has begun: its message is an entry now. */
export interface StartedTurn extends Turn {
  sessionId: string;
  startedAtMs: number;
  /** How many messages too many there were, when it began. */
  overflow: number;
  /**
   * The conversation up to and with the message and what this turn has done already, oldest first, at most as much as was asked for;
   * a summary comes first and stands for what is not there.
   */
  conversation: readonly EntryRow[];
  /** The messages that it answers. */
  inputs: readonly TurnInput[];
  /** Tool calls that a former process had begun, whose end nobody saw. */
  openCalls: readonly ToolCallRecord[];
}

/** Something that a conversation is told of at its next turn: it comes with the message as its history. */
export interface ContextLine {
  /** `said`: in the group, to nobody in particular. `edited`: a message that was taken already. `event`: a note of the gateway. */
  kind: "said" | "edited" | "event";
  text: string;
  author: string;
  authority: Authority;
  atMs: number;
}

/** How much of it is kept. */
export interface ContextLimits {
  most: number;
  maxAgeMs: number;
  maxChars: number;
}

/** Which message of a channel, by the name that the platform gave it. */
export interface MessageName {
  channel: string;
  account: string;
  chat: string;
  thread: string;
  dedupe: string;
}

/** A message that a turn answers. */
export interface TurnInput {
  /** The run id that it came with. */
  key: string;
  text: string;
  sender: string;
  receivedAtMs: number;
  /** What is known of it, its text among that. */
  parts: Readonly<Record<string, unknown>>;
  /** Files that came with it. */
  media?: readonly MediaBlock[] | undefined;
}

export interface ToolCallRecord {
  id: string;
  name: string;
  /** Doing it twice is not the same as doing it once. */
  hasSideEffect: boolean;
}

/** What a turn did on its way to the answer: messages, and calls that begin or have ended. */
export interface TurnStep {
  messages?: readonly Message[];
  begun?: readonly ToolCallRecord[];
  ended?: readonly { id: string; state: "done" | "failed" | "unknown" }[];
  /** What the calls of models took that made the messages. */
  charges?: readonly Charge[] | undefined;
}

/** What one call of a model took. */
export interface Charge {
  atMs: number;
  /** In the zone of the user, as 2026-01-31. */
  day: string;
  agentId: string;
  sessionKey: string;
  principal: string;
  turnId?: string | undefined;
  provider: string;
  model: string;
  /** `turn`, or what else it was for: title, compaction, flush. */
  purpose: string;
  usage: TokenUsage;
  /** False where nobody knows what it costs. */
  isPriced: boolean;
  /** Nobody waited for it. */
  isBackground: boolean;
}

/** Days are inclusive. */
export interface SpentQuery {
  sinceDay?: string | undefined;
  untilDay?: string | undefined;
  sessionKey?: string | undefined;
  turnId?: string | undefined;
  principal?: string | undefined;
  /** Only what nobody waited for, or only what somebody did. */
  isBackground?: boolean | undefined;
}

/** Sums: calls, US dollars, tokens. */
export interface Spent {
  calls: number;
  usd: number;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

export interface DaySpent extends Spent {
  day: string;
  /** Calls whose price nobody knows. */
  unpriced: number;
}

export interface TurnEnd {
  state: "done" | "failed" | "aborted";
  /** What is added to the conversation. */
  messages: readonly Message[];
  result: TurnResult;
  /** What the last calls of models took. */
  charges?: readonly Charge[] | undefined;
  /** Files that the answer sends, by what it writes of each. */
  files?: ReadonlyMap<string, MediaBlock> | undefined;
  /** What was thought on the way to the answer, in order. */
  thoughts?: readonly string[] | undefined;
  /** What is sent to the chat that the message came from. */
  outbox?: readonly OutboxPart[] | undefined;
}

/** A piece of an answer that is sent while the rest of it is still being written. */
export interface AnswerBlock {
  parts: readonly OutboxPart[];
  /** What was sent with it of the message that is being written: all of it up to here. */
  said: string;
}

/** What a start found of turns that a former process had begun. */
export interface Recovered {
  /** Are run again. */
  again: number;
  /** Were cut off twice and are not tried a third time. */
  givenUp: { sessionKey: string; runId: string }[];
}

/** What became of a part that was sent. */
export interface OutboxOutcome {
  state: "sent" | "failed" | "expired" | "queued" | "unknown";
  /** Added to what is known. */
  evidence?: OutboxEvidence;
  /** When it is tried again. */
  nextAtMs?: number;
  /** What somebody is told of it, unless he was told of another part of the same answer. */
  notices?: readonly OutboxPart[];
}

/** What channels keep: who was let in, what a group said, and what goes out. */
export interface ChannelStore {
  /** Keeps the request and what answers it as one. `known`: the sender has one already; `full`: too many ask. */
  requestPairing(
    wish: PairingWish,
    replies: readonly OutboxPart[],
    limits: PairingLimits,
    nowMs: number,
  ): Promise<"created" | "known" | "full">;
  /** Requests that wait and are not older than `ttlMs`, the newest first. */
  pendingPairings(ttlMs: number, nowMs: number): Promise<PairingRow[]>;
  /** Decides a request, with what its sender is told; false when it waits no more. */
  decidePairing(
    row: PairingRow,
    state: "approved" | "dismissed",
    notices: readonly OutboxPart[],
    nowMs: number,
  ): Promise<boolean>;
  isPaired(channel: string, account: string, senderIds: readonly string[]): Promise<boolean>;
  /** Takes over whom another program had let in; how many are new. */
  importPaired(people: readonly ImportedPairing[]): Promise<number>;
  /** Notes that the message is a command, before it is carried out; false when it was noted before. Its text is not kept. */
  claimCommand(message: Inbound, nowMs: number): Promise<boolean>;
  /** Notes that the command of the message was carried out, together with what is said of it. */
  endCommand(message: Inbound, parts: readonly OutboxPart[], nowMs: number): Promise<void>;
  /** Of commands that a process did not bring to an end, their senders are told; how many there are. */
  endCutCommands(told: (route: Route) => readonly OutboxPart[], nowMs: number): Promise<number>;
  /** Keeps a line for the next turn of the conversation, and forgets what is too old or too much. */
  keepContext(sessionKey: string, line: ContextLine, limits: ContextLimits): Promise<void>;
  /** Events that the conversation is told of at its next turn, the oldest first. */
  waitingEvents(sessionKey: string, sinceMs: number): Promise<ContextLine[]>;
  /**
   * Replaces the text of a message that waits; undefined takes it away. `late` when a turn has it already; the conversation is then told of
   * the new text.
   */
  changeWaiting(
    message: MessageName,
    text: string | undefined,
    nowMs: number,
  ): Promise<"changed" | "late" | "unknown">;
  /** Sessions with messages whose senders may still go on, and until when. */
  held(): Promise<{ sessionKey: string; readyAtMs: number }[]>;
  /** Writes what no turn says. */
  addOutbox(parts: readonly OutboxPart[], nowMs: number): Promise<void>;
  /** Writes what somebody says under a name, unless it was said before: false then. */
  sayOnce(name: string, parts: readonly OutboxPart[], nowMs: number): Promise<boolean>;
  /** What became of it, part by part. */
  said(name: string): Promise<OutboxRow[]>;
  /** What is still to be sent by the account, in the order in which it was said. */
  openOutbox(channel: string, account: string, limit: number): Promise<OutboxRow[]>;
  /** Notes that the part is being sent, before it is; undefined when it is not to be sent any more. */
  claimOutbox(id: string, nowMs: number): Promise<OutboxRow | undefined>;
  settleOutbox(id: string, outcome: OutboxOutcome, nowMs: number): Promise<void>;
  /** Puts pieces in the place of a part that was too long. */
  splitOutbox(id: string, texts: readonly string[], nowMs: number): Promise<void>;
  /** Nobody knows of what a former process was sending. How many those are. */
  recoverOutbox(): Promise<number>;
  /** Puts a part that failed back in line, or all that failed of what a turn said, for as long as a new one has; how many those were. */
  resendOutbox(id: string, nowMs: number): Promise<number>;
  /** What did not arrive, the newest first. */
  failedOutbox(limit: number): Promise<OutboxRow[]>;
  /** What became of those of the entries that went to a channel, by their ids: messages of the assistant, as they follow each other. */
  deliveriesOf(entries: readonly DeliveredEntry[]): Promise<ReadonlyMap<string, Delivery>>;
}

/** What was taken out of the store for good. */
export interface Erased {
  entries: number;
  /** Conversations of the key, former ones among them. */
  conversations: number;
  /** Files that they referred to, by their ids. */
  media: ReadonlySet<string>;
}

export interface SessionStore extends ChannelStore, ApprovalStore {
  list(query: SessionQuery): Promise<SessionRow[]>;
  count(agentId?: string): Promise<number>;
  get(key: string): Promise<SessionRow | undefined>;
  bySessionId(sessionId: string): Promise<SessionRow | undefined>;
  /** Makes the session where there is none. Fails with `LABEL_TAKEN` when another session has the label. */
  patch(key: string, agentId: string, change: SessionPatch, nowMs: number): Promise<SessionRow>;
  /** Begins a new conversation under the key; the old one is kept. `fields` are what the new one begins with. */
  reset(key: string, agentId: string, fields: SessionFields, nowMs: number): Promise<SessionRow>;
  /** Goes back to the conversation before the last reset, if that is not older than `sinceMs`. */
  undoReset(key: string, sinceMs: number, nowMs: number): Promise<SessionRow | undefined>;
  /** The conversations that the key stood for before, the last one first. */
  former(key: string, limit: number): Promise<FormerSession[]>;
  /** Goes back to one of them; undefined where it is none. The one that there was becomes a former one. */
  reopen(key: string, sessionId: string, nowMs: number): Promise<SessionRow | undefined>;
  /** Takes the session out of every list; false when there was none. What was said is kept. */
  archive(key: string, reason: string, nowMs: number): Promise<boolean>;
  /** A page of the conversation as people see it, oldest first. */
  history(sessionId: string, page: EntryPage): Promise<EntryRow[]>;
  /** The same by ids, with what is around it; undefined where the named entry is none of the conversation. */
  window(sessionId: string, range: EntryRange): Promise<EntryWindow | undefined>;
  entry(sessionId: string, id: string): Promise<EntryRow | undefined>;
  /** Undefined for a conversation that goes on from no other one, or from one that is gone. */
  forkPoint(sessionId: string): Promise<ForkPoint | undefined>;
  /** The conversation as a model is sent it: a summary first, if there is one. */
  conversation(sessionId: string, limit: number): Promise<EntryRow[]>;
  /** The first thing that a person said in the conversation. */
  firstUserText(sessionId: string): Promise<string | undefined>;
  /** Entries with all of the words, the best first. */
  search(sessionIds: readonly string[], words: string, limit: number): Promise<FoundEntry[]>;
  /** Adds to the conversation of the key and returns the entry's id; undefined where there is no session. */
  append(key: string, message: Message, nowMs: number, type?: EntryType): Promise<string | undefined>;
  /** Adds a summary, if the conversation is still the one under the key. */
  appendCompaction(
    key: string,
    sessionId: string,
    message: Message,
    nowMs: number,
  ): Promise<EntryRow | undefined>;
  /** Texts that are to stay word for word, the oldest first. */
  pinned(sessionId: string): Promise<string[]>;
  /** Whether `accept` would take a message in the place of what was said, at this moment. Fails as that does. */
  checkRewind(key: string, rewind: Rewind): Promise<void>;
  /**
   * Keeps the message before it is acknowledged: it is answered once, whatever happens. Fails with `QUEUE_FULL`. What it takes the place
   * of leaves the conversation with that, and stays to be read; while something runs or waits that fails with `SESSION_BUSY`, and with
   * `HEAD_MOVED` when the conversation is not as it was. `renewal` is asked where nothing runs or waits in the session.
   */
  accept(message: Inbound, nowMs: number, renewal?: Renewal): Promise<Accepted>;
  /** What is known of a run; undefined for an unknown one. */
  run(runId: string): Promise<RunState | undefined>;
  /** Keys of sessions with something to be done, the oldest first. */
  pending(): Promise<string[]>;
  /**
   * Starts the next turn of a session that runs none: the queued one, else what waits, as one turn.
   */
  startNext(sessionKey: string, start: TurnStart, nowMs: number): Promise<StartedTurn | undefined>;
  /** Whether something waits that came the same way with the same authority. */
  isSteerable(turnId: string, nowMs: number): Promise<boolean>;
  /**
   * Hands what waits to the turn that runs, as far as it came the same way with the same authority: from now on it belongs to that
   * turn. Undefined where nothing was handed over.
   */
  steer(turnId: string, holder: string, nowMs: number): Promise<Joined | undefined>;
  /** What waits in the session, in the order it came. */
  waiting(sessionKey: string): Promise<WaitingMessage[]>;
  /** Takes one message back that waits; false when it does not any more. */
  withdraw(sessionKey: string, key: string): Promise<boolean>;
  /** Gives a message that waits another text; false when it does not any more. */
  rewrite(sessionKey: string, key: string, text: string): Promise<boolean>;
  /** Has a message that waits join the turn that runs; its run id, or undefined when that cannot be. It waits on where the turn ends before. */
  askSteer(sessionKey: string, key: string): Promise<string | undefined>;
  /** Whether somebody asked for a message to join the turn. */
  isSteerAsked(turnId: string): Promise<boolean>;
  /** Hands over, as `steer` does, the messages that were asked for alone. */
  steerAsked(turnId: string, holder: string, nowMs: number): Promise<Joined | undefined>;
  /** Drops what waits in the session, but for the run that is named; the run ids of it. */
  dropWaiting(sessionKey: string, except?: string): Promise<string[]>;
  /** What the turn has said so far, for after a crash; nothing of a turn with blocks, of which only what was sent counts. */
  keepPartial(turnId: string, text: string): Promise<void>;
  /**
   * Writes a block together with what was said up to its end: after a crash the answer goes on behind it. False, and nothing written, when
   * the turn does not run.
   */
  addBlock(turnId: string, block: AnswerBlock, nowMs: number): Promise<boolean>;
  /** Notes what a call of a model may cost before it is made: a crash in the middle of it is charged so. */
  reserve(turnId: string, charge: Charge): Promise<void>;
  /** Writes what the turn did. False, and nothing written, when the turn is not this holder's any more. */
  recordStep(turnId: string, holder: string, step: TurnStep, nowMs: number): Promise<boolean>;
  /** Answer and end as one. False, and nothing written, when the turn is not this holder's any more. */
  finish(turnId: string, holder: string, end: TurnEnd, nowMs: number): Promise<boolean>;
  /** Ends a turn of several messages without an answer: each of them becomes a turn of its own. */
  splitUp(turnId: string, holder: string, nowMs: number): Promise<boolean>;
  /** Puts the turns of former processes back in line, or gives them up after the second time. */
  recover(
    holder: string,
    givenUpText: (said: readonly string[]) => string,
    nowMs: number,
  ): Promise<Recovered>;
  /** Keeps what a call of a model took. */
  charge(charge: Charge): Promise<void>;
  spent(query: SpentQuery): Promise<Spent>;
  /** The sums of each day with any, the newest first. */
  spentByDay(sinceDay: string): Promise<DaySpent[]>;
  /** What the owner added to the limits of the day, in US dollars. */
  allowance(day: string): Promise<number>;
  allow(day: string, usd: number): Promise<void>;
  /** Small things that somebody has to remember, as text. */
  remembered(scope: string, key: string): Promise<string | undefined>;
  /** All of the scope, by key. */
  rememberedAll(scope: string): Promise<Map<string, string>>;
  remember(scope: string, key: string, value: string | undefined, nowMs: number): Promise<void>;
  /**
   * Takes out for good what was said under the key, in former conversations as well, and returns how much that was; undefined where
   * nothing was said. What it cost stays in the books. Fails with `SESSION_BUSY` while a turn runs.
   */
  erase(key: string): Promise<Erased | undefined>;
  /** Whether there is something for `erase` to take out. */
  isKnown(key: string): Promise<boolean>;
  /**
   * The same for a conversation that nobody has touched since then, in which nothing runs or waits and from which no other one goes on;
   * undefined for any other. The room stays with the store, which uses it again.
   */
  prune(key: string, untouchedSinceMs: number): Promise<Erased | undefined>;
  /** What there is, for whoever decides what of it goes. */
  holdings(): Promise<Holdings>;
  /** Of the database, without what is free in it. */
  usedBytes(): Promise<number>;
  /** Those of the files that an entry, or a message on its way in or out, refers to. */
  mediaReferred(ids: ReadonlySet<string>): Promise<ReadonlySet<string>>;
  /** Files of the conversation, by their ids. */
  mediaOf(sessionId: string): Promise<ReadonlySet<string>>;
  close(): Promise<void>;
}
