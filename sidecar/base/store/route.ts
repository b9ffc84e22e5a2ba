/** Where a message came from and its answer goes, and what its sender may do. */

/** What a sender may do, from the most to the least. A stranger is nobody of these: nothing of him is kept. */
export type Authority = "owner" | "trusted" | "guest";

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
