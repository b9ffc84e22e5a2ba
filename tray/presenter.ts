/** Carries the model to everywhere it is seen: icon and menu, notifications, and the file that `--status` reads. */
import { rmSync } from "node:fs";
import type { Clock } from "../shared/clock.ts";
import type { Disposable } from "../shared/lifecycle.ts";
import type { TrayBackend } from "./backends/tray-backend.ts";
import type { Tell, Texts } from "./model/texts/index.ts";
import type { TrayModel } from "./model/tray-model.ts";
import { type DerivedView, deriveView } from "./model/view.ts";
import type { Announcer } from "./notifier/announcer.ts";
import { writeStatus } from "./status-file.ts";

export interface PresenterParts {
  readonly backend: TrayBackend;
  readonly announcer: Announcer;
  readonly texts: Texts;
  readonly statusFile: string;
  /** Says that the status file cannot be written. */
  readonly warn: (tell: Tell) => void;
}

export class Presenter {
  readonly #parts: PresenterParts;
  readonly #clock: Clock;
  #model: TrayModel;
  #shown = "";
  #refresh: Disposable | undefined;

  constructor(model: TrayModel, parts: PresenterParts, clock: Clock) {
    this.#model = model;
    this.#parts = parts;
    this.#clock = clock;
  }

  /** What is to be seen now. */
  view(): DerivedView {
    return deriveView(this.#model, this.#parts.texts, this.#clock.now());
  }

  /** Shows another model. */
  show(model: TrayModel): void {
    this.#model = model;
    const view = this.view();
    this.#schedule(view.refreshMs, this.#parts.announcer.consider(view.notices, model));
    const seen = JSON.stringify(view);
    if (seen === this.#shown) return;
    this.#shown = seen;
    this.#parts.backend.update(view);
    writeStatus(this.#parts.statusFile, view, this.#parts.warn);
  }

  /** Writes the status file again, which somebody took away. */
  writeAgain(): void {
    writeStatus(this.#parts.statusFile, this.view(), this.#parts.warn);
  }

  /** Stops showing anything and takes the status file away. */
  dispose(): void {
    this.#refresh?.dispose();
    rmSync(this.#parts.statusFile, { force: true });
  }

  /** Some texts change by time alone, and some notices wait. */
  #schedule(...delaysMs: (number | null)[]): void {
    this.#refresh?.dispose();
    const delayMs = Math.min(...delaysMs.map((delay) => delay ?? Number.POSITIVE_INFINITY));
    if (delayMs === Number.POSITIVE_INFINITY) return;
    this.#refresh = this.#clock.after(delayMs, () => this.show(this.#model));
  }
}
