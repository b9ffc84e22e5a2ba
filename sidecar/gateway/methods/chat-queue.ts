/** Handlers of `chat.queue.*`. */
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { RequestError } from "../../../shared/errors.ts";
import { chatQueueMethods } from "../../../shared/protocol/methods/chat-queue.ts";
import type { Assistant } from "../../assistant/assistant.ts";
import { keyRules, requestedKey } from "../../assistant/session-key.ts";
import { queueItems } from "../../assistant/sessions/queue-items.ts";
import type { EventBus } from "../../base/events/event-bus.ts";
import type { ClientIdentity } from "../auth/authenticate.ts";
import { missingScope } from "../auth/scopes.ts";
import { implement, type Method } from "../rpc/implement.ts";
import { authorityOf, senderOf } from "./chat-commands.ts";

/** What the handlers stand on. */
export interface ChatQueuePlace {
  assistant: Assistant;
  config: () => GatewayConfig;
  bus: EventBus;
}

/** As much of a message as the list tells, in characters. */
const MAX_LIST_CHARS = 32_768;

export function chatQueueHandlers({ assistant, config, bus }: ChatQueuePlace): Method[] {
  const keyOf = (name: string) => requestedKey(name, keyRules(config()));

  /** Whether it waits. Fails with `MISSING_SCOPE` for a message of somebody else. */
  const isWaiting = async (sessionKey: string, key: string, identity: ClientIdentity) => {
    const waiting = await (await assistant.store()).waiting(sessionKey);
    const message = waiting.find((each) => each.key === key);
    if (message === undefined) return false;
    const isOwn = message.channel === "webchat" && message.sender === senderOf(identity);
    // Whoever changes a message speaks with the authority of its sender.
    if (authorityOf(identity) !== "owner" && !(isOwn && message.authority === authorityOf(identity)))
      throw missingScope("operator.admin", ["operator.admin"]);
    return true;
  };

  return implement(chatQueueMethods, {
    "chat.queue.list": async ({ sessionKey }) => {
      const store = await assistant.store();
      return { sessionKey, items: queueItems(await store.waiting(keyOf(sessionKey)), MAX_LIST_CHARS) };
    },

    "chat.queue.cancel": async ({ sessionKey: name, key }, { identity }) => {
      const sessionKey = keyOf(name);
      const cancelled =
        (await isWaiting(sessionKey, key, identity)) && (await assistant.withdraw(sessionKey, key));
      if (cancelled)
        bus.publish("chat", {
          runId: key,
          sessionKey: name,
          seq: 1,
          state: "aborted",
          stopReason: "cancelled",
        });
      return { ok: true as const, cancelled };
    },

    "chat.queue.edit": async ({ sessionKey: name, key, text }, { identity }) => {
      if (text.trim() === "")
        throw new RequestError("MESSAGE_EMPTY", "there is nothing in the message; cancel it instead");
      const sessionKey = keyOf(name);
      const isThere = await isWaiting(sessionKey, key, identity);
      return {
        ok: true as const,
        edited: isThere && (await (await assistant.store()).rewrite(sessionKey, key, text)),
      };
    },

    "chat.queue.steer": async ({ sessionKey: name, key }, { identity }) => {
      const sessionKey = keyOf(name);
      const isThere = await isWaiting(sessionKey, key, identity);
      const runId = isThere ? await (await assistant.store()).askSteer(sessionKey, key) : undefined;
      return { ok: true as const, steered: runId !== undefined, ...(runId !== undefined && { runId }) };
    },
  });
}
