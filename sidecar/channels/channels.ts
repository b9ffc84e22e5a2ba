/** All channels of a gateway: their accounts as the configuration names them, the inbox they deliver to, and what they send and show. */
import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../../shared/clock.ts";
import { DEFAULTS } from "../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../shared/config/schema.ts";
import { errorText, quoted, RequestError } from "../../shared/errors.ts";
import type { Launcher, Remedy } from "../../shared/remedy.ts";
import { advice, english, joined, ours, spellCommand } from "../../shared/remedy.ts";
import { accountsIn, DEFAULT_ACCOUNT } from "../assistant/inbox/accounts.ts";
import { type ChatCommands, type Household, Inbox, noticeTo, type Taken } from "../assistant/inbox/inbox.ts";
import type { InboundMessage } from "../assistant/inbox/message.ts";
import { DEFAULT_POLICY, dmAllowFrom, readPolicy } from "../assistant/inbox/policy.ts";
import { chatTexts, chatTextsIn } from "../assistant/inbox/texts.ts";
import { keepFile } from "../assistant/media/answer-files.ts";
import { isWebAddress } from "../assistant/media/media-path.ts";
import { isSilenced } from "../assistant/sessions/send-policy.ts";
import type { Busy } from "../assistant/turns/run-announcer.ts";
import type { Speaker, TurnSurface } from "../assistant/turns/turn-surface.ts";
import { languageOf } from "../assistant/turns/words.ts";
import type { Logger } from "../base/log/logger.ts";
import type { OutboundFile, OutboxPart, OutboxRow } from "../base/store/outbox-records.ts";
import type { PairingRow } from "../base/store/pairing-records.ts";
import { placeOf, type Route } from "../base/store/route.ts";
import type { SessionFields, StartedTurn, TurnEnd } from "../base/store/session-store.ts";
import { Account, type AccountView } from "./account.ts";
import { type ChatRules, partsOfEnd, piecesOf } from "./answer-parts.ts";
import { blockSettingsOf } from "./block-settings.ts";
import { BlockStream } from "./block-stream.ts";
import type { ChannelDescriptor, ChannelKv } from "./channel.ts";
import { importPairings } from "./import-pairings.ts";
import { Delivery } from "./outbox.ts";
import { OwnerRoutes } from "./owner-routes.ts";
import { Preview } from "./preview.ts";
import type { ChannelRegistry } from "./registry.ts";
import { replyStyleOf, spacedPrefix, thoughtsShownTo } from "./reply-style.ts";
import { SaidByTool } from "./said-by-tool.ts";
import { type Delivered, SaidOnce } from "./said-once.ts";
import { shapeAnswer } from "./shaping.ts";
import { StatusLine } from "./status-line.ts";
import { gate, Supervisor } from "./supervisor.ts";
import { isAwaited, Typing, type TypingSettings } from "./typing.ts";
import { WaitingSigns } from "./waiting-signs.ts";

export interface ChannelsPlace {
  registry: ChannelRegistry;
  household: Household;
  config: () => GatewayConfig;
  clock: Clock;
  log: Logger;
  launcher: Launcher;
  /** Where another program kept whom it let in. */
  credentialsDir: string;
  /** Folders whose files an operator may send, the workspace first. */
  mediaFolders: () => readonly string[];
  /** What clients are told of accounts has changed. */
  changed: () => void;
  commands?: ChatCommands | undefined;
}

/** What an operator says to somebody. */
export interface OperatorMessage {
  /** The same name is the same message. */
  name: string;
  channel: string;
  account: string | undefined;
  /** A chat, as `chatIn` reads it. */
  to: string;
  text: string;
  /** Addresses, and files in the folders for them. */
  media: readonly string[];
}

/** Accounts that start at the same time: each loads a library. */
const STARTING_AT_ONCE = 2;
/** Parts of the last run that are looked at for chats in which something was being written. */
const MOST_FORMER = 100;

export class Channels implements TurnSurface {
  readonly inbox: Inbox;
  #place: ChannelsPlace;
  #accounts: Account[] = [];
  #typing: Typing;
  #owners: OwnerRoutes;
  #signs: WaitingSigns;
  #said: SaidOnce;
  #saidByTool = new SaidByTool();
  #previews = new Map<string, Preview>();
  #statusLines = new Map<string, StatusLine>();
  #blocks = new Map<string, BlockStream>();
  /** Who speaks in a turn. */
  #speakers = new Map<string, Speaker>();
  /** Turns of which nothing is to be seen. */
  #silenced = new Set<string>();
  /** Turns of which is seen what the model thinks. */
  #thinkingAloud = new Set<string>();
  /** How many messages the end of a turn made, and the blocks before it. */
  #parts = new Map<string, number>();
  #blockParts = new Map<string, number>();
  #starting = gate(STARTING_AT_ONCE);
  #problems = new Map<string, string>();
  #applying: Promise<void> = Promise.resolve();
  #isRunning = false;
  #hasTakenUp = false;

  constructor(place: ChannelsPlace) {
    this.#place = place;
    this.#typing = new Typing(
      place.clock,
      (route, isOn) => this.#showTyping(route, isOn),
      () => typingSettings(place.config()),
    );
    this.#owners = new OwnerRoutes(place.household, place.clock);
    this.#signs = new WaitingSigns({
      clock: place.clock,
      accountOf: (route) => this.#accountOf(route),
      before: async (sessionKey, key) => {
        const waiting = await (await place.household.store()).waiting(sessionKey);
        const index = waiting.findIndex((each) => each.key === key);
        return index === -1 ? undefined : index;
      },
      words: () => chatTexts(place.config()),
    });
    this.#said = new SaidOnce({
      store: () => place.household.store(),
      clock: place.clock,
      deliver: () => this.#deliver(),
    });
    this.inbox = new Inbox({ ...place, delivers: () => this.#deliver() });
  }

  /** Starts the accounts of the configuration as it is now: what it changed of one starts that one anew. */
  async start(): Promise<void> {
    this.#isRunning = true;
    const next = this.#applying.then(() => this.#follow());
    this.#applying = next.catch(() => {}); // Told to whoever asked for it.
    await next;
  }

  async stop(reason: string): Promise<void> {
    this.#isRunning = false;
    this.inbox.stop();
    this.#typing.stop();
    this.#signs.stop();
    for (const line of this.#statusLines.values()) line.dispose();
    for (const blocks of this.#blocks.values()) blocks.dispose();
    await Promise.all(this.#accounts.map((account) => account.stop(reason)));
  }

  /** Every account that the configuration names, in the order of the registry. */
  accounts(): AccountView[] {
    const { registry, config } = this.#place;
    return registry.flatMap((descriptor) =>
      Object.keys(accountsIn(config(), descriptor.id)).map(
        (id) => this.#account(descriptor.id, id)?.view() ?? this.#viewOfIdle(descriptor, id),
      ),
    );
  }

  get registry(): ChannelRegistry {
    return this.#place.registry;
  }

  /** Lets the sender of the code in. Fails with `PAIRING_CODE_INVALID`. */
  async approve(channel: string, code: string): Promise<PairingRow> {
    const texts = chatTexts(this.#place.config());
    const told = (row: PairingRow) => [noticeTo(routeTo(row), texts.approved)];
    const row = await this.inbox.pairing.approve({ channel, code }, "operator", told);
    this.#deliver();
    return row;
  }

  /** Sends a part again that did not arrive, or all of an answer that did not, by the id of its turn; how many parts those are. */
  async resend(id: string): Promise<number> {
    const { household, clock } = this.#place;
    const parts = await (await household.store()).resendOutbox(id, clock.now());
    if (parts > 0) this.#deliver();
    return parts;
  }

  /**
   * Sends what an operator says to a chat, once for each name, and waits a while for what becomes of it. Fails with `ACCOUNT_UNKNOWN` and
   * `ATTACHMENT_REFUSED`.
   */
  async say(message: OperatorMessage, signal: AbortSignal): Promise<{ route: Route; outcome: Delivered }> {
    const { channel, to } = message;
    const route = await this.routeTo(channel, to, message.account);
    return { route, outcome: await this.sayIn(route, message, signal) };
  }

  /** The same, to a chat that is known. Fails with `ATTACHMENT_REFUSED`. */
  async sayIn(
    route: Route,
    {
      name,
      text,
      media,
      ownTurn,
    }: Pick<OperatorMessage, "name" | "text" | "media"> & { ownTurn?: string | undefined },
    signal: AbortSignal,
  ): Promise<Delivered> {
    const rules = this.#rulesFor(route);
    const files = await Promise.all(media.map((path) => this.#fileToSend(path)));
    const pieces = rules === undefined ? [text] : piecesOf(text, rules);
    const parts = pieces.map(
      (piece, index): OutboxPart => ({
        kind: "notice",
        route,
        payload: { text: piece, ...(index === 0 && files.length > 0 ? { media: files } : {}) },
      }),
    );
    if (ownTurn === undefined || media.length > 0) return await this.#said.say(name, parts, signal);
    this.#saidByTool.add(ownTurn, text);
    const outcome = await this.#said.say(name, parts, signal);
    if (outcome.state === "failed") this.#saidByTool.drop(ownTurn, text);
    return outcome;
  }

  /** Kept as it is at this moment. Fails with `ATTACHMENT_REFUSED`. */
  async #fileToSend(path: string): Promise<OutboundFile> {
    if (isWebAddress(path)) return { url: path };
    const { household, mediaFolders } = this.#place;
    const store = household.media();
    const file = await keepFile(path, { folders: mediaFolders(), store });
    if (file === undefined)
      throw new RequestError("ATTACHMENT_REFUSED", advice`${quoted(path)} is no file that may be sent`);
    const { mediaId, mimeType, sizeBytes, name } = file;
    return { path: store.pathOf(mediaId), mimeType, sizeBytes, name };
  }

  /** Ends the account's stay at its platform; its id. Fails with `CHANNEL_UNKNOWN` where the channel has no such thing. */
  async logout(channel: string, named: string | undefined): Promise<string> {
    const id = this.#accountNamed(channel, named);
    const descriptor = this.#place.registry.find((each) => each.id === channel);
    const runtime = await descriptor?.load();
    if (runtime?.logout === undefined)
      throw new RequestError("CHANNEL_UNKNOWN", advice`channel ${channel} does not support logout`);
    await runtime.logout(accountsIn(this.#place.config(), channel)[id] ?? {});
    await this.#account(channel, id)?.stop("logged out");
    this.#place.changed();
    return id;
  }

  // What is seen of a turn

  began(turn: StartedTurn, fields: SessionFields): void {
    const account = this.#accountOf(turn.route);
    if (account === undefined) return;
    if (isSilenced(turn.sessionKey, fields, this.#place.config())) {
      this.#silenced.add(turn.id);
      return;
    }
    this.#typing.began(turn);
    this.#signs.began(turn);
    const isInBlocks = this.#beginBlocks(turn, account, fields);
    const showsText = !isInBlocks && (account.policy.streaming?.mode ?? "off") !== "off";
    const showsThoughts = thoughtsShownTo(turn, fields) === "stream";
    if (account.descriptor.abilities.edit !== true || !(showsText || showsThoughts || isAwaited(turn)))
      return;
    if (showsThoughts) this.#thinkingAloud.add(turn.id);
    const { household, clock } = this.#place;
    if (isAwaited(turn)) this.#statusLines.set(turn.id, this.#statusLineOf(turn));
    const preview = household.store().then(
      (store) =>
        new Preview(turn, {
          store,
          clock,
          connection: () => account.connection,
          rules: this.#rulesOf(account),
          showsText,
        }),
    );
    preview.then(
      (made) => this.#previews.set(turn.id, made),
      () => {}, // The answer comes without it.
    );
  }

  #beginBlocks(turn: StartedTurn, account: Account, fields: SessionFields): boolean {
    const { household, clock, config, log } = this.#place;
    const { descriptor, policy } = account;
    const { route, agentId, id } = turn;
    const settings = blockSettingsOf({ channel: descriptor.id, agentId, policy }, config());
    if (route === undefined || turn.origin !== "channel" || settings === undefined) return false;
    const blocks = new BlockStream(id, route, {
      store: () => household.store(),
      clock,
      random: Math.random,
      rules: this.#rulesOf(account),
      settings,
      showsThoughts: thoughtsShownTo(turn, fields) === "on",
      prefix: () => spacedPrefix(turn, fields, this.#speakers.get(id) ?? { provider: "", id: "" }, config()),
      preview: async () => {
        // What was said tells more than what is done.
        this.#statusLines.get(id)?.dispose();
        const preview = await this.#previews.get(id)?.end();
        this.#previews.delete(id);
        if (preview !== undefined) this.#forgetPreview(id);
        return preview;
      },
      kept: (count) => {
        this.#blockParts.set(id, (this.#blockParts.get(id) ?? 0) + count);
        this.#deliver();
      },
      failed: (error) => log.warn({ turn: id, reason: errorText(error) }, "a block could not be kept"),
    });
    this.#blocks.set(id, blocks);
    return true;
  }

  said(turn: StartedTurn, text: string, by: Speaker): void {
    if (turn.route === undefined || this.#silenced.has(turn.id)) return;
    this.#speakers.set(turn.id, by);
    this.#typing.said(turn);
    this.#previews.get(turn.id)?.said(text);
    this.#blocks.get(turn.id)?.said(text);
  }

  async paused({ id }: StartedTurn): Promise<void> {
    await this.#blocks.get(id)?.paused();
  }

  thought(turn: StartedTurn, text: string): void {
    this.#blocks.get(turn.id)?.thought(text);
    if (this.#thinkingAloud.has(turn.id)) this.#previews.get(turn.id)?.thought(text);
  }

  busy(turn: StartedTurn, what: Busy): void {
    if (what === "thinking" && !this.#silenced.has(turn.id)) this.#typing.thought(turn);
    // That is seen already.
    const isSeen = what === "thinking" && this.#thinkingAloud.has(turn.id);
    if (!isSeen) this.#statusLines.get(turn.id)?.does(what);
  }

  joined(keys: readonly string[]): void {
    this.#signs.joined(keys);
  }

  async noticed({ id, route }: StartedTurn, text: string): Promise<void> {
    if (route === undefined || this.#silenced.has(id)) return;
    // That says more than a line of what is done.
    this.#statusLines.get(id)?.dispose();
    const { household, clock } = this.#place;
    await (await household.store()).addOutbox([noticeTo(route, text)], clock.now());
    this.#deliver();
  }

  async partsOf(turn: StartedTurn, end: TurnEnd, fields: SessionFields): Promise<readonly OutboxPart[]> {
    const { route } = turn;
    this.#statusLines.get(turn.id)?.dispose();
    const rules = route && this.#rulesFor(route);
    if (route === undefined || rules === undefined) return [];
    const before = await this.#blocks.get(turn.id)?.end();
    const preview = await this.#previews.get(turn.id)?.end();
    const style = replyStyleOf(turn, fields, end.result, this.#place.config());
    const parts = partsOfEnd(turn, end, {
      rules,
      style,
      preview,
      before,
      said: this.#saidByTool.of(turn.id),
    });
    // What was stopped is not sent any more.
    const sentBefore = end.state === "aborted" ? 0 : (this.#blockParts.get(turn.id) ?? 0);
    this.#parts.set(turn.id, sentBefore + parts.length);
    const isUsed = parts.some((part) => part.preview !== undefined);
    if (preview !== undefined && !isUsed && parts.length === 0)
      this.#accountOf(route)
        ?.connection?.remove?.(route, preview)
        .catch(() => {}); // It may be gone already.
    return parts;
  }

  ended(turn: StartedTurn): void {
    if (turn.route === undefined) return;
    const parts = this.#parts.get(turn.id) ?? 0;
    this.#parts.delete(turn.id);
    this.#blockParts.delete(turn.id);
    this.#saidByTool.ended(turn.id);
    this.#speakers.delete(turn.id);
    this.#blocks.get(turn.id)?.dispose();
    this.#blocks.delete(turn.id);
    this.#silenced.delete(turn.id);
    this.#thinkingAloud.delete(turn.id);
    this.#statusLines.get(turn.id)?.dispose();
    this.#statusLines.delete(turn.id);
    this.#typing.ended(turn, parts);
    const preview = this.#previews.get(turn.id);
    this.#previews.delete(turn.id);
    if (preview?.isRemembered) this.#forgetPreview(turn.id);
    if (parts > 0) this.#deliver();
  }

  #statusLineOf(turn: StartedTurn): StatusLine {
    const texts = chatTextsIn(languageOf(turn, this.#place.config()));
    return new StatusLine(this.#place.clock, (what) =>
      this.#previews.get(turn.id)?.status(texts.working(what)),
    );
  }

  async ownerRoute(): Promise<Route | undefined> {
    return await this.#owners.last((route) => this.#accountOf(route) !== undefined);
  }

  async routeTo(channel: string, to: string, account?: string): Promise<Route> {
    return { channel, account: this.#accountNamed(channel, account), chat: chatIn(to) };
  }

  async alertParts(route: Route, text: string): Promise<readonly OutboxPart[]> {
    const rules = this.#rulesFor(route);
    if (rules === undefined) return [];
    const said = shapeAnswer(text, () => false).text;
    return piecesOf(said, rules).map((piece) => ({ kind: "short-lived", route, payload: { text: piece } }));
  }

  /** Whether the account's lists name the chat; `*` names nobody. */
  isListed(route: Route): boolean {
    const { registry, config } = this.#place;
    const { channel, account, chat } = route;
    const descriptor = registry.find(({ id }) => id === channel);
    const settings = accountsIn(config(), channel)[account];
    if (descriptor === undefined || settings === undefined) return false;
    const read = readPolicy(settings, channel);
    if ("problem" in read) return false;
    const spelled = (id: string) => descriptor.normalizeId(id) ?? id;
    const { groups = {} } = read.policy;
    const open = Object.keys(groups).filter((id) => groups[id]?.enabled !== false);
    const listed = chat.kind === "dm" ? dmAllowFrom(read.policy) : open;
    return listed.some((each) => each !== "*" && spelled(each) === spelled(chat.id));
  }

  written(): void {
    this.#deliver();
  }

  // Accounts

  async #follow(): Promise<void> {
    if (!this.#isRunning) return;
    const { registry, config } = this.#place;
    const wanted = registry.flatMap((descriptor) =>
      Object.entries(accountsIn(config(), descriptor.id)).map(([id, settings]) => ({
        descriptor,
        id,
        settings,
      })),
    );
    const isKept = (account: Account) =>
      wanted.some(
        ({ descriptor, id, settings }) =>
          descriptor.id === account.descriptor.id &&
          id === account.id &&
          isDeepStrictEqual(settings, account.settings),
      );
    const leaving = this.#accounts.filter((account) => !isKept(account));
    this.#accounts = this.#accounts.filter(isKept);
    await Promise.all(leaving.map((account) => account.stop("the configuration changed")));
    const joining = wanted.filter(({ descriptor, id }) => this.#account(descriptor.id, id) === undefined);
    if (joining.length > 0 && !this.#hasTakenUp) await this.#takeUp();
    for (const { descriptor, id, settings } of joining) await this.#join(descriptor, id, settings);
  }

  /** What the last run left. */
  async #takeUp(): Promise<void> {
    const { household, log, registry, credentialsDir, clock, config } = this.#place;
    const store = await household.store();
    const unknown = await store.recoverOutbox();
    if (unknown > 0) log.warn({ parts: unknown }, "parts were being sent when the last run ended");
    const cut = await store.endCutCommands(
      (route) => [noticeTo(route, chatTexts(config()).commandCut)],
      clock.now(),
    );
    if (cut > 0) log.warn({ commands: cut }, "commands were being carried out when the last run ended");
    await this.inbox.start();
    await importPairings({ registry, credentialsDir, store, clock, log });
    this.#hasTakenUp = true;
  }

  async #join(descriptor: ChannelDescriptor, id: string, settings: Record<string, unknown>): Promise<void> {
    const { household, clock, log } = this.#place;
    const path = `channels.${descriptor.id}`;
    const read = readPolicy(settings, path);
    this.#problems.delete(`${descriptor.id}|${id}`);
    if ("problem" in read) {
      this.#problems.set(`${descriptor.id}|${id}`, english(read.problem));
      log.error(
        { channel: descriptor.id, account: id, reason: english(read.problem) },
        "an account is not started",
      );
      return;
    }
    for (const warning of read.warnings) this.#warn(warning);
    if (!read.policy.enabled) return;
    const porch = {
      id: { channel: descriptor.id, account: id },
      policy: read.policy,
      normalize: descriptor.normalizeId,
    };
    const context = {
      account: id,
      settings,
      policy: read.policy,
      log,
      kv: this.#kvOf(`channel:${descriptor.id}:${id}`),
      inbound: async (message: InboundMessage) => {
        account.lastInboundAtMs = clock.now();
        const taken = await this.inbox.take(porch, message);
        if (taken.kind === "taken") this.#welcomed(account, message, taken);
      },
      event: (event: Parameters<Inbox["event"]>[1]) => this.inbox.event(porch, event),
    };
    let isFirst = true;
    const changed = () => {
      this.#place.changed();
      if (supervisor.connection === undefined) return;
      if (!isFirst) return delivery.kick();
      isFirst = false;
      void this.#endFormerTyping(account).finally(() => delivery.kick());
    };
    const supervisor = new Supervisor(
      { channel: descriptor.id, account: id, descriptor, context },
      { clock, log, starting: this.#starting, random: Math.random, changed },
    );
    const delivery = new Delivery(
      {
        channel: descriptor.id,
        account: id,
        descriptor,
        connection: () => supervisor.connection,
        onUnknown: () => read.policy.delivery?.onUnknown,
        limit: () => read.policy.textChunkLimit,
        settled: (row, wasSent) => this.#settled(account, row, wasSent),
      },
      {
        store: await household.store(),
        clock,
        log,
        random: Math.random,
        noticesOf: (row, reason) => this.#noticesOf(row, reason),
        written: () => this.#deliver(),
        repeatedMark: () => chatTexts(this.#place.config()).repeated,
      },
    );
    const account = new Account(
      { descriptor, id, policy: read.policy, settings, startedAtMs: clock.now() },
      { supervisor, delivery },
    );
    this.#accounts.push(account);
    supervisor.start();
  }

  /** Only now is anything shown to whoever wrote. */
  #welcomed(account: Account, message: InboundMessage, taken: Extract<Taken, { kind: "taken" }>): void {
    if (!taken.isFresh) return;
    const { connection, policy } = account;
    const { route, sessionKey, key } = taken;
    if (taken.isBehind) this.#signs.show({ route, sessionKey, key, atMs: this.#place.clock.now() });
    const ignore = () => {}; // A sign that does not appear is no failure of the message.
    if (policy.sendReadReceipts) connection?.markRead?.(taken.route).catch(ignore);
    const emoji = this.#ackFor(message, taken.isMentioned);
    if (emoji !== undefined && message.id !== undefined)
      connection?.react?.(taken.route, message.id, emoji).catch(ignore);
    if (taken.authority === "owner" && message.chat.kind === "dm") this.#owners.seen(taken.route);
  }

  #ackFor({ chat }: InboundMessage, isMentioned: boolean): string | undefined {
    const { messages } = this.#place.config();
    const emoji = messages?.ackReaction ?? "👀";
    const scope = messages?.ackReactionScope ?? DEFAULTS["messages.ackReactionScope"];
    if (emoji === "" || scope === "off") return undefined;
    const isDirect = chat.kind === "dm";
    const isMeant =
      scope === "all" ||
      (scope === "direct" && isDirect) ||
      (scope === "group-all" && !isDirect) ||
      (scope === "group-mentions" && !isDirect && isMentioned);
    return isMeant ? emoji : undefined;
  }

  #settled(account: Account, row: OutboxRow, wasSent: boolean): void {
    const { clock, config } = this.#place;
    if (wasSent) account.lastOutboundAtMs = clock.now();
    this.#said.settled();
    // What an account began that was started anew meanwhile, the new one waits for.
    if (!this.#accounts.includes(account)) this.#deliver();
    if (row.turnId === undefined) return;
    this.#typing.settled(row.route, row.turnId, wasSent);
    const { messageId } = row.route;
    const removes = config().messages?.removeAckAfterReply ?? DEFAULTS["messages.removeAckAfterReply"];
    if (!wasSent || !removes || messageId === undefined) return;
    const emoji = config().messages?.ackReaction ?? "👀";
    if (emoji !== "") account.connection?.react?.(row.route, messageId, emoji, true).catch(() => {}); // As it came.
  }

  async #noticesOf(row: OutboxRow, reason: string): Promise<readonly OutboxPart[]> {
    const { config, launcher } = this.#place;
    const to = await this.#owners.besides(row.route, (route) => this.#accountOf(route) !== undefined);
    if (to === undefined) return [];
    const where = `${row.route.channel} (${row.route.chat.id})`;
    const command = spellCommand(ours`outbox resend ${row.turnId ?? row.id}`, launcher);
    return [noticeTo(to, chatTexts(config()).notDelivered(where, reason, command))];
  }

  #deliver(): void {
    for (const { delivery } of this.#accounts) delivery.kick();
  }

  #showTyping(route: Route, isOn: boolean): void {
    const typing = this.#accountOf(route)?.connection?.typing;
    const connection = this.#accountOf(route)?.connection;
    typing?.call(connection, route, isOn).catch(() => {}); // Nobody misses it.
  }

  /** A process that was killed ended no sign that it showed. */
  async #endFormerTyping(account: Account): Promise<void> {
    const { household } = this.#place;
    try {
      const store = await household.store();
      const open = await store.openOutbox(account.descriptor.id, account.id, MOST_FORMER);
      const left = open
        .filter(({ createdAtMs }) => createdAtMs < account.startedAtMs)
        .map(({ route }) => route);
      const places = new Map(left.map((route) => [placeOf(route), route]));
      for (const [place, route] of places) if (!this.#typing.isShown(place)) this.#showTyping(route, false);
    } catch {
      // The sign ends by itself after a while.
    }
  }

  #forgetPreview(turnId: string): void {
    const { household, clock, log } = this.#place;
    household
      .store()
      .then((store) => store.remember("preview", turnId, undefined, clock.now()))
      .catch((error: unknown) => log.warn({ reason: errorText(error) }, "a preview could not be forgotten"));
  }

  #rulesOf({ descriptor, policy }: Pick<Account, "descriptor" | "policy">): ChatRules {
    const { config, household } = this.#place;
    const pathOf = (mediaId: string) => household.media().pathOf(mediaId);
    return { descriptor, policy, config: config(), pathOf };
  }

  /** Also of an account that is not started yet, or not any more: what it has to say is kept until it is. */
  #rulesFor(route: Route): ChatRules | undefined {
    const account = this.#accountOf(route);
    if (account !== undefined) return this.#rulesOf(account);
    const descriptor = this.#place.registry.find(({ id }) => id === route.channel);
    if (descriptor === undefined) return undefined;
    const read = readPolicy(
      accountsIn(this.#place.config(), route.channel)[route.account] ?? {},
      route.channel,
    );
    const policy = "policy" in read ? read.policy : DEFAULT_POLICY;
    return this.#rulesOf({ descriptor, policy });
  }

  #accountOf(route: Route | undefined): Account | undefined {
    return route && this.#accounts.find((account) => account.isFor(route));
  }

  #account(channel: string, id: string): Account | undefined {
    return this.#accounts.find((account) => account.descriptor.id === channel && account.id === id);
  }

  /** The account that is meant: the named one, else the default one, else the first. Fails with `ACCOUNT_UNKNOWN`. */
  #accountNamed(channel: string, named: string | undefined): string {
    const ids = Object.keys(accountsIn(this.#place.config(), channel));
    const id = named ?? (ids.includes(DEFAULT_ACCOUNT) ? DEFAULT_ACCOUNT : ids[0]);
    if (id !== undefined && ids.includes(id)) return id;
    const known = joined(ids.map(quoted), ", ");
    throw new RequestError(
      "ACCOUNT_UNKNOWN",
      id === undefined || ids.length === 0
        ? advice`the configuration has no account of ${channel}`
        : advice`${channel} has no account ${quoted(id)}; it has ${known}`,
    );
  }

  #kvOf(scope: string): ChannelKv {
    const { household, clock } = this.#place;
    return {
      get: async (key) => await (await household.store()).remembered(scope, key),
      set: async (key, value) => await (await household.store()).remember(scope, key, value, clock.now()),
    };
  }

  #warn(warning: Remedy): void {
    this.#place.log.warn({ reason: english(warning) }, "the configuration of a channel");
  }

  #viewOfIdle(descriptor: ChannelDescriptor, id: string): AccountView {
    const problem = this.#problems.get(`${descriptor.id}|${id}`);
    const status =
      problem === undefined
        ? ({ state: "off" } as const)
        : ({ state: "unconfigured", missing: problem } as const);
    return {
      channel: descriptor.id,
      account: id,
      label: descriptor.label,
      name: undefined,
      isEnabled: problem !== undefined,
      status,
      self: undefined,
      attempts: 0,
      lastError: problem,
      lastInboundAtMs: undefined,
      lastOutboundAtMs: undefined,
      startedAtMs: undefined,
      dmPolicy: undefined,
    };
  }
}

function typingSettings({ session, agents }: GatewayConfig): TypingSettings {
  const seconds =
    session?.typingIntervalSeconds ??
    agents?.defaults?.typingIntervalSeconds ??
    DEFAULTS["agents.defaults.typingIntervalSeconds"];
  return { mode: session?.typingMode ?? agents?.defaults?.typingMode, refreshMs: seconds * 1_000 };
}

/** `group:<id>` and `channel:<id>` are chats of several people, whatever else is one of a single person. */
function chatIn(to: string): Route["chat"] {
  const [, kind, id] = /^(group|channel|dm):(.+)$/s.exec(to.trim()) ?? [];
  if (kind === "group" || kind === "channel") return { kind, id: (id ?? "").trim() };
  return { kind: "dm", id: (id ?? to).trim() };
}

function routeTo({ channel, account, chat }: PairingRow): Route {
  return { channel, account, chat: { kind: "dm", id: chat } };
}
