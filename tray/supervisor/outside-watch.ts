/** Notices in files what was changed elsewhere: services that were installed or removed, the entry that starts the tray at login. */
import type { Clock } from "../../shared/clock.ts";
import type { Disposable } from "../../shared/lifecycle.ts";
import type { Autostart } from "../autostart.ts";
import type { TrayPlaces } from "../gateway-places.ts";
import { SERVICE_LOOK_MS } from "../model/limits.ts";
import type { TrayEvent } from "../model/vocabulary.ts";
import { isInstalled } from "./service-launcher.ts";

export class OutsideWatch implements Disposable {
  readonly #places: TrayPlaces;
  readonly #autostart: Autostart;
  readonly #emit: (event: TrayEvent) => void;
  readonly #timer: Disposable;

  constructor(places: TrayPlaces, autostart: Autostart, emit: (event: TrayEvent) => void, clock: Clock) {
    this.#places = places;
    this.#autostart = autostart;
    this.#emit = emit;
    this.#timer = clock.every(SERVICE_LOOK_MS, () => this.look());
  }

  /** Looks now instead of at the next interval. What is known already changes nothing. */
  look(): void {
    for (const mode of ["normal", "dev"] as const) {
      const installed = isInstalled(this.#places.gateway[mode]);
      this.#emit({ type: "service-installed", mode, installed });
    }
    this.#emit({ type: "launch-at-login-seen", enabled: this.#autostart.isEnabled() });
  }

  dispose(): void {
    this.#timer.dispose();
  }
}
