/**
 * What shows somebody in a chat that a message waits behind another one: a reaction where the channel has them, else, after a while, a
 * line with its place. It goes when the message is taken up.
 */
import type { Clock } from "../../shared/clock.ts";
import type { Disposable } from "../../shared/lifecycle.ts";
import { placeOf, type Route } from "../base/store/route.ts";
import type { StartedTurn } from "../base/store/session-store.ts";
import type { Account } from "./account.ts";
import type { ChannelConnection } from "./channel.ts";

export interface WaitingMessage {
  route: Route;
  sessionKey: string;
  /** The run id that it came with. */
  key: string;
  atMs: number;
}

export interface WaitingPlace {
  clock: Clock;
  accountOf(route: Route): Pick<Account, "connection" | "descriptor" | "startedAtMs"> | undefined;
  /** How many messages of the session come before it; undefined where it waits no more. */
  before(sessionKey: string, key: string): Promise<number | undefined>;
  words(): { waits(before: number): string; goesOn: string };
}

const REACTION = "⏳";
/** Before a line is worth it where there are no reactions, in ms. */
const PATIENCE_MS = 10_000;

interface Sign extends WaitingMessage {
  timer?: Disposable;
  /** Of the line, as soon as it is known. */
  line?: Promise<string | undefined>;
}

export class WaitingSigns {
  #place: WaitingPlace;
  #signs = new Map<string, Sign>();

  constructor(place: WaitingPlace) {
    this.#place = place;
  }

  show(message: WaitingMessage): void {
    const { route, key } = message;
    const account = this.#place.accountOf(route);
    if (account === undefined) return;
    const sign: Sign = { ...message };
    this.#signs.set(key, sign);
    if (account.descriptor.abilities.react === true && route.messageId !== undefined)
      react(account.connection, route, { isOn: true });
    else
      sign.timer = this.#place.clock.after(PATIENCE_MS, () => {
        sign.line = this.#say(sign).catch(() => undefined); // The answer comes all the same.
      });
  }

  /** Its messages are taken up, and what waited in the chat before them waits no more either. */
  began({ route, inputs }: StartedTurn): void {
    if (route === undefined) return;
    this.joined(inputs.map(({ key }) => key));
    const newest = Math.max(...inputs.map(({ receivedAtMs }) => receivedAtMs));
    const place = placeOf(route);
    const passed = [...this.#signs.values()].filter(
      (sign) => placeOf(sign.route) === place && sign.atMs < newest,
    );
    this.joined(passed.map(({ key }) => key));
    this.#endFormer(route, inputs);
  }

  /** They are part of a turn now. */
  joined(keys: readonly string[]): void {
    for (const key of keys) {
      const sign = this.#signs.get(key);
      if (sign === undefined) continue;
      this.#signs.delete(key);
      this.#end(sign);
    }
  }

  stop(): void {
    for (const { timer } of this.#signs.values()) timer?.dispose();
  }

  async #say({ route, sessionKey, key }: Sign): Promise<string | undefined> {
    const { before, words, accountOf } = this.#place;
    const count = await before(sessionKey, key);
    if (count === undefined || !this.#signs.has(key)) return undefined;
    const message = { text: words().waits(count), format: "plain" as const, key: `${key}:waits` };
    return (await accountOf(route)?.connection?.send(route, message))?.id;
  }

  #end({ route, timer, line }: Sign): void {
    timer?.dispose();
    if (timer === undefined) react(this.#place.accountOf(route)?.connection, route, { isOn: false });
    else this.#takeBack(route, line).catch(() => {}); // It stays, and was true.
  }

  async #takeBack(route: Route, line: Sign["line"]): Promise<void> {
    const { accountOf, words } = this.#place;
    const id = await line;
    const connection = accountOf(route)?.connection;
    if (id === undefined || connection === undefined) return;
    const message = { text: words().goesOn, format: "plain" as const, key: `${id}:goes-on` };
    if (connection.remove !== undefined) await connection.remove(route, id);
    else await connection.edit?.(route, id, message);
  }

  /** A process that was killed took none of its signs away. */
  #endFormer(route: Route, inputs: StartedTurn["inputs"]): void {
    const account = this.#place.accountOf(route);
    if (account === undefined || account.descriptor.abilities.react !== true) return;
    for (const { receivedAtMs, parts } of inputs)
      if (receivedAtMs < account.startedAtMs && typeof parts.messageId === "string")
        react(account.connection, { ...route, messageId: parts.messageId }, { isOn: false });
  }
}

function react(connection: ChannelConnection | undefined, route: Route, { isOn }: { isOn: boolean }): void {
  if (route.messageId === undefined) return;
  connection?.react?.(route, route.messageId, REACTION, !isOn).catch(() => {}); // It says nothing that the answer does not.
}
