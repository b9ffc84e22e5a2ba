/** What a turn is seen as in the chat that its message came from. Nothing that goes wrong there ends a turn. */
import type { OutboxPart } from "../../base/store/outbox-records.ts";
import type { Route } from "../../base/store/route.ts";
import type { SessionFields, StartedTurn, TurnEnd } from "../../base/store/session-store.ts";
import type { Busy } from "./run-announcer.ts";

/** A model, as its answer names it. */
export interface Speaker {
  provider: string;
  id: string;
}

export interface TurnSurface {
  /** In a session with these fields: whatever they say, nothing is seen of it where nothing is to be sent. */
  began(turn: StartedTurn, fields: SessionFields): void;
  /** The whole text so far, and who says it. */
  said(turn: StartedTurn, text: string, by: Speaker): void;
  /** A message is whole, and a tool follows. Never rejects. */
  paused(turn: StartedTurn): Promise<void>;
  /** All that is thought before something is said. */
  thought(turn: StartedTurn, text: string): void;
  /** What is done before something is said. */
  busy(turn: StartedTurn, what: Busy): void;
  /** Messages that waited are part of a turn now, by the run ids that they came with. */
  joined(keys: readonly string[]): void;
  /** A line of the gateway beside the answer, such as why it waits. Fails where the store does. */
  noticed(turn: StartedTurn, text: string): Promise<void>;
  /** What the end makes in the chat of a session with these fields: written together with it. None for a turn of no chat. Never rejects. */
  partsOf(turn: StartedTurn, end: TurnEnd, fields: SessionFields): Promise<readonly OutboxPart[]>;
  /** Nothing more comes of the turn; what it said is written. */
  ended(turn: StartedTurn): void;
  /** Where an owner was heard last and can be reached. */
  ownerRoute?(): Promise<Route | undefined>;
  /** A chat as somebody names it. Fails with `CHANNEL_UNKNOWN` and `ACCOUNT_UNKNOWN`. */
  routeTo?(channel: string, to: string, account?: string): Promise<Route>;
  /** What the assistant has to say without being asked, as the chat takes it: worth an hour. None where there is no such channel. */
  alertParts?(route: Route, text: string): Promise<readonly OutboxPart[]>;
  /** What goes out has been written. */
  written?(): void;
}
