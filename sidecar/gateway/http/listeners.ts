/** The addresses a gateway listens on, and how they change while it runs: never wider than planned, never without the old one. */

import { setTimeout as delay } from "node:timers/promises";
import { hostPort } from "../../../shared/address.ts";
import { errorText, SetupError, systemCode } from "../../../shared/errors.ts";
import { isListening } from "../../../shared/node/is-listening.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";
import { type BindPlan, WILDCARDS } from "../../host/net/bind.ts";
import { type Address, bindError, type HttpServer } from "./server.ts";

/** While nobody listens, a port may still be cooling down: try this often, this far apart. */
const BIND_RETRIES = { count: 10, everyMs: 200 } as const;
/** The machine lacks the family or the address: no alias, and no reason to speak of it. */
const ABSENT = ["EADDRNOTAVAIL", "EAFNOSUPPORT"];

export class Listeners {
  #http: HttpServer;
  #warn: (message: Remedy) => void;
  #bound: Address[] = [];

  constructor(http: HttpServer, warn: (message: Remedy) => void) {
    this.#http = http;
    this.#warn = warn;
  }

  /** What is bound, the primary first. */
  get addresses(): readonly Address[] {
    return this.#bound;
  }

  /** Binds the primary, or fails with `PORT_IN_USE` or `ADDRESS_UNAVAILABLE`; then the aliases, which may fail with a warning. */
  async open(plan: BindPlan, port: number): Promise<void> {
    const primary = await this.#bind(plan.primary, port);
    this.#bound = [primary];
    for (const host of plan.aliases) await this.#bindAlias(host, primary);
  }

  /** Adds one address, if it can be had. Returns whether it was. */
  async add(host: string): Promise<boolean> {
    const [primary] = this.#bound;
    if (primary === undefined || this.#bound.some((address) => address.host === host)) return false;
    return await this.#bindAlias(host, primary);
  }

  /**
   * Moves to another plan or port. What both have stays; the rest is opened before the old one closes, except that on the same
   * port a wildcard cannot stand beside its addresses: then the old one closes first. Fails like `open`, with the old state standing.
   */
  async move(plan: BindPlan, port: number): Promise<void> {
    const old = [...this.#bound];
    const hosts = [plan.primary, ...plan.aliases];
    const kept = old.filter((address) => address.port === port && hosts.includes(address.host));
    const leaving = old.filter((address) => !kept.includes(address));
    const overlaps = [...hosts, ...leaving.map(({ host }) => host)].some(isWildcard);
    const closesFirst = overlaps && leaving.some((address) => address.port === port);
    if (closesFirst) for (const address of leaving) this.#http.unlisten(address);
    try {
      this.#bound = kept;
      const primary =
        kept.find(({ host }) => host === plan.primary) ?? (await this.#bind(plan.primary, port));
      this.#bound = [primary, ...kept.filter((address) => address !== primary)];
      for (const host of plan.aliases) await this.add(host);
    } catch (error) {
      this.#bound = old;
      if (closesFirst) await this.#reopen(leaving);
      throw error;
    }
    if (!closesFirst) for (const address of leaving) this.#http.unlisten(address);
  }

  /**
   * Goes back to these addresses, whatever is bound by now. Fails with `ADDRESS_UNAVAILABLE`, naming them, when some cannot be had
   * again; the others are served.
   */
  async restore(addresses: readonly Address[]): Promise<void> {
    const isWanted = (address: Address) => addresses.some((each) => isSame(each, address));
    for (const address of this.#bound.filter((each) => !isWanted(each))) this.#http.unlisten(address);
    const kept = this.#bound.filter(isWanted);
    const lost: string[] = [];
    this.#bound = [];
    for (const address of addresses) {
      const isOpen = kept.some((each) => isSame(each, address)) || (await this.#isReopened(address, lost));
      if (isOpen) this.#bound.push(address);
    }
    if (lost.length === 0) return;
    throw new SetupError(
      "ADDRESS_UNAVAILABLE",
      advice`closed and not to be opened again: ${lost.join(", ")}`,
    );
  }

  async #isReopened({ host, port }: Address, lost: string[]): Promise<boolean> {
    try {
      await this.#http.listen(host, port);
      return true;
    } catch (error) {
      lost.push(`${hostPort(host, port)} (${systemCode(error) ?? errorText(error)})`);
      return false;
    }
  }

  async #reopen(addresses: readonly Address[]): Promise<void> {
    for (const address of addresses) {
      try {
        await this.#http.listen(address.host, address.port);
      } catch (error) {
        this.#bound = this.#bound.filter((bound) => bound !== address);
        this.#warn(
          advice`${hostPort(address.host, address.port)} was closed and cannot be opened again (${errorText(error)})`,
        );
      }
    }
  }

  async #bindAlias(host: string, primary: Address): Promise<boolean> {
    try {
      this.#bound.push(await this.#http.listen(host, primary.port));
      return true;
    } catch (error) {
      const code = systemCode(error) ?? advice`unknown reason`;
      const where = hostPort(host, primary.port);
      if (typeof code !== "string" || !ABSENT.includes(code)) {
        this.#warn(advice`${where} cannot be bound (${code}); ${primary.host} serves without it`);
      }
      return false;
    }
  }

  async #bind(host: string, port: number): Promise<Address> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#http.listen(host, port);
      } catch (error) {
        const coolingDown = systemCode(error) === "EADDRINUSE" && !(await isListening(host, port));
        if (!coolingDown || attempt >= BIND_RETRIES.count) throw bindError(host, port, error);
        await delay(BIND_RETRIES.everyMs);
      }
    }
  }
}

function isSame(a: Address, b: Address): boolean {
  return a.host === b.host && a.port === b.port;
}

function isWildcard(host: string): boolean {
  return WILDCARDS.some((wildcard) => wildcard === host);
}
