/** Where owners were heard last, so that they can be told what goes wrong elsewhere. */
import type { Clock } from "../../shared/clock.ts";
import type { Household } from "../assistant/inbox/inbox.ts";
import { placeOf, type Route } from "../base/store/route.ts";

const SCOPE = "owner-routes";
const KEY = "seen";
const MOST = 10;

export class OwnerRoutes {
  #household: Household;
  #clock: Clock;
  #known: Route[] | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(household: Household, clock: Clock) {
    this.#household = household;
    this.#clock = clock;
  }

  /** An owner wrote here. */
  seen({ channel, account, chat }: Route): void {
    const route: Route = { channel, account, chat };
    this.#writing = this.#writing.then(() => this.#keep(route)).catch(() => {}); // The next message says it again.
  }

  /** A chat of an owner that can be reached, on another channel than the given one where there is one; never the same chat. */
  async besides(failed: Route, canReach: (route: Route) => boolean): Promise<Route | undefined> {
    const routes = (await this.#read()).filter(
      (route) => canReach(route) && placeOf(route) !== placeOf(failed),
    );
    return routes.find(({ channel }) => channel !== failed.channel) ?? routes[0];
  }

  /** Where an owner was heard last, among what can be reached. */
  async last(canReach: (route: Route) => boolean): Promise<Route | undefined> {
    return (await this.#read()).find(canReach);
  }

  async #keep(route: Route): Promise<void> {
    const known = await this.#read();
    const [first] = known;
    if (first !== undefined && placeOf(first) === placeOf(route)) return;
    this.#known = [route, ...known.filter((each) => placeOf(each) !== placeOf(route))].slice(0, MOST);
    const store = await this.#household.store();
    await store.remember(SCOPE, KEY, JSON.stringify(this.#known), this.#clock.now());
  }

  async #read(): Promise<Route[]> {
    if (this.#known === undefined) {
      const kept = await (await this.#household.store()).remembered(SCOPE, KEY);
      this.#known = kept === undefined ? [] : (JSON.parse(kept) as Route[]);
    }
    return this.#known;
  }
}
