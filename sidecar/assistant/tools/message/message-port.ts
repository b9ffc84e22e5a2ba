/** The chats that the tool says something in, as the channels offer them. */
import type { Route } from "../../../base/store/route.ts";

/** What is said, once for each name. */
export interface ChatMessage {
  name: string;
  text: string;
  /** Addresses, and files in the folders for them. */
  media: readonly string[];
  /** The turn that says it in its own chat, and does not say it there again. */
  ownTurn?: string | undefined;
}

/** As far as is known: it stays in line where the platform does not take it yet. */
export type ChatOutcome =
  | { state: "sent"; messageId: string }
  | { state: "failed"; reason: string }
  | { state: "waiting"; reason: string | undefined };

export interface MessagePort {
  /** Whether the configuration names an account of any channel. */
  hasAccounts(): boolean;
  /** A chat as somebody names it. Fails with `CHANNEL_UNKNOWN` and `ACCOUNT_UNKNOWN`. */
  routeTo(channel: string, to: string, account?: string): Promise<Route>;
  /** Where an owner was heard last. */
  ownerRoute(): Promise<Route | undefined>;
  /** Whether the account's lists name the chat: whoever stands there may write to the assistant, and be written to. */
  isListed(route: Route): Promise<boolean>;
  /** Fails with `ATTACHMENT_REFUSED`. */
  sayIn(route: Route, message: ChatMessage, signal: AbortSignal): Promise<ChatOutcome>;
}
