/** `send`, `poll` and `channels.logout`: what an operator has a channel do. */
import { createHash } from "node:crypto";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { RequestError, UnavailableError } from "../../../shared/errors.ts";
import { sendMethods } from "../../../shared/protocol/methods/send.ts";
import type { Assistant } from "../../assistant/assistant.ts";
import { canonicalKey, keyRules } from "../../assistant/session-key.ts";
import type { ChannelDoor } from "../../channels/door.ts";
import { implement, type Method } from "../rpc/implement.ts";

export interface SendPlace {
  assistant: Pick<Assistant, "note" | "store">;
  channels: ChannelDoor;
  config: () => GatewayConfig;
}

/** Which channel older clients mean that name none. */
const UNNAMED = "whatsapp";
/** Conversations that are looked at for the one of a chat. */
const MOST_SESSIONS = 200;

export function sendHandlers({ assistant, channels, config }: SendPlace): Method[] {
  const requireChannel = (id: string, refusal: string) => {
    if (!channels.registry.some((each) => each.id === id)) throw new RequestError("CHANNEL_UNKNOWN", refusal);
  };
  return implement(sendMethods, {
    send: async (params, call) => {
      const { to, message, mediaUrl, mediaUrls = [], accountId, sessionKey, idempotencyKey: runId } = params;
      const channel = params.channel ?? UNNAMED;
      requireChannel(channel, `unsupported channel: ${channel}`);
      const inside = await channels.open();
      const name = `send:${createHash("sha256").update(runId).digest("hex").slice(0, 32)}`;
      const media = [...(mediaUrl === undefined ? [] : [mediaUrl]), ...mediaUrls];
      const { route, outcome } = await inside.say(
        { name, channel, account: accountId, to, text: message, media },
        call.signal,
      );
      switch (outcome.state) {
        case "failed":
          throw new UnavailableError("NOT_DELIVERED", `it was not delivered: ${outcome.reason}`);
        case "waiting":
          throw new UnavailableError("NOT_DELIVERED", waitingText(outcome.reason), {
            retryAfterMs: AGAIN_MS,
          });
        case "sent":
          if (outcome.isFresh)
            await mirror(sessionKey, { channel, account: route.account, chat: route.chat.id }, message);
          return { runId, messageId: outcome.messageId, channel, chatId: route.chat.id };
      }
    },

    poll: ({ channel = UNNAMED }) => {
      throw new RequestError("CHANNEL_UNKNOWN", `unsupported poll channel: ${channel}`);
    },

    "channels.logout": async ({ channel, accountId }) => {
      requireChannel(channel, "invalid channels.logout channel");
      const inside = await channels.open();
      const account = await inside.logout(channel, accountId);
      return { channel, accountId: account, cleared: true, loggedOut: true };
    },
  });

  /** What was said stands where the person will answer to it. */
  async function mirror(
    named: string | undefined,
    { channel, account, chat }: { channel: string; account: string; chat: string },
    text: string,
  ): Promise<void> {
    const sessionKey =
      named === undefined
        ? (await (await assistant.store()).list({ limit: MOST_SESSIONS })).find(
            ({ fields }) =>
              fields.lastChannel === channel && fields.lastAccountId === account && fields.lastTo === chat,
          )?.key
        : canonicalKey(named, keyRules(config()));
    if (sessionKey !== undefined)
      await assistant.note({ sessionKey, sessionName: named ?? sessionKey }, text);
  }
}

const AGAIN_MS = 30_000;

function waitingText(reason: string | undefined): string {
  const why = reason === undefined ? "the account is not connected, or slow" : reason;
  return `it is not delivered yet (${why}); it stays in line, and the same idempotencyKey tells what became of it`;
}
