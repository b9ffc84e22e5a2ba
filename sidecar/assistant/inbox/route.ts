/** Which agent answers a message, and in which conversation. */
import { agentName, defaultAgentId } from "../../../shared/config/agents.ts";
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import type { DM_SCOPES } from "../../../shared/config/modes.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { Authority } from "../../base/store/session-store.ts";
import { fittingKey, keyRules } from "../session-key.ts";
import { DEFAULT_ACCOUNT } from "./accounts.ts";
import type { NormalizeId } from "./identity.ts";
import type { AccountId, InboundMessage } from "./message.ts";

export type DmScope = (typeof DM_SCOPES)[number];

export interface Conversation {
  agentId: string;
  sessionKey: string;
  /** Of a thread: the conversation of the chat that it is in, which it may go on from. */
  parentKey?: string;
}

/** Where a message goes. The sender's authority decides who shares the main conversation. */
export function conversationOf(
  from: AccountId,
  message: InboundMessage,
  authority: Authority,
  config: GatewayConfig,
  normalize: NormalizeId,
): Conversation {
  const agentId = agentFor(from, message, config);
  const { scope, mainKey } = keyRules(config);
  if (scope === "global") return { agentId, sessionKey: "global" };
  const base = `agent:${agentId}:${
    message.chat.kind === "dm"
      ? direct(from, message, authority, { config, mainKey, normalize })
      : `${from.channel}:${message.chat.kind}:${message.chat.id}`
  }`.toLowerCase();
  const { thread } = message;
  const parentKey = fittingKey(base);
  if (thread === undefined) return { agentId, sessionKey: parentKey };
  const sessionKey = fittingKey(`${base}:${thread.kind ?? "thread"}:${thread.id}`.toLowerCase());
  return { agentId, sessionKey, parentKey };
}

export function dmScopeOf({ session }: GatewayConfig): DmScope {
  return session?.dmScope ?? DEFAULTS["session.dmScope"];
}

interface DirectRules {
  config: GatewayConfig;
  mainKey: string;
  normalize: NormalizeId;
}

function direct(
  { channel, account }: AccountId,
  { sender }: InboundMessage,
  authority: Authority,
  { config, mainKey, normalize }: DirectRules,
): string {
  const configured = dmScopeOf(config);
  if (configured === "main" || (configured === "auto" && authority === "owner")) return mainKey;
  const linked = linkedPerson(channel, [sender.id, ...(sender.altIds ?? [])], config, normalize);
  const peer = linked ?? normalize(sender.id) ?? sender.id;
  switch (configured) {
    case "per-peer":
      return `dm:${peer}`;
    case "per-account-channel-peer":
      return `${channel}:${account}:dm:${peer}`;
    case "auto":
      // Whoever links a person's channels wants one conversation with that person.
      return linked === undefined ? `${channel}:dm:${peer}` : `dm:${linked}`;
    case "per-channel-peer":
      return `${channel}:dm:${peer}`;
  }
}

/** The name under which the ids are linked. An entry without its channel is nobody's: the same id is another person elsewhere. */
function linkedPerson(
  channel: string,
  ids: readonly string[],
  { session }: GatewayConfig,
  normalize: NormalizeId,
): string | undefined {
  const own = ids.flatMap((id) => normalize(id) ?? []);
  for (const [name, entries] of Object.entries(session?.identityLinks ?? {})) {
    const isLinked = entries.some((entry) => {
      const separator = entry.indexOf(":");
      if (separator <= 0 || entry.slice(0, separator).toLowerCase() !== channel) return false;
      const id = normalize(entry.slice(separator + 1));
      return id !== undefined && own.includes(id);
    });
    if (isLinked) return name;
  }
  return undefined;
}

/** The agent of the most particular binding that fits, else the default one. */
export function agentFor(
  { channel, account }: AccountId,
  { chat }: InboundMessage,
  config: GatewayConfig,
): string {
  const fitting = (config.bindings ?? []).filter(({ match }) => match.channel === channel);
  const ofAccount = (given: string | undefined) => (given ?? DEFAULT_ACCOUNT) === account;
  const steps: ((match: Binding["match"]) => boolean)[] = [
    ({ peer, accountId }) =>
      peer?.kind === chat.kind && peer.id === chat.id && (accountId === "*" || ofAccount(accountId)),
    ({ guildId, accountId }) =>
      guildId !== undefined && guildId === chat.guild && (accountId === "*" || ofAccount(accountId)),
    ({ teamId, accountId }) =>
      teamId !== undefined && teamId === chat.team && (accountId === "*" || ofAccount(accountId)),
    (match) => isWide(match) && match.accountId !== "*" && ofAccount(match.accountId),
    (match) => isWide(match) && match.accountId === "*",
  ];
  for (const step of steps) {
    const found = fitting.find(({ match }) => step(match));
    if (found !== undefined) return agentName(found.agentId);
  }
  return defaultAgentId(config);
}

type Binding = NonNullable<GatewayConfig["bindings"]>[number];

/** Names no place within the account. */
function isWide({ peer, guildId, teamId }: Binding["match"]): boolean {
  return peer === undefined && guildId === undefined && teamId === undefined;
}
