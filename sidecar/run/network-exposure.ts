/** What makes the gateway known beyond its own addresses: Tailscale Serve or Funnel, and the announcement on the local network. */
import { sleep, systemClock } from "../../shared/clock.ts";
import type { Disposable } from "../../shared/lifecycle.ts";
import { loadPart } from "../../shared/node/part.ts";
import type { GatewaySettings } from "../base/config/settings.ts";
import type { TailscaleIdentity } from "../gateway/auth/tailscale-identity.ts";
import type { Address } from "../gateway/http/server.ts";
import type { TailscaleExposure } from "../host/net/tailscale.ts";
import type { RunContext } from "./run-context.ts";

/** The first lines wait this long for Tailscale; it goes on behind them. */
const FIRST_EXPOSURE_MS = 2_000;
/** How long taking the exposure back may take. */
const WITHDRAW_MS = 3_000;

export class NetworkExposure {
  #context: RunContext;
  #exposure: { wish: string; exposure: TailscaleExposure } | undefined;
  #announcement: Disposable | undefined;
  #announced = "";

  constructor(context: RunContext) {
    this.#context = context;
  }

  /**
   * Brings both in line with the settings; `identity` judges who comes through Tailscale. What Tailscale or the network refuse is a
   * warning; it fails when a part of the program is not there, with the exposure as it was.
   */
  async apply(
    settings: GatewaySettings,
    addresses: readonly Address[],
    identity: TailscaleIdentity,
  ): Promise<void> {
    await Promise.all([this.#expose(settings, identity), this.#announce(settings, addresses)]);
  }

  /** Ends both; the exposure stays with Tailscale unless it is to be reset on exit. False when that was given up at the deadline. */
  async stop(deadlineMs: number): Promise<boolean> {
    this.#announcement?.dispose();
    this.#announcement = undefined;
    const isDone = (await this.#exposure?.exposure.stop(deadlineMs)) ?? true;
    this.#exposure = undefined;
    return isDone;
  }

  async #expose(settings: GatewaySettings, identity: TailscaleIdentity): Promise<void> {
    const { tailscale, port, allowTailscale } = settings;
    const wish = JSON.stringify([tailscale, port]);
    if (this.#exposure?.wish !== wish) {
      const exposure = await this.#exposureFor({ ...tailscale, port });
      identity.accept(undefined);
      await this.#exposure?.exposure.withdraw(WITHDRAW_MS);
      this.#exposure = undefined;
      if (exposure === undefined) return;
      this.#exposure = { wish, exposure };
      await Promise.race([exposure.start(), sleep(systemClock, FIRST_EXPOSURE_MS)]);
    }
    identity.accept(allowTailscale ? this.#exposure?.exposure : undefined);
  }

  /** Nothing is exposed yet. */
  async #exposureFor({
    mode,
    port,
    resetOnExit,
  }: GatewaySettings["tailscale"] & { port: number }): Promise<TailscaleExposure | undefined> {
    if (mode === "off") return undefined;
    const [{ TailscaleExposure }, { TailscaleCli }] = await loadPart(() =>
      Promise.all([import("../host/net/tailscale.ts"), import("../host/net/tailscale/tailscale-cli.ts")]),
    );
    const cli = new TailscaleCli({ env: this.#context.env, platform: process.platform });
    return new TailscaleExposure({ mode, port, resetOnExit }, cli, this.#context, systemClock);
  }

  async #announce({ config, port }: GatewaySettings, addresses: readonly Address[]): Promise<void> {
    const { reachableAddresses } = await loadPart(() => import("../host/net/bind.ts"));
    const beyond = addresses
      .flatMap(({ host }) => reachableAddresses(host))
      .filter((host) => !host.startsWith("127.") && !host.includes(":"));
    const key = JSON.stringify([port, beyond, config.discovery]);
    if (key === this.#announced) return;
    const module = beyond.length === 0 ? undefined : await loadPart(() => import("../host/net/advertise.ts"));
    this.#announcement?.dispose();
    this.#announcement = undefined;
    this.#announced = key;
    const { env, warn } = this.#context;
    this.#announcement = await module?.advertise({ port, addresses: beyond, config, env, warn });
  }
}
