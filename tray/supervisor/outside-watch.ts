/** Notices in files what was changed elsewhere: services that were installed or removed, the entry that starts the tray at login. */
import type { Clock } from "../../shared/clock.ts";
import type { Disposable } from "../../shared/lifecycle.ts";
import type { Autostart } from "../autostart.ts";
import type { TrayPlaces } from "../gateway-profiles.ts";
import type { TrayEvent } from "../model/events.ts";
import { SERVICE_LOOK_MS } from "../model/limits.ts";
import type { TrayModel } from "../model/tray-model.ts";
import { isInstalled } from "./service-launcher.ts";

export class OutsideWatch implements Disposable {
  readonly #places: TrayPlaces;
  readonly #autostart: Autostart;
  readonly #known: () => TrayModel;
  readonly #emit: (event: TrayEvent) => void;
  readonly #timer: Disposable;

  /** Tells what is different from what is `known`. */
  constructor(
    places: TrayPlaces,
    autostart: Autostart,
    { known, emit }: { known: () => TrayModel; emit: (event: TrayEvent) => void },
    clock: Clock,
  ) {
    this.#places = places;
    this.#autostart = autostart;
    this.#known = known;
    this.#emit = emit;
    this.#timer = clock.every(SERVICE_LOOK_MS, () => this.look());
  }

  /** Looks now instead of at the next interval. */
  look(): void {
    const { facts, intent } = this.#known();
    for (const mode of ["normal", "dev"] as const) {
      const installed = isInstalled(this.#places.gateway[mode]);
      if (installed !== facts.serviceInstalled[mode])
        this.#emit({ type: "service-installed", mode, installed });
    }
    const enabled = this.#autostart.isEnabled();
    if (enabled !== intent.launchAtLogin) this.#emit({ type: "launch-at-login-seen", enabled });
  }

  dispose(): void {
    this.#timer.dispose();
  }
}
