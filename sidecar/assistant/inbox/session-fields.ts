/** What a conversation is known by in lists, as clients of the protocol know its fields. */
import { isDeepStrictEqual } from "node:util";
import { shortened } from "../../../shared/foreign-text.ts";
import type { SessionFields, SessionPatch } from "../../base/store/session-store.ts";
import type { AccountId, InboundMessage } from "./message.ts";

const NAME_CHARS = 200;

/** The fields that the message changes; undefined where it changes none. */
export function sessionFieldsOf(
  { channel, account }: AccountId,
  { chat, thread, sender }: InboundMessage,
  known: SessionFields,
): SessionPatch | undefined {
  const isDirect = chat.kind === "dm";
  const chatType = isDirect ? "direct" : chat.kind;
  const title = shortened((isDirect ? sender.name : chat.title) ?? chat.id, NAME_CHARS);
  const delivery = { channel, to: chat.id, accountId: account, ...(thread && { threadId: thread.id }) };
  const next: SessionPatch = {
    chatType,
    channel,
    lastChannel: channel,
    lastTo: chat.id,
    lastAccountId: account,
    lastThreadId: thread?.id ?? null,
    deliveryContext: delivery,
    ...(isDirect ? {} : { groupId: chat.id, subject: title, ...(chat.guild && { space: chat.guild }) }),
    ...(known.displayName === undefined && !isDirect ? { displayName: title } : {}),
    origin: {
      label: title,
      provider: channel,
      surface: channel,
      chatType,
      from: sender.id,
      to: chat.id,
      accountId: account,
      ...(thread && { threadId: thread.id }),
    },
  };
  const isSame = Object.entries(next).every(([name, value]) => isDeepStrictEqual(known[name] ?? null, value));
  return isSame ? undefined : next;
}
