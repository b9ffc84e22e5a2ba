/** Who is let in: a message, the rules of its account and what is known of its sender give one verdict. Nothing is read or written here. */
import type { Authority } from "../../base/store/session-store.ts";
import { isListed, type NormalizeId } from "./identity.ts";
import type { InboundMessage } from "./message.ts";
import { type AccountPolicy, dmAllowFrom, dmPolicyOf } from "./policy.ts";

/** What is known of the sender besides the rules. */
export interface Standing {
  /** Is on the list of owners. */
  isOwner: boolean;
  /** Was approved by a pairing code. Counts in a direct message only. */
  isPaired: boolean;
  /** Speaks to the assistant, by name or reply. */
  isMentioned: boolean;
  /** A command on its own; from somebody who may give it, it needs no mention. */
  isCommand: boolean;
  /** What the session of the group says of mentions, where it says something. */
  activation?: "mention" | "always" | undefined;
}

export type Verdict =
  | { kind: "take"; authority: Authority; isMentioned: boolean }
  /** Unknown, and may ask to be let in. */
  | { kind: "pair" }
  /** Not meant for the assistant, but said among people it listens to. */
  | { kind: "context"; authority: Authority }
  | { kind: "drop"; why: DropReason };

export type DropReason =
  | "own echo"
  | "bot"
  | "direct messages are off"
  | "not on the list"
  | "groups are off"
  | "the group is not on the list"
  | "empty";

/** The verdict, most certain grounds first. */
export function admit(
  message: InboundMessage,
  policy: AccountPolicy,
  standing: Standing,
  normalize: NormalizeId,
): Verdict {
  const { sender } = message;
  if (sender.isSelf === true) return { kind: "drop", why: "own echo" };
  if (sender.isBot === true && !policy.allowBots) return { kind: "drop", why: "bot" };
  if (isEmpty(message)) return { kind: "drop", why: "empty" };
  return message.chat.kind === "dm"
    ? admitDirect(message, policy, standing, normalize)
    : admitInGroup(message, policy, standing, normalize);
}

function admitDirect(
  { sender }: InboundMessage,
  policy: AccountPolicy,
  { isOwner, isPaired }: Standing,
  normalize: NormalizeId,
): Verdict {
  const dmPolicy = dmPolicyOf(policy);
  const list = dmAllowFrom(policy);
  const take = (authority: Authority): Verdict => ({ kind: "take", authority, isMentioned: true });
  if (dmPolicy === "disabled") return { kind: "drop", why: "direct messages are off" };
  if (isOwner) return take("owner");
  if (isListed(sender, list, normalize)) return take("trusted");
  if (dmPolicy === "open" && list.includes("*")) return take("guest");
  if (dmPolicy === "allowlist" && list.includes("*")) return take("guest");
  if (dmPolicy === "pairing") return isPaired || list.includes("*") ? take("guest") : { kind: "pair" };
  return { kind: "drop", why: "not on the list" };
}

function admitInGroup(
  message: InboundMessage,
  policy: AccountPolicy,
  standing: Standing,
  normalize: NormalizeId,
): Verdict {
  if (policy.groupPolicy === "disabled") return { kind: "drop", why: "groups are off" };
  const group = groupIn(policy, message.chat.id);
  if (group === "unlisted") return { kind: "drop", why: "the group is not on the list" };
  const authority = authorityInGroup(message, policy, standing, normalize);
  if (authority === undefined) return { kind: "drop", why: "not on the list" };
  const { isMentioned, isCommand, activation } = standing;
  const needsMention =
    activation === undefined ? (group?.requireMention ?? policy.requireMention) : activation === "mention";
  // Whoever speaks to another bot by name does not mean this one.
  const isForUs = isCommand && message.mentions?.any !== true;
  if (!needsMention || isMentioned || isForUs) return { kind: "take", authority, isMentioned };
  return { kind: "context", authority };
}

function authorityInGroup(
  { sender, chat }: InboundMessage,
  policy: AccountPolicy,
  { isOwner }: Standing,
  normalize: NormalizeId,
): Authority | undefined {
  if (isOwner) return "owner";
  const group = groupIn(policy, chat.id);
  const own = group === "unlisted" ? undefined : group?.allowFrom;
  const list = own ?? policy.groupAllowFrom ?? dmAllowFrom(policy);
  if (isListed(sender, list, normalize)) return "trusted";
  return policy.groupPolicy === "open" || list.includes("*") ? "guest" : undefined;
}

type Group = NonNullable<AccountPolicy["groups"]>[string];

/** What is said of the group. Where groups are listed, others are not let in; where none is, their senders decide. */
export function groupIn({ groups }: AccountPolicy, id: string): Group | undefined | "unlisted" {
  if (groups === undefined || Object.keys(groups).length === 0) return undefined;
  const group = groups[id] ?? groups["*"];
  return group === undefined || group.enabled === false ? "unlisted" : group;
}

function isEmpty({ text, media, command }: InboundMessage): boolean {
  return text.trim() === "" && (media === undefined || media.length === 0) && command === undefined;
}
