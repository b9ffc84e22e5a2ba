/** The backend where there can be no icon: it says why, once, and shows nothing. */
import type { TrayBackend, TrayEvents, TrayView } from "./tray-backend.ts";
import type { TrayLoss } from "./tray-loss.ts";

export class HeadlessBackend implements TrayBackend {
  readonly #loss: TrayLoss;

  constructor(loss: TrayLoss) {
    this.#loss = loss;
  }

  start(_view: TrayView, events: TrayEvents): void {
    events.lost(this.#loss);
  }

  update(): void {}

  async stop(): Promise<void> {}
}
