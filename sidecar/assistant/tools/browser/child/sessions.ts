/** The browsers that are open, one for each profile. */
import { act } from "./actions.ts";
import { BrowserSession } from "./browser-session.ts";
import type { Launch, Order, Outcome } from "./messages.ts";

export class Sessions {
  #open = new Map<string, Promise<BrowserSession>>();
  #allowHosts: readonly string[] = [];

  async perform(order: Order): Promise<Outcome> {
    this.#allowHosts = order.allowHosts;
    const { launch, action } = order;
    if (action === "stop") return await this.#stop(launch.profile);
    return await act(await this.#session(launch), order);
  }

  async close(): Promise<void> {
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(open.map(async (each) => await (await each.catch(() => undefined))?.close()));
  }

  async #stop(profile: string): Promise<Outcome> {
    const session = await this.#open.get(profile)?.catch(() => undefined);
    this.#open.delete(profile);
    await session?.close();
    return { text: "The browser is closed.", details: { running: false, profile, open: this.#open.size } };
  }

  #session(launch: Launch): Promise<BrowserSession> {
    const { profile } = launch;
    const known = this.#open.get(profile);
    if (known !== undefined) return known;
    const opened = BrowserSession.open(launch, () => this.#allowHosts);
    this.#open.set(profile, opened);
    const forget = () => {
      if (this.#open.get(profile) === opened) this.#open.delete(profile);
    };
    opened.then((session) => session.onGone(forget), forget);
    return opened;
  }
}
