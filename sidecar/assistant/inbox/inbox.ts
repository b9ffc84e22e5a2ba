/**
 * The way of a message from a channel up to the queue: who wrote it, whether he is let in, whether it came before, what it belongs to.
 * When `take` resolves, the message is kept, or refused for good: the channel can tell its platform so.
 */
import { randomUUID } from "node:crypto";
import type { Clock } from "../../../shared/clock.ts";
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { CodedError, errorText } from "../../../shared/errors.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import { loadPart } from "../../../shared/node/part.ts";
import { type Launcher, ours, spellCommand } from "../../../shared/remedy.ts";
import type { Logger } from "../../base/log/logger.ts";
import type { MediaStore } from "../../base/media/media-store.ts";
import { failpoint } from "../../base/store/failpoint.ts";
import type { OutboxPart } from "../../base/store/outbox-records.ts";
import { placeOf, type Route } from "../../base/store/route.ts";
import type { Accepted, Authority, Inbound, SessionStore } from "../../base/store/session-store.ts";
import type { Taken as CommandsTaken } from "../commands/run.ts";
import { isStopWord } from "../commands/stop-words.ts";
import type { MessageParts } from "../prompt/envelope.ts";
import { storedWord } from "../sessions/patch.ts";
import { admit, type DropReason, groupIn } from "./admission.ts";
import { BotGuard } from "./bot-guard.ts";
import { isOwner, type NormalizeId } from "./identity.ts";
import { isMentioned, mentionPatterns } from "./mention.ts";
import {
  type AccountId,
  dedupeOf,
  type InboundEvent,
  type InboundMessage,
  routeOfMessage,
} from "./message.ts";
import { Pairing } from "./pairing.ts";
import type { AccountPolicy } from "./policy.ts";
import { conversationOf } from "./route.ts";
import { sessionFieldsOf } from "./session-fields.ts";
import { SharedRoom } from "./shared-room.ts";
import { chatTexts } from "./texts.ts";

/** The account at whose door a message stands. */
export interface Porch {
  id: AccountId;
  policy: AccountPolicy;
  normalize: NormalizeId;
}

/** What stands behind the door. */
export interface Household {
  store(): Promise<SessionStore>;
  accept(message: Inbound): Promise<Accepted>;
  /** Where files of messages are kept. */
  media(): MediaStore;
  /** The conversation has something to do that it had not before. */
  wake(sessionKey: string): Promise<void>;
  isRunning(sessionKey: string): Promise<boolean>;
}

/** Commands that people write in a chat. */
export interface ChatCommands {
  /** Whether the text may be nothing but a command: such a text needs no mention in a group. */
  isCommand(text: string, isInGroup: boolean): boolean;
  /** What of the text is left for a model; commands in it are carried out. */
  take(said: SaidCommand): Promise<CommandsTaken>;
}

export interface SaidCommand {
  text: string;
  authority: Authority;
  sessionKey: string;
  agentId: string;
  sender: string;
  route: Route;
}

/** What became of a message. */
export type Taken =
  | {
      kind: "taken";
      route: Route;
      sessionKey: string;
      authority: Authority;
      isMentioned: boolean;
      isFresh: boolean;
      /** The run id that it came with. */
      key: string;
      /** Another one of its conversation comes first. */
      isBehind: boolean;
    }
  | { kind: "command" | "pairing" | "context" | "full" }
  | { kind: "dropped"; why: DropReason | "too many bot messages" };

export interface InboxPlace {
  household: Household;
  clock: Clock;
  log: Logger;
  config: () => GatewayConfig;
  launcher: Launcher;
  /** What goes out has been written. */
  delivers: () => void;
  commands?: ChatCommands | undefined;
}

/** What a group said to nobody is worth a day and no more than this. */
const CONTEXT = { maxAgeMs: 86_400_000, maxChars: 8_000 } as const;
/** As much of a quoted text as is kept. */
const QUOTE_CHARS = 4_000;

export class Inbox {
  readonly pairing: Pairing;
  #place: InboxPlace;
  #bots: BotGuard;
  #room: SharedRoom;
  /** Conversations in which somebody may still go on writing. */
  #timers = new Map<string, Disposable>();

  constructor(place: InboxPlace) {
    this.#place = place;
    this.#bots = new BotGuard(place.clock);
    this.#room = new SharedRoom({ ...place, store: () => place.household.store() });
    this.pairing = new Pairing(() => place.household.store(), place.clock);
  }

  /** Waits again for those whom the last process waited for. */
  async start(): Promise<void> {
    const store = await this.#place.household.store();
    for (const { sessionKey, readyAtMs } of await store.held()) this.#wakeAt(sessionKey, readyAtMs);
    await this.#room.start();
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.dispose();
    this.#timers.clear();
  }

  /** Rejects when the message could be neither kept nor refused; whoever delivers it may do so again. */
  async take(porch: Porch, message: InboundMessage): Promise<Taken> {
    const { config, commands, log } = this.#place;
    const { id, policy, normalize } = porch;
    const { sender } = message;
    const isTheOwner = isOwner(id, sender, config().commands?.ownerAllowFrom ?? [], normalize);
    const isInGroup = message.chat.kind !== "dm";
    const isNamed = isInGroup && isMentioned(message, this.#names());
    const standing = {
      isOwner: isTheOwner,
      isPaired: !isInGroup && !isTheOwner && (await this.#isPaired(porch, message)),
      isMentioned: isNamed,
      isCommand: message.command !== undefined || commands?.isCommand(message.text, isInGroup) === true,
      activation: isInGroup ? await this.#activation(porch, message) : undefined,
    };
    const verdict = admit(message, policy, standing, normalize);
    if (verdict.kind === "drop") return { kind: "dropped", why: verdict.why };
    if (sender.isBot === true && !this.#bots.admits(placeOf(routeOfMessage(id, message)))) {
      log.warn(
        { ...id, chat: message.chat.id },
        "too many messages of bots in a chat; it is left alone for a minute",
      );
      return { kind: "dropped", why: "too many bot messages" };
    }
    switch (verdict.kind) {
      case "pair":
        await this.#askToPair(porch, message);
        return { kind: "pairing" };
      case "context":
        await this.#keepContext(porch, message, verdict.authority);
        return { kind: "context" };
      case "take":
        return await this.#admitted(porch, message, verdict);
    }
  }

  /** What happens to a message later. Reactions are nothing that anybody does something about. */
  async event({ id }: Porch, event: InboundEvent): Promise<void> {
    if (event.kind === "reaction") return;
    const store = await this.#place.household.store();
    const name = { ...id, chat: event.chat, thread: event.thread ?? "", dedupe: event.id };
    await store.changeWaiting(name, event.kind === "edit" ? event.text : undefined, this.#place.clock.now());
  }

  async #admitted(
    porch: Porch,
    message: InboundMessage,
    { authority, isMentioned }: { authority: Authority; isMentioned: boolean },
  ): Promise<Taken> {
    const { household, config, clock } = this.#place;
    const { id, normalize } = porch;
    const route = routeOfMessage(id, message);
    const { agentId, sessionKey, parentKey } = conversationOf(id, message, authority, config(), normalize);
    const sender = normalize(message.sender.id) ?? message.sender.id;
    const said = textOf(message);
    const to = { authority, sessionKey, agentId, sender };
    const first = this.#inboundOf(porch, message, { ...to, isMentioned, parentKey });
    const commanded = await this.#commandsOf(first, { ...to, text: said, route });
    if (commanded === "known") return { kind: "command" };
    const { taken, message: left, claimed } = commanded;
    if (taken.kind === "answered" && taken.follow === undefined) {
      await this.#tell(taken.text === "" ? [] : [noticeTo(route, taken.text)], claimed);
      return { kind: "command" };
    }
    const beside = taken.kind === "answered" ? taken.text : (taken.reply ?? "");
    if (beside !== "") await this.#tell([noticeTo(route, beside)]);
    const inbound = await this.#withMedia(porch, message, afterCommands(left, taken));
    const accepted = await household.accept(inbound).catch((error: unknown) => {
      if (error instanceof CodedError && error.code === "QUEUE_FULL") return undefined;
      throw error;
    });
    if (accepted === undefined) {
      await this.#tell([noticeTo(route, chatTexts(config()).queueFull)], claimed);
      return { kind: "full" };
    }
    if (claimed !== undefined) await this.#tell([], claimed);
    if (accepted.fresh) {
      if (accepted.readyAtMs !== undefined) this.#wakeAt(sessionKey, accepted.readyAtMs);
      else if (this.#timers.has(sessionKey)) this.#wakeAt(sessionKey, clock.now());
      await this.#room.seen(id, message, { authority, normalize });
      await this.#describe(porch, message, { agentId, sessionKey });
    }
    return {
      kind: "taken",
      route,
      sessionKey,
      authority,
      isMentioned,
      isFresh: accepted.fresh,
      key: inbound.runId,
      isBehind: accepted.fresh && accepted.waits && accepted.readyAtMs === undefined,
    };
  }

  /** With the files that came with it: only now it is known that its sender is let in. */
  async #withMedia({ policy }: Porch, { media = [] }: InboundMessage, inbound: Inbound): Promise<Inbound> {
    if (media.length === 0) return inbound;
    const { household, clock, config } = this.#place;
    const { fetchMedia } = await loadPart(() => import("./inbound-media.ts"));
    const most = policy.mediaMaxMb ?? config().agents?.defaults?.mediaMaxMb;
    const mostBytes = most === undefined ? Number.MAX_SAFE_INTEGER : most * 1_048_576;
    const fetched = await fetchMedia(media, { store: household.media(), clock, mostBytes });
    return { ...inbound, media: fetched.media, parts: { ...inbound.parts, media: fetched.parts } };
  }

  /** Commands are carried out once, however often the message is delivered. */
  async #commandsOf(
    message: Inbound,
    said: SaidCommand,
  ): Promise<{ taken: CommandsTaken; message: Inbound; claimed?: Inbound } | "known"> {
    const { commands, household, clock, config, log } = this.#place;
    const { text, route } = said;
    const isCommand = commands?.isCommand(text, route.chat.kind !== "dm") === true;
    if (commands === undefined || !(text.includes("/") || isCommand))
      return { taken: { kind: "message", text, directives: [] }, message };
    const isAlone = isCommand && !(await this.#isWord(text, said.sessionKey));
    if (!isAlone) return { taken: await commands.take(said), message };
    const store = await household.store();
    if (!(await store.claimCommand(message, clock.now()))) return "known";
    // The command has the name of the message; what is left of it has one of its own.
    failpoint("command-claimed");
    const taken = await commands.take(said).catch((error: unknown): CommandsTaken => {
      log.error({ sessionKey: said.sessionKey, err: error }, "a command could not be carried out");
      return { kind: "answered", text: chatTexts(config()).failed(errorText(error)) };
    });
    failpoint("command-done");
    return { taken, message: renamed(message), claimed: message };
  }

  /** A bare word to stop is one while something runs, and a message else. */
  async #isWord(text: string, sessionKey: string): Promise<boolean> {
    return isStopWord(text) && !(await this.#place.household.isRunning(sessionKey));
  }

  #inboundOf(
    { id }: Porch,
    message: InboundMessage,
    {
      isMentioned,
      parentKey,
      ...to
    }: Pick<SaidCommand, "authority" | "sessionKey" | "agentId" | "sender"> & {
      isMentioned: boolean;
      parentKey: string | undefined;
    },
  ): Inbound {
    const runId = randomUUID();
    const route = routeOfMessage(id, message);
    const dedupe = dedupeOf(message);
    const key = dedupe === undefined ? runId : JSON.stringify([placeOf(route), dedupe]);
    return {
      ...to,
      idempotency: { scope: "channel", key },
      runId,
      channel: id.channel,
      account: id.account,
      chat: message.chat.id,
      thread: message.thread?.id ?? "",
      ...(dedupe === undefined ? {} : { dedupe }),
      origin: "channel",
      text: textOf(message),
      route,
      forkOf: forkOf(message, parentKey),
      parts: { ...partsOf(message, to.authority), isMentioned },
      holdMs: this.#holdMs(id, message),
      options: {},
    };
  }

  /** Only words are waited for: what is sent with a picture, and a command, is complete. */
  #holdMs({ channel }: AccountId, { media, command, text }: InboundMessage): number {
    const isWords = (media === undefined || media.length === 0) && command === undefined;
    if (!isWords || isControlWord(text)) return 0;
    const { debounceMs, byChannel } = this.#place.config().messages?.inbound ?? {};
    return byChannel?.[channel] ?? debounceMs ?? DEFAULTS["messages.inbound.debounceMs"];
  }

  async #askToPair({ id, normalize }: Porch, message: InboundMessage): Promise<void> {
    const { config, launcher, log, delivers } = this.#place;
    const { sender, chat } = message;
    const senderId = normalize(sender.id) ?? sender.id;
    const route: Route = { ...id, chat: { kind: chat.kind, id: chat.id } };
    const replies = (code: string): OutboxPart[] => {
      const command = spellCommand(ours`pairing approve ${id.channel} ${code}`, launcher);
      return [{ kind: "short-lived", route, payload: { text: chatTexts(config()).pairing(code, command) } }];
    };
    const outcome = await this.pairing.request(
      { ...id, senderId, name: sender.name, chat: chat.id },
      replies,
    );
    if (outcome === "full") log.warn({ ...id }, "somebody asked to be let in, but too many wait already");
    if (outcome !== "created") return;
    log.info({ ...id, sender: senderId }, "somebody asks to be let in");
    delivers();
  }

  async #keepContext(porch: Porch, message: InboundMessage, authority: Authority): Promise<void> {
    const { household, config } = this.#place;
    const most = this.#historyLimit(porch, message);
    if (most === 0) return;
    const { sessionKey } = conversationOf(porch.id, message, authority, config(), porch.normalize);
    const line = {
      kind: "said" as const,
      text: message.text,
      author: message.sender.name ?? message.sender.id,
      authority,
      atMs: this.#place.clock.now(),
    };
    await (await household.store()).keepContext(sessionKey, line, { ...CONTEXT, most });
  }

  #historyLimit({ policy }: Porch, { chat }: InboundMessage): number {
    const group = groupIn(policy, chat.id);
    const own = group === "unlisted" ? undefined : group?.historyLimit;
    const everywhere = this.#place.config().messages?.groupChat?.historyLimit;
    return own ?? policy.historyLimit ?? everywhere ?? DEFAULTS["messages.groupChat.historyLimit"];
  }

  async #isPaired({ id, normalize }: Porch, { sender }: InboundMessage): Promise<boolean> {
    const ids = [sender.id, ...(sender.altIds ?? [])].flatMap((each) => [each, normalize(each) ?? each]);
    return await this.pairing.isPaired(id.channel, id.account, [...new Set(ids)]);
  }

  /** What `/activation` says of a group that it was said in. */
  async #activation(
    { id, normalize }: Porch,
    message: InboundMessage,
  ): Promise<"mention" | "always" | undefined> {
    const { household, config } = this.#place;
    const { sessionKey } = conversationOf(id, message, "guest", config(), normalize);
    const activation = (await (await household.store()).get(sessionKey))?.fields.groupActivation;
    return activation === "mention" || activation === "always" ? activation : undefined;
  }

  #names(): readonly RegExp[] {
    const { messages, agents } = this.#place.config();
    const list = Array.isArray(agents?.list) ? agents.list : [];
    const names = list.flatMap((agent: unknown) => namesOf(agent));
    return mentionPatterns(messages?.groupChat?.mentionPatterns, [...names, ...DEFAULT_NAMES]);
  }

  /** What lists show of the conversation. Not worth losing a message over. */
  async #describe(
    { id }: Porch,
    message: InboundMessage,
    { agentId, sessionKey }: { agentId: string; sessionKey: string },
  ): Promise<void> {
    const { household, clock, log } = this.#place;
    try {
      const store = await household.store();
      const known = (await store.get(sessionKey))?.fields ?? {};
      const change = sessionFieldsOf(id, message, known);
      if (change !== undefined) await store.patch(sessionKey, agentId, change, clock.now());
    } catch (error) {
      log.warn({ sessionKey, reason: errorText(error) }, "what is known of a conversation could not be kept");
    }
  }

  /** Together with that the command is carried out, where it was one. */
  async #tell(parts: readonly OutboxPart[], command?: Inbound): Promise<void> {
    const { household, clock, delivers } = this.#place;
    const store = await household.store();
    if (command === undefined) await store.addOutbox(parts, clock.now());
    else await store.endCommand(command, parts, clock.now());
    if (parts.length > 0) delivers();
  }

  #wakeAt(sessionKey: string, atMs: number): void {
    const { clock, household, log } = this.#place;
    this.#timers.get(sessionKey)?.dispose();
    const timer = clock.after(Math.max(0, atMs - clock.now()), () => {
      this.#timers.delete(sessionKey);
      household.wake(sessionKey).catch((error: unknown) => {
        log.error({ sessionKey, err: error }, "what waits in a conversation could not be taken up");
      });
    });
    this.#timers.set(sessionKey, timer);
  }
}

/** The message as it is asked of a model, with what was said of this one turn. */
function afterCommands(message: Inbound, taken: CommandsTaken): Inbound {
  if (taken.kind === "answered") return { ...message, text: taken.follow ?? "" };
  const { think, model } = Object.fromEntries(taken.directives.map(({ name, args }) => [name, args]));
  const thinking = think === undefined ? undefined : storedWord("thinkingLevel", think);
  return { ...message, text: taken.text, options: { ...message.options, thinking, model } };
}

function renamed(message: Inbound): Inbound {
  const { idempotency, dedupe } = message;
  const key = `${idempotency.key}:rest`;
  return {
    ...message,
    idempotency: { ...idempotency, key },
    ...(dedupe === undefined ? {} : { dedupe: `${dedupe}:rest` }),
  };
}

function forkOf({ thread }: InboundMessage, sessionKey: string | undefined): Inbound["forkOf"] {
  if (thread?.parentId === undefined || sessionKey === undefined) return undefined;
  return { sessionKey, messageId: thread.parentId };
}

/** A line of ours for somebody in a chat. */
export function noticeTo(route: Route, text: string): OutboxPart {
  return { kind: "notice", route, payload: { text } };
}

/** By which the assistant is spoken to where nobody gave it another name. */
const DEFAULT_NAMES = ["clawdbot", "clawd"];

/** What an agent of the configuration is called there, its own name last. */
export function namesOf(agent: unknown): string[] {
  if (typeof agent !== "object" || agent === null) return [];
  const { name, identity } = agent as { name?: unknown; identity?: { name?: unknown } };
  return [name, identity?.name].filter((each) => typeof each === "string");
}

function textOf({ command, text }: InboundMessage): string {
  return command === undefined ? text : `/${command.name} ${command.args}`.trim();
}

/** What ends or begins something is not waited with. */
function isControlWord(text: string): boolean {
  return /^\s*(\/|(stop|esc|abort|wait|exit|interrupt)\s*$)/i.test(text);
}

/** What belongs to the message besides its text, for a model to be shown as what it is. */
function partsOf(message: InboundMessage, authority: Authority): Omit<MessageParts, "channel" | "text"> {
  const { sender, chat, replyTo, id } = message;
  const { name } = sender;
  const isDirect = chat.kind === "dm";
  return {
    atMs: message.atMs,
    sender: { id: sender.id, ...(name === undefined ? {} : { name }), authority },
    ...(isDirect ? {} : { chat: { id: chat.id, ...(chat.title === undefined ? {} : { name: chat.title }) } }),
    ...(id === undefined ? {} : { messageId: id }),
    ...(replyTo?.text === undefined ? {} : { quoted: quotedOf(replyTo, replyTo.text) }),
  };
}

function quotedOf({ id, sender }: NonNullable<InboundMessage["replyTo"]>, text: string) {
  return {
    ...(sender === undefined ? {} : { from: sender }),
    text: text.slice(0, QUOTE_CHARS),
    messageId: id,
  };
}
