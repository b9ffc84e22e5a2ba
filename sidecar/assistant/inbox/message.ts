/** A message as a channel hands it over: what was said, by whom, where. Nothing in it is trusted but the ids that the channel vouches for. */
import type { ChatKind, Route } from "../../base/store/route.ts";

/** Who wrote, in the words of the channel. `altIds` are further ids of the same person that the channel vouches for, as a number beside an account. */
export interface Sender {
  id: string;
  name?: string | undefined;
  /** Chosen by the person and open to change: shown, never trusted. */
  handle?: string | undefined;
  isBot?: boolean | undefined;
  /** The account's own message, which came back. */
  isSelf?: boolean | undefined;
  altIds?: readonly string[] | undefined;
}

export interface InboundChat {
  kind: ChatKind;
  id: string;
  title?: string | undefined;
  /** The server, workspace or team that the chat is in, where bindings name one. */
  guild?: string | undefined;
  team?: string | undefined;
}

/** Is fetched after admission only. */
export interface InboundMedia {
  kind: "image" | "audio" | "video" | "document" | "sticker";
  mime?: string | undefined;
  name?: string | undefined;
  sizeBytes?: number | undefined;
  fetch(signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

export interface InboundMessage {
  /** As the channel counts its messages; one without an id is never told from its repetition. */
  id?: string | undefined;
  /** Where another id than `id` says that two deliveries are one message. */
  dedupeKey?: string | undefined;
  /** When it was written, in epoch ms. */
  atMs: number;
  chat: InboundChat;
  /** `parentId` is the message of the chat that the thread hangs on, where it hangs on one. */
  thread?: { id: string; kind?: "thread" | "topic"; title?: string; parentId?: string } | undefined;
  sender: Sender;
  /** What the sender wrote, without what is quoted or forwarded. */
  text: string;
  replyTo?: { id: string; text?: string; sender?: string; toBot?: boolean } | undefined;
  forwarded?: boolean | undefined;
  mentions?: { bot: boolean; any: boolean } | undefined;
  media?: readonly InboundMedia[] | undefined;
  /** A command that the channel itself knows as one. */
  command?: { name: string; args: string } | undefined;
}

/** What happens to a message later. `reaction` never starts anything. */
export type InboundEvent =
  | { kind: "edit"; chat: string; thread?: string | undefined; id: string; text: string }
  | { kind: "delete"; chat: string; thread?: string | undefined; id: string }
  | { kind: "reaction"; chat: string; thread?: string | undefined; id: string };

/** The account of a channel that a message came in by. */
export interface AccountId {
  channel: string;
  account: string;
}

/** The place that the message came from. */
export function routeOfMessage({ channel, account }: AccountId, message: InboundMessage): Route {
  const { chat, thread, id } = message;
  return {
    channel,
    account,
    chat: { kind: chat.kind, id: chat.id },
    ...(thread === undefined ? {} : { thread: thread.id }),
    ...(id === undefined ? {} : { messageId: id }),
  };
}

/** By what a second delivery of the message is known; undefined where nothing tells. */
export function dedupeOf({ dedupeKey, id }: InboundMessage): string | undefined {
  return dedupeKey ?? id;
}
