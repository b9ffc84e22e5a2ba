/** Where a message came from, and its answer goes. */

export type ChatKind = "dm" | "group" | "channel";

/** A chat of an account of a channel, as an answer is addressed to it. */
export interface Route {
  channel: string;
  account: string;
  chat: { kind: ChatKind; id: string };
  /** Within the chat. */
  thread?: string | undefined;
  /** The message that started it, which an answer can point to. */
  messageId?: string | undefined;
}

/** What is kept in order: everything that goes to one place. */
export function placeOf({ channel, account, chat, thread = "" }: Route): string {
  return [channel, account, chat.id, thread].join("|");
}
