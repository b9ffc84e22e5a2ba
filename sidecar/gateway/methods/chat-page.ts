/** Handlers of `chat.page` and `chat.part`. */
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { quoted, RequestError } from "../../../shared/errors.ts";
import { chatPageMethods } from "../../../shared/protocol/methods/chat-page.ts";
import type { Assistant } from "../../assistant/assistant.ts";
import { keyRules, requestedKey } from "../../assistant/session-key.ts";
import { implement, type Method } from "../rpc/implement.ts";
import { cutText } from "../text-limits.ts";
import { cutMessage, fitsWithin, nearestWithin, partOf, shownFork, withDeliveries } from "./shown-message.ts";

/** What the handlers stand on. */
export interface ChatPagePlace {
  assistant: Assistant;
  config: () => GatewayConfig;
}

const DEFAULT_LIMIT = 50;
/** Of a part of a message. */
const DEFAULT_CHARS = 32_768;
/** Of the messages as JSON: what a client can take without falling behind. */
const MAX_PAGE_BYTES = 1_048_576;

export function chatPageHandlers({ assistant, config }: ChatPagePlace): Method[] {
  const keyOf = (name: string) => requestedKey(name, keyRules(config()));
  return implement(chatPageMethods, {
    "chat.page": async ({ sessionKey, limit = DEFAULT_LIMIT, maxChars = DEFAULT_CHARS, ...named }) => {
      const ids = [named.before, named.after, named.around].filter((id) => id !== undefined);
      if (ids.length > 1)
        throw new RequestError(
          "PARAMS_INVALID",
          "invalid chat.page params: give one of before, after, around",
        );
      const store = await assistant.store();
      const row = await store.get(keyOf(sessionKey));
      const page = row && (await store.window(row.sessionId, { limit, ...named }));
      if (ids[0] !== undefined && page === undefined) throw noEntry(ids[0], sessionKey);
      if (row === undefined || page === undefined)
        return { sessionKey, messages: [], hasBefore: false, hasAfter: false, head: null };
      const entries = await withDeliveries(page.entries, store);
      const messages = entries.map((entry) => cutMessage(entry, maxChars));
      const [from, to] = fitsWithin(entries, MAX_PAGE_BYTES)
        ? [0, messages.length]
        : nearestWithin(messages, anchorOf(messages, named), MAX_PAGE_BYTES);
      return {
        sessionKey,
        sessionId: row.sessionId,
        ...(await shownFork(row.sessionId, store)),
        messages: messages.slice(from, to),
        hasBefore: page.hasBefore || from > 0,
        hasAfter: page.hasAfter || to < messages.length,
        head: page.head ?? null,
      };
    },

    "chat.part": async ({ sessionKey, id, part, offset = 0, limit = DEFAULT_CHARS }) => {
      const store = await assistant.store();
      const row = await store.get(keyOf(sessionKey));
      const entry = row && (await store.entry(row.sessionId, id));
      if (entry === undefined) throw noEntry(id, sessionKey);
      const whole = await partOf(entry, part, (mediaId) => assistant.media.read(mediaId));
      if (whole === undefined)
        throw new RequestError(
          "NOT_FOUND",
          `entry ${quoted(id)} has ${entry.message.content.length} parts, no part ${part}`,
        );
      const rest = whole.text.slice(offset);
      // Never half a character, and never none.
      const text = cutText(rest, limit) || rest.slice(0, 2);
      const end = offset + text.length;
      return {
        id,
        part,
        type: whole.type,
        text,
        offset,
        next: end < whole.text.length ? end : null,
        bytes: Buffer.byteLength(whole.text),
      };
    },
  });
}

/** The message that a page which is too large is cut around. */
function anchorOf(
  messages: readonly { id: string }[],
  { after, around }: { after?: string | undefined; around?: string | undefined },
): number {
  if (after !== undefined) return 0;
  const named = messages.findIndex(({ id }) => id === around);
  return named === -1 ? Math.max(0, messages.length - 1) : named;
}

function noEntry(id: string, sessionKey: string): RequestError {
  return new RequestError(
    "NOT_FOUND",
    `there is no entry ${quoted(id)} in the session ${quoted(sessionKey)}`,
  );
}
