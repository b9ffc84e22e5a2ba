/** The `channels.*` methods: accounts, people who ask to be let in, and what did not arrive. */
import type { Clock } from "../../../shared/clock.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { AuthError, plainText, RequestError } from "../../../shared/errors.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { type ChannelPairingRequest, channelsMethods } from "../../../shared/protocol/methods/channels.ts";
import { type ConfigPlace, changeConfigFile, valuesIn } from "../../base/config/config-file.ts";
import type { PairingRow } from "../../base/store/pairing-records.ts";
import type { SessionStore } from "../../base/store/session-store.ts";
import type { ChannelDoor } from "../../channels/door.ts";
import { overviewOf } from "../channel-summary.ts";
import { implement, type Method } from "../rpc/implement.ts";
import { cutText } from "../text-limits.ts";

/** What the handlers stand on. */
export interface ChannelsMethodPlace {
  channels: ChannelDoor;
  store: () => Promise<Pick<SessionStore, "failedOutbox">>;
  config: () => GatewayConfig;
  file: ConfigPlace;
  clock: Clock;
}

const FAILED = { limit: 50, chars: 200 } as const;

export function channelsHandlers({ channels, store, config, file, clock }: ChannelsMethodPlace): Method[] {
  return implement(channelsMethods, {
    "channels.status": () => {
      const overview = overviewOf(channels);
      const { channelLabels, channelOrder } = overview;
      return {
        ts: clock.now(),
        ...overview,
        channelDetailLabels: { ...channelLabels },
        channelSystemImages: {},
        channelMeta: channelOrder.map((id) => ({
          id,
          label: channelLabels[id] ?? id,
          detailLabel: channelLabels[id] ?? id,
        })),
      };
    },

    "channels.pairing.list": async ({ channel }) => {
      const rows = await (await channels.open()).inbox.pairing.list(channel);
      return { requests: rows.map(requestOf), hasOwner: ownersIn(config()).length > 0 };
    },

    "channels.pairing.approve": async ({ channel, code, owner = false }, call) => {
      if (owner && !call.identity.scopes.includes("operator.admin"))
        throw new AuthError("MISSING_SCOPE", "missing scope: operator.admin", {
          details: { missingScope: "operator.admin" },
        });
      refuseUnknown(channel, channels);
      const row = await (await channels.open()).approve(channel, code);
      if (owner) await addOwner(file, `${row.channel}:${row.senderId}`, clock.now());
      return { ...personOf(row), owner };
    },

    "channels.pairing.dismiss": async ({ channel, code }) => {
      refuseUnknown(channel, channels);
      const { accountId, id } = personOf(
        await (await channels.open()).inbox.pairing.dismiss({ channel, code }),
      );
      return { channel, accountId, id };
    },

    "channels.outbox.failed": async ({ limit = FAILED.limit }) => {
      const rows = await (await store()).failedOutbox(limit);
      return {
        parts: rows.map(({ id, turnId, route, createdAtMs, state, evidence, payload }) => ({
          id,
          channel: route.channel,
          accountId: route.account,
          to: route.chat.id,
          createdAt: createdAtMs,
          state,
          ...(turnId === undefined ? {} : { turnId }),
          ...(evidence.error === undefined ? {} : { error: evidence.error }),
          text: cutText(payload.text, FAILED.chars),
        })),
      };
    },

    "channels.outbox.resend": async ({ id }) => {
      const parts = await (await channels.open()).resend(id);
      return { id, sent: parts > 0, parts };
    },
  });
}

function refuseUnknown(channel: string, { registry }: ChannelDoor): void {
  if (registry.some(({ id }) => id === channel)) return;
  throw new RequestError("CHANNEL_UNKNOWN", `unknown channel: ${plainText(channel, 80)}`);
}

function requestOf(row: PairingRow): ChannelPairingRequest {
  return { ...personOf(row), code: row.code, createdAt: row.createdAtMs, lastSeenAt: row.lastSeenAtMs };
}

function personOf({ channel, account, senderId, name }: PairingRow) {
  return {
    channel,
    accountId: account,
    id: senderId,
    ...(name === undefined ? {} : { name: cutText(name, 200) }),
  };
}

function ownersIn({ commands }: GatewayConfig): readonly string[] {
  return commands?.ownerAllowFrom ?? [];
}

/** Written beside those who are there already; a file that somebody else changes meanwhile keeps that change. */
async function addOwner(file: ConfigPlace, entry: string, nowMs: number): Promise<void> {
  await changeConfigFile(
    file,
    (reading) => {
      const { commands } = valuesIn(reading);
      const known =
        isRecord(commands) && Array.isArray(commands.ownerAllowFrom) ? commands.ownerAllowFrom : [];
      if (known.includes(entry)) return undefined;
      return [{ kind: "set", keys: ["commands", "ownerAllowFrom"], value: [...known, entry] }];
    },
    nowMs,
  );
}
