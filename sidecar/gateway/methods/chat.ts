/** Handlers of `chat.*`. */
import type { Clock } from "../../../shared/clock.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { RequestError, UnavailableError } from "../../../shared/errors.ts";
import { loadPart } from "../../../shared/node/part.ts";
import type { MethodParams } from "../../../shared/protocol/index.ts";
import { chatMethods } from "../../../shared/protocol/methods/chat.ts";
import type { Assistant } from "../../assistant/assistant.ts";
import type { Taken } from "../../assistant/commands/run.ts";
import { isStopWord } from "../../assistant/commands/stop-words.ts";
import type { Attachment } from "../../assistant/media/attachments.ts";
import { agentOf, keyRules, requestedKey } from "../../assistant/session-key.ts";
import { storedWord } from "../../assistant/sessions/patch.ts";
import { isSilenced } from "../../assistant/sessions/send-policy.ts";
import type { EventBus } from "../../base/events/event-bus.ts";
import type { Rewind, SessionFields } from "../../base/store/session-store.ts";
import { type Call, FailedAnswer, implement, type Method } from "../rpc/implement.ts";
import { authorityOf, type ChatCommands, senderOf } from "./chat-commands.ts";
import { newestWithin, shownFork, withDeliveries } from "./shown-message.ts";

/** What the handlers stand on. */
export interface ChatPlace {
  assistant: Assistant;
  config: () => GatewayConfig;
  bus: EventBus;
  clock: Clock;
  commands: ChatCommands;
}

type SendParams = MethodParams<"chat.send">;

/** What a conversation is known by that no channel has written to. */
const OF_WEBCHAT = {
  chatType: "direct",
  origin: { provider: "webchat", surface: "webchat", chatType: "direct" },
  deliveryContext: { channel: "webchat" },
  lastChannel: "webchat",
};

const DEFAULT_LIMIT = 200;
/** Of the messages as JSON. */
const MAX_HISTORY_BYTES = 6_291_456;

export function chatHandlers({ assistant, config, bus, clock, commands }: ChatPlace): Method[] {
  const keyOf = (name: string) => requestedKey(name, keyRules(config()));

  const send = async (params: SendParams, call: Pick<Call, "identity">, rewind?: Rewind) => {
    const { sessionKey: name, message, thinking, timeoutMs, idempotencyKey: runId, attachments } = params;
    const sessionKey = keyOf(name);
    const files = await attachmentsIn(attachments);
    const hasFiles = files.length > 0;
    const sent = { runId, sessionName: name, identity: call.identity, hasFiles };
    const taken = await commands.take(message, sent);
    if (taken.kind === "known") return { runId, status: taken.status };
    // A conversation that takes no messages takes commands: one of them ends that.
    if (taken.kind === "answered" && taken.follow === undefined) {
      await commands.reply(taken.text, name, runId);
      return { runId, status: "started" as const };
    }
    const { text, beside, directives } = forModel(taken);
    const store = await assistant.store();
    const fields = (await store.get(sessionKey))?.fields;
    refuseBlocked(sessionKey, fields, config());
    if (text.trim() === "" && files.length === 0)
      throw new RequestError("MESSAGE_EMPTY", "message or attachment required");
    const attached = await assistant.attach(files);
    if (fields?.lastChannel === undefined)
      await store.patch(
        sessionKey,
        agentOf(sessionKey, keyRules(config()).defaultId),
        OF_WEBCHAT,
        clock.now(),
      );
    const accepted = await assistant.accept({
      idempotency: { scope: "chat", key: runId },
      runId,
      sessionKey,
      agentId: agentOf(sessionKey, keyRules(config()).defaultId),
      channel: "webchat",
      sender: senderOf(call.identity),
      authority: authorityOf(call.identity),
      origin: "chat",
      text,
      ...attached,
      options: {
        timeoutMs: timeoutMs === 0 ? undefined : timeoutMs,
        sessionName: name,
        thinking: levelOf(directives.think ?? thinking),
        model: directives.model,
      },
      rewind,
    });
    if (accepted.fresh) {
      if (beside !== "") await commands.replyBeside(beside, name);
      // Clients wait for the end of what they sent; what waits is answered under another name.
      if (accepted.waits) bus.publish("chat", { runId, sessionKey: name, seq: 1, state: "final" });
      return { runId, status: "started" as const };
    }
    const { state, result } = accepted;
    if (state === "failed" || result?.status === "error")
      throw failed(runId, result?.text ?? "the run failed");
    const isOver = state === "done" || state === "aborted";
    return { runId, status: isOver ? ("ok" as const) : ("in_flight" as const) };
  };

  return implement(chatMethods, {
    "chat.history": async ({ sessionKey, limit = DEFAULT_LIMIT }) => {
      const store = await assistant.store();
      const row = await store.get(keyOf(sessionKey));
      const level = row?.fields.thinkingLevel;
      const thinkingLevel = typeof level === "string" ? level : "off";
      if (row === undefined) return { sessionKey, messages: [], thinkingLevel };
      const entries = await store.history(row.sessionId, { limit });
      const messages = newestWithin(await withDeliveries(entries, store), MAX_HISTORY_BYTES);
      const fork = await shownFork(row.sessionId, store);
      return { sessionKey, sessionId: row.sessionId, ...fork, messages, thinkingLevel };
    },

    "chat.send": async (params, call) => {
      const sessionKey = keyOf(params.sessionKey);
      return (await isStop(params.message, sessionKey, assistant))
        ? await stopped(assistant, sessionKey, undefined, "stop")
        : await send(params, call);
    },

    "chat.rewind": async ({ rewindTo, head, ...params }, call) => {
      const rewind = { to: rewindTo, head };
      const store = await assistant.store();
      // Before a command in the message does anything. What was taken before is known by its key.
      if ((await store.run(params.idempotencyKey)) === undefined)
        await store.checkRewind(keyOf(params.sessionKey), rewind);
      return await send(params, call, rewind);
    },

    "chat.abort": async ({ sessionKey: name, runId }) => {
      const sessionKey = keyOf(name);
      const place = runId === undefined ? undefined : await assistant.sessionOf(runId);
      if (place !== undefined && place !== sessionKey)
        throw new RequestError("RUN_ELSEWHERE", "runId does not match sessionKey");
      return await stopped(assistant, sessionKey, runId, "rpc");
    },

    "chat.inject": async ({ sessionKey: name, message, label }) => {
      const text = label === undefined ? message : `[${label}]\n\n${message}`;
      const messageId = await assistant.note({ sessionKey: keyOf(name), sessionName: name }, text);
      if (messageId === undefined) throw new RequestError("SESSION_INVALID", "session not found");
      return { ok: true as const, messageId };
    },
  });
}

/** Fails with `SEND_BLOCKED` where the session takes no messages. */
export function refuseBlocked(key: string, fields: SessionFields | undefined, config: GatewayConfig): void {
  if (isSilenced(key, fields ?? {}, config))
    throw new RequestError("SEND_BLOCKED", "send blocked by session policy");
}

/** The files that were sent with a message, none of them kept yet. Fails with `ATTACHMENT_REFUSED`. */
export async function attachmentsIn(sent: readonly unknown[] | undefined): Promise<Attachment[]> {
  if (sent === undefined || sent.length === 0) return [];
  const { readAttachments } = await loadPart(() => import("../../assistant/media/attachments.ts"));
  return readAttachments(sent);
}

/** The answer about a run that failed, for whoever asks again. */
export function failed(runId: string, summary: string): FailedAnswer {
  return new FailedAnswer({ runId, status: "error", summary }, new UnavailableError("RUN_FAILED", summary));
}

/** What the model is asked, what holds for that, and what is said beside its answer. */
export function forModel(taken: Taken): {
  text: string;
  beside: string;
  directives: Partial<Record<string, string>>;
} {
  if (taken.kind === "answered") return { text: taken.follow ?? "", beside: taken.text, directives: {} };
  const directives = Object.fromEntries(taken.directives.map(({ name, args }) => [name, args]));
  return { text: taken.text, beside: taken.reply ?? "", directives };
}

/** The level that a word stands for; undefined for none of them. */
export function levelOf(word: string | undefined): string | undefined {
  return word === undefined ? undefined : storedWord("thinkingLevel", word);
}

async function isStop(message: string, sessionKey: string, assistant: Assistant): Promise<boolean> {
  if (message.trim().toLowerCase() === "/stop") return true;
  return isStopWord(message) && (await assistant.isRunning(sessionKey));
}

async function stopped(
  assistant: Assistant,
  sessionKey: string,
  runId: string | undefined,
  reason: "rpc" | "stop",
) {
  const runIds = await assistant.abort(sessionKey, runId, reason);
  return { ok: true as const, aborted: runIds.length > 0, runIds };
}
