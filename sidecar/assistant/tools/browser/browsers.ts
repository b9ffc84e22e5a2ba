/** The browsers of the agents: nothing of them is loaded before the first is used. */
import { loadPart } from "../../../../shared/node/part.ts";
import type { BrowserHost, HostPlace } from "./browser-host.ts";
import type { Outcome } from "./child/messages.ts";
import type { LaunchPlace } from "./settings.ts";

export type BrowsersPlace = LaunchPlace & Pick<HostPlace, "clock" | "log">;

/** What is to be done in a browser. */
export interface BrowserDeed {
  action: string;
  args: Readonly<Record<string, unknown>>;
  profile: string | undefined;
}

export class Browsers {
  #place: BrowsersPlace;
  #host: Promise<BrowserHost> | undefined;

  constructor(place: BrowsersPlace) {
    this.#place = place;
  }

  /** What came of it. Fails with a sentence. What only looks, or closes, starts no browser. */
  async perform({ action, args, profile }: BrowserDeed, signal: AbortSignal): Promise<Outcome> {
    const { launchFor, browserSettings, profileNames } = await loadPart(() => import("./settings.ts"));
    const config = this.#place.config();
    const { timeoutMs, allowHosts } = browserSettings(config);
    if (action === "profiles") {
      const [first, ...others] = profileNames(config);
      const text = [`${first} (used where none is named)`, ...others].join("\n");
      return { text, details: { profiles: profileNames(config), defaultProfile: first ?? null } };
    }
    const launch = launchFor(this.#place, profile);
    const host = await this.#host;
    if (AT_REST.includes(action) && host?.isRunning !== true) {
      const { profile: name, executablePath, isHeadless } = launch;
      return {
        text: "The browser is closed.",
        details: {
          running: false,
          profile: name,
          executablePath,
          headless: isHeadless,
          tabs: action === "tabs" ? [] : 0,
        },
      };
    }
    const order = { launch, action, args, timeoutMs, allowHosts };
    const outcome = await (host ?? (await this.#load())).perform(order, signal);
    if (action === "stop" && outcome.details.open === 0) await host?.stop();
    return outcome;
  }

  async stop(): Promise<void> {
    await (await this.#host?.catch(() => undefined))?.stop();
  }

  #load(): Promise<BrowserHost> {
    this.#host ??= (async () => {
      const [{ BrowserHost }, { browserSettings }] = await Promise.all([
        loadPart(() => import("./browser-host.ts")),
        loadPart(() => import("./settings.ts")),
      ]);
      const { clock, log, env, stateDir, config } = this.#place;
      return new BrowserHost({ clock, log, env, stateDir, idleMs: () => browserSettings(config()).idleMs });
    })();
    return this.#host;
  }
}

const AT_REST = ["status", "tabs", "stop"];
