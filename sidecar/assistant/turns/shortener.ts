/** Shortens conversations for turns that need the room, for people who ask for it, and in the background where little room is left. */
import type { Clock } from "../../../shared/clock.ts";
import type { Logger } from "../../base/log/logger.ts";
import { textMessage } from "../../base/store/message.ts";
import type { EntryRow, SessionRow, SessionStore, StartedTurn } from "../../base/store/session-store.ts";
import type { Purse } from "../budget/purse.ts";
import { type Compacted, Compactor, type Summariser } from "../compaction/compactor.ts";
import { roomOf } from "../compaction/room.ts";
import { isCrowded, type Room } from "../compaction/when.ts";
import type { PromptPart } from "../prompt/system-prompt.ts";
import { conversationTokens } from "../prompt/tokens.ts";
import type { BackgroundLane } from "./background-lane.ts";
import { type Mind, NO_TOOLS, type SpendGate, type Thought } from "./mind.ts";
import { sideGate, sideTurn } from "./side-turn.ts";

export interface ShortenerPlace {
  store: SessionStore;
  clock: Clock;
  log: Logger;
  mind: Mind;
  purse: Purse;
  background: BackgroundLane;
}

/** Where the room of a model goes, in tokens. */
export interface Sizes {
  window: number;
  parts: readonly PromptPart[];
  history: { messages: number; tokens: number };
}

/** Entries of a conversation that are looked at. */
const MOST_ENTRIES = 5_000;

export class Shortener {
  #place: ShortenerPlace;
  #compactor: Compactor;

  constructor(place: ShortenerPlace) {
    this.#place = place;
    this.#compactor = new Compactor(place);
  }

  /** For a turn that has no room for its next answer. */
  async forTurn(
    turn: StartedTurn,
    about: { conversation: readonly EntryRow[]; room: Room; isForced: boolean },
    how: { thought: Thought; gate: SpendGate; signal: AbortSignal },
  ): Promise<EntryRow[] | undefined> {
    const { sessionKey, sessionId } = turn;
    const summariser = this.#summariser(how.thought, how.gate);
    const compacted = await this.#compactor.compact(
      { sessionKey, sessionId, ...about },
      summariser,
      how.signal,
    );
    return compacted?.conversation;
  }

  /** Because somebody asks for it. Undefined where there is nothing to shorten. */
  async now(
    session: SessionRow,
    how: { focus?: string; keepEntries?: number },
    signal: AbortSignal,
  ): Promise<Compacted | undefined> {
    const { store, mind } = this.#place;
    const turn = sideTurn(session, "compaction");
    const thought = await mind.think(turn, NO_TOOLS);
    const conversation = await store.conversation(session.sessionId, MOST_ENTRIES);
    const room = roomOf(thought.model, await thought.request(conversation));
    const summariser = this.#summariser(thought, sideGate(this.#place, turn, "compaction"));
    return await this.#compactor.compact(
      { sessionKey: session.key, sessionId: session.sessionId, conversation, room, ...how, isForced: true },
      summariser,
      signal,
    );
  }

  /** Where the room of the model goes in the session. */
  async sizes(session: SessionRow): Promise<Sizes> {
    const { store, mind } = this.#place;
    const thought = await mind.think(sideTurn(session, "compaction"), NO_TOOLS);
    const conversation = await store.conversation(session.sessionId, MOST_ENTRIES);
    const request = await thought.request(conversation);
    const history = { messages: conversation.length, tokens: conversationTokens(request.conversation) };
    return { window: thought.model.contextWindow, parts: thought.parts, history };
  }

  /** After an answer, where little room is left for the next one. Never fails. */
  later({ key }: Pick<SessionRow, "key">, signal: AbortSignal): void {
    const task = { name: "compaction", sessionKey: key };
    this.#place.background.add(task, signal, () => this.#whenCrowded(key, signal));
  }

  async #whenCrowded(key: string, signal: AbortSignal): Promise<void> {
    const { store, mind } = this.#place;
    const session = await store.get(key);
    if (session === undefined) return;
    const turn = sideTurn(session, "compaction");
    const thought = await mind.think(turn, NO_TOOLS);
    const conversation = await store.conversation(session.sessionId, MOST_ENTRIES);
    const room = roomOf(thought.model, await thought.request(conversation));
    if (!isCrowded(room)) return;
    await this.#compactor.compact(
      { sessionKey: key, sessionId: session.sessionId, conversation, room, isForced: false },
      this.#summariser(thought, sideGate(this.#place, turn, "compaction")),
      signal,
    );
  }

  #summariser(thought: Thought, gate: SpendGate): Summariser {
    const { clock } = this.#place;
    return {
      window: thought.model.contextWindow,
      ask: async ({ system, text, most }, signal) => {
        const request = {
          system: { stable: system, changing: "" },
          conversation: [textMessage("user", text, clock.now())],
          tools: [],
          thinking: "off" as const,
          maxOutputTokens: Math.min(most, thought.model.maxOutputTokens),
          signal,
        };
        let answer = "";
        for await (const part of thought.answer(request, gate))
          if (part.type === "text") answer += part.delta;
        return answer;
      },
    };
  }
}
