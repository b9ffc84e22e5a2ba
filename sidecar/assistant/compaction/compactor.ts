/**
 * Shortens a conversation: what is old is summed up, the summary is checked before it is kept, and where none holds, sentences of the
 * conversation take its place. Nothing is ever lost: what was said stays in the store and can be searched.
 */
import { createHash } from "node:crypto";
import type { Clock } from "../../../shared/clock.ts";
import { errorText } from "../../../shared/errors.ts";
import type { Logger } from "../../base/log/logger.ts";
import { failpoint } from "../../base/store/failpoint.ts";
import { type Message, textMessage, textOf } from "../../base/store/message.ts";
import type { EntryRow, SessionStore } from "../../base/store/session-store.ts";
import { conversationTokens, textTokens } from "../prompt/tokens.ts";
import { type Cut, cutBefore, cutOf } from "./cut.ts";
import { extractOf, faultsOf, piecesOf, type SummaryRules, summaryPrompt } from "./summary.ts";
import { keptTokens, LEAST_ENTRIES_BETWEEN, type Room, summaryTokens } from "./when.ts";

/** Who sums up. */
export interface Summariser {
  /** Tokens. */
  window: number;
  /** One answer, without tools. `most` is of tokens. */
  ask(question: { system: string; text: string; most: number }, signal: AbortSignal): Promise<string>;
}

export interface CompactorPlace {
  store: SessionStore;
  clock: Clock;
  log: Logger;
}

/** A conversation that is to be shortened. */
export interface CompactionRequest {
  sessionKey: string;
  sessionId: string;
  /** As the store gives it for a model, and what a turn added to it. */
  conversation: readonly EntryRow[];
  room: Room;
  focus?: string | undefined;
  /** Entries that are to stay as they were said, instead of as many as fit. */
  keepEntries?: number | undefined;
  /** A person or a provider asks for it: however short the last one is ago. */
  isForced: boolean;
}

export interface Compacted {
  /** What is sent from now on. */
  conversation: EntryRow[];
  tokensBefore: number;
  tokensAfter: number;
  /** Entries that stay as they were said. */
  kept: number;
  isExtract: boolean;
}

/** Of the summariser's window: a piece that it is given at once. */
const PIECE_SHARE = 0.4;
/** An answer may be longer than it was asked to be, and is refused then. */
const SLACK = 1.3;

export class Compactor {
  #place: CompactorPlace;
  /** One at a time in a conversation. */
  #busy = new Map<string, Promise<Compacted | undefined>>();

  constructor(place: CompactorPlace) {
    this.#place = place;
  }

  /** Undefined where there is nothing to shorten, or it was done a moment ago. Throws the signal's reason, and what the store throws. */
  async compact(
    request: CompactionRequest,
    summariser: Summariser,
    signal: AbortSignal,
  ): Promise<Compacted | undefined> {
    const { sessionId, conversation, room, isForced } = request;
    const underWay = this.#busy.get(sessionId);
    // What another one makes room for need not be made room for twice.
    if (underWay !== undefined) return joined(await underWay.catch(() => undefined), conversation);
    if (!isForced && isFresh(conversation)) return undefined;
    const cut =
      request.keepEntries === undefined
        ? cutOf(conversation, keptTokens(room.window))
        : cutBefore(conversation, request.keepEntries);
    if (cut === undefined) return undefined;
    const replaced = this.#replace(request, cut, summariser, signal);
    this.#busy.set(sessionId, replaced);
    try {
      return await replaced;
    } finally {
      this.#busy.delete(sessionId);
    }
  }

  async #replace(
    { sessionKey, sessionId, conversation, room, focus }: CompactionRequest,
    cut: Cut,
    summariser: Summariser,
    signal: AbortSignal,
  ): Promise<Compacted | undefined> {
    const { store, clock } = this.#place;
    const kept = conversationTokens(cut.kept.map(({ message }) => message));
    const rules = { most: summaryTokens(room, kept), focus };
    const { text, isExtract } = await this.#summary(cut, rules, summariser, signal);
    const pinned = await store.pinned(sessionId);
    const tokensBefore = conversationTokens(conversation.map(({ message }) => message));
    const [first] = cut.kept;
    if (first === undefined) return undefined;
    const message: Message = {
      ...textMessage("user", [text, ...pinnedIn(pinned)].join("\n"), clock.now()),
      compaction: {
        firstKeptSeq: first.seq,
        firstKeptEntryId: first.id,
        tokensBefore,
        coveredHash: hashOf(cut.covered),
        ...(isExtract ? { isExtract } : {}),
      },
    };
    failpoint("compaction-made");
    const entry = await store.appendCompaction(sessionKey, sessionId, message, clock.now());
    // The conversation under the key is another one by now.
    if (entry === undefined) return undefined;
    const next = [entry, ...cut.kept];
    const tokensAfter = conversationTokens(next.map((each) => each.message));
    return { conversation: next, tokensBefore, tokensAfter, kept: cut.kept.length, isExtract };
  }

  async #summary(cut: Cut, rules: SummaryRules, summariser: Summariser, signal: AbortSignal) {
    try {
      const summary = await this.#asked(cut, rules, summariser, signal);
      if (summary !== undefined) return { text: summary, isExtract: false };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      this.#place.log.warn({ reason: errorText(error) }, "a conversation could not be summed up");
    }
    return { text: extractOf(cut.covered, rules), isExtract: true };
  }

  /** Undefined where what comes does not hold, twice. */
  async #asked(
    { covered }: Cut,
    rules: SummaryRules,
    summariser: Summariser,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const system = summaryPrompt(rules);
    const most = Math.ceil(rules.most * SLACK);
    let summary = "";
    for (const piece of piecesOf(covered, Math.floor(PIECE_SHARE * summariser.window))) {
      const text = summary === "" ? piece : `[earlier summary]\n${summary}\n\n${piece}`;
      summary = (await summariser.ask({ system, text, most }, signal)).trim();
    }
    const faults = faultsOf(summary, covered, rules);
    if (faults.length === 0) return summary;
    const text = corrective(summary, faults, covered);
    if (textTokens(text) > PIECE_SHARE * summariser.window) return undefined;
    const corrected = (await summariser.ask({ system, text, most }, signal)).trim();
    const left = faultsOf(corrected, covered, rules);
    if (left.length === 0) return corrected;
    this.#place.log.info({ faults: left }, "a summary did not hold; sentences take its place");
    return undefined;
  }
}

/** A conversation that went on while another one was shortening it: the summary, and what it does not stand for. */
function joined(done: Compacted | undefined, conversation: readonly EntryRow[]): Compacted | undefined {
  const [summary] = done?.conversation ?? [];
  const from = summary?.message.compaction?.firstKeptSeq;
  if (done === undefined || summary === undefined || from === undefined) return undefined;
  const kept = conversation.filter(({ seq, type }) => type === "message" && seq >= from);
  const next = [summary, ...kept];
  const tokensAfter = conversationTokens(next.map(({ message }) => message));
  return { ...done, conversation: next, tokensAfter, kept: kept.length };
}

/** Too little was said since the last one to do it again. */
function isFresh(conversation: readonly EntryRow[]): boolean {
  const [first] = conversation;
  if (first?.type !== "compaction") return false;
  return conversation.filter(({ seq }) => seq > first.seq).length < LEAST_ENTRIES_BETWEEN;
}

function corrective(summary: string, faults: readonly string[], covered: readonly EntryRow[]): string {
  const said = covered.map(({ message }) => textOf(message)).join("\n");
  const named = faults.join(" ");
  const lines = said.split("\n").filter((line) => line.length < 2_000);
  const about = lines.filter((line) =>
    (line.match(/\S+/g) ?? []).some((word) => word.length > 3 && named.includes(word)),
  );
  return [
    "[this summary was refused]",
    summary,
    "[why]",
    ...faults,
    "[lines of the conversation that it may lack]",
    ...about.slice(-200),
    "[write it again, whole]",
  ].join("\n");
}

function pinnedIn(pinned: readonly string[]): string[] {
  return pinned.length === 0 ? [] : ["", "## Pinned, word for word", ...pinned];
}

function hashOf(covered: readonly EntryRow[]): string {
  const hash = createHash("sha256");
  for (const { id, message } of covered) hash.update(`${id}\n${JSON.stringify(message.content)}\n`);
  return hash.digest("hex");
}
