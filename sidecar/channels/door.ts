/** The way to the channels: nothing of them is loaded while the configuration names no account of one. */
import { quoted, RequestError } from "../../shared/errors.ts";
import { loadPart } from "../../shared/node/part.ts";
import { advice } from "../../shared/remedy.ts";
import { accountsIn } from "../assistant/inbox/accounts.ts";
import type { ChatMessage, ChatOutcome, MessagePort } from "../assistant/tools/message/message-port.ts";
import type { Busy } from "../assistant/turns/run-announcer.ts";
import type { Speaker, TurnSurface } from "../assistant/turns/turn-surface.ts";
import type { OutboxPart } from "../base/store/outbox-records.ts";
import type { Route } from "../base/store/route.ts";
import type { SessionFields, StartedTurn, TurnEnd } from "../base/store/session-store.ts";
import type { AccountView } from "./account.ts";
import type { Channels, ChannelsPlace } from "./channels.ts";
import type { ChannelRegistry } from "./registry.ts";

export class ChannelDoor implements TurnSurface, MessagePort {
  #place: ChannelsPlace;
  #inside: Channels | undefined;
  #opening: Promise<Channels> | undefined;
  #isRunning = false;

  constructor(place: ChannelsPlace) {
    this.#place = place;
  }

  get registry(): ChannelRegistry {
    return this.#place.registry;
  }

  /** Everything behind it, loaded now if it was not. */
  open(): Promise<Channels> {
    this.#opening ??= loadPart(() => import("./channels.ts")).then(
      ({ Channels }) => {
        this.#inside = new Channels(this.#place);
        return this.#inside;
      },
      (error: unknown) => {
        // What cannot be loaded now may be there again after an upgrade.
        this.#opening = undefined;
        throw error;
      },
    );
    return this.#opening;
  }

  /** Accounts as they are now; none before the first was started. */
  accounts(): AccountView[] {
    return this.#inside?.accounts() ?? [];
  }

  async start(): Promise<void> {
    this.#isRunning = true;
    await this.apply();
  }

  /** Follows the configuration. */
  async apply(): Promise<void> {
    if (!this.#isRunning || (this.#opening === undefined && !this.hasAccounts())) return;
    const inside = await this.open();
    if (this.#isRunning) await inside.start();
  }

  async stop(reason: string): Promise<void> {
    this.#isRunning = false;
    await (await this.#opening)?.stop(reason);
  }

  began(turn: StartedTurn, fields: SessionFields): void {
    this.#inside?.began(turn, fields);
  }

  said(turn: StartedTurn, text: string, by: Speaker): void {
    this.#inside?.said(turn, text, by);
  }

  async paused(turn: StartedTurn): Promise<void> {
    await this.#inside?.paused(turn);
  }

  thought(turn: StartedTurn, text: string): void {
    this.#inside?.thought(turn, text);
  }

  busy(turn: StartedTurn, what: Busy): void {
    this.#inside?.busy(turn, what);
  }

  joined(keys: readonly string[]): void {
    this.#inside?.joined(keys);
  }

  async noticed(turn: StartedTurn, text: string): Promise<void> {
    if (turn.route !== undefined) await (await this.open()).noticed(turn, text);
  }

  async partsOf(turn: StartedTurn, end: TurnEnd, fields: SessionFields): Promise<readonly OutboxPart[]> {
    return turn.route === undefined ? [] : await (await this.open()).partsOf(turn, end, fields);
  }

  ended(turn: StartedTurn): void {
    this.#inside?.ended(turn);
  }

  async ownerRoute(): Promise<Route | undefined> {
    return this.hasAccounts() ? await (await this.open()).ownerRoute() : undefined;
  }

  async routeTo(channel: string, to: string, account?: string): Promise<Route> {
    if (!this.registry.some(({ id }) => id === channel))
      throw new RequestError("CHANNEL_UNKNOWN", advice`there is no channel ${quoted(channel)}`);
    return await (await this.open()).routeTo(channel, to, account);
  }

  async alertParts(route: Route, text: string): Promise<readonly OutboxPart[]> {
    return await (await this.open()).alertParts(route, text);
  }

  async isListed(route: Route): Promise<boolean> {
    return (await this.open()).isListed(route);
  }

  async sayIn(route: Route, message: ChatMessage, signal: AbortSignal): Promise<ChatOutcome> {
    return await (await this.open()).sayIn(route, message, signal);
  }

  written(): void {
    this.#inside?.written();
  }

  hasAccounts(): boolean {
    const { registry, config } = this.#place;
    return registry.some(({ id }) => Object.keys(accountsIn(config(), id)).length > 0);
  }
}
