/** Accounts of channels as clients know them. */
import type { ChannelAccount, ChannelSummary } from "../../shared/protocol/methods/channels.ts";
import type { AccountView } from "../channels/account.ts";
import type { ChannelRegistry } from "../channels/registry.ts";
import { cutText } from "./text-limits.ts";

/** What clients see of channels. */
export interface ChannelsView {
  readonly registry: ChannelRegistry;
  accounts(): AccountView[];
}

export interface ChannelOverview {
  channelOrder: string[];
  channelLabels: Record<string, string>;
  channels: Record<string, ChannelSummary>;
  channelAccounts: Record<string, ChannelAccount[]>;
  channelDefaultAccountId: Record<string, string>;
}

const MAX_ERROR_CHARS = 300;

/** Of the channels that have an account. */
export function overviewOf(channels: ChannelsView): ChannelOverview {
  const { registry } = channels;
  const views = channels.accounts();
  const overview: ChannelOverview = {
    channelOrder: [],
    channelLabels: {},
    channels: {},
    channelAccounts: {},
    channelDefaultAccountId: {},
  };
  for (const { id, label } of registry) {
    const own = views.filter(({ channel }) => channel === id).map(accountOf);
    const first = own.find(({ accountId }) => accountId === "default") ?? own[0];
    if (first === undefined) continue;
    overview.channelOrder.push(id);
    overview.channelLabels[id] = label;
    overview.channelAccounts[id] = own;
    overview.channelDefaultAccountId[id] = first.accountId;
    overview.channels[id] = {
      configured: own.some(({ configured }) => configured),
      running: first.running,
      connected: first.connected,
      accountId: first.accountId,
      lastStartAt: first.lastStartAt,
      lastError: first.lastError,
      accounts: Object.fromEntries(own.map((account) => [account.accountId, account])),
    };
  }
  return overview;
}

function accountOf(view: AccountView): ChannelAccount {
  const { status, self, dmPolicy, name, lastError } = view;
  const isRunning = status.state !== "off" && status.state !== "unconfigured";
  return {
    accountId: view.account,
    ...(name === undefined ? {} : { name }),
    enabled: view.isEnabled,
    configured: status.state !== "unconfigured",
    running: isRunning,
    connected: status.state === "connected",
    reconnectAttempts: view.attempts,
    lastConnectedAt: status.state === "connected" ? status.sinceMs : null,
    lastError: problemOf(view, lastError),
    lastStartAt: view.startedAtMs ?? null,
    lastInboundAt: view.lastInboundAtMs ?? null,
    lastOutboundAt: view.lastOutboundAtMs ?? null,
    nextRetryAt: "nextRetryAtMs" in status ? status.nextRetryAtMs : null,
    ...(dmPolicy === undefined ? {} : { dmPolicy }),
    ...(self === undefined
      ? {}
      : { self: { id: self.id, ...(self.name === undefined ? {} : { name: self.name }) } }),
  };
}

function problemOf({ status }: AccountView, lastError: string | undefined): string | null {
  const text =
    status.state === "unconfigured" ? status.missing : status.state === "connected" ? undefined : lastError;
  return text === undefined ? null : cutText(text, MAX_ERROR_CHARS);
}
