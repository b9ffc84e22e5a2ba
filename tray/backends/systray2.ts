/**
 * The tray icon through the helper program of systray2. Keeps the icon there: starts the helper when the desktop has
 * a place for it, starts it again when it dies, and shows the newest view each time.
 */
import { isDeepStrictEqual } from "node:util";
import { type BackoffPolicy, backoffDelay } from "../../shared/client/backoff.ts";
import { type Clock, systemClock } from "../../shared/clock.ts";
import { errorText } from "../../shared/errors.ts";
import type { Disposable } from "../../shared/lifecycle.ts";
import { diffMenus, flatten, type NumberedItem, numberRows } from "./diff.ts";
import { prepareHelper } from "./helper-files.ts";
import { type HelperExit, HelperProcess } from "./helper-process.ts";
import type { TrayBackend, TrayEvents, TrayView } from "./tray-backend.ts";
import { type DesktopEnv, findTrayHost } from "./tray-host.ts";
import type { HelperEnd, TrayLoss } from "./tray-loss.ts";
import { WireMenuBuilder } from "./wire-menu.ts";

/** After the helper died: 0.25 s doubling to 30 s. The first tries fit into the 5 s in which the icon must be back. */
const RESPAWN_BACKOFF: BackoffPolicy = { firstMs: 250, capMs: 30_000, jitter: 0.2 };
/** A helper that lived this long has done nothing wrong: its end counts as the first. */
const STABLE_AFTER_MS = 10_000;
/** How often a desktop without a status tray is asked again. */
const HOST_RECHECK_MS = 5_000;
/** How often it is asked while the icon is there: a panel that goes takes the icon along without a word. */
const HOST_WATCH_MS = 60_000;
const REPLACE_DEADLINE_MS = 2_000;

/** One helper and what it shows; `shown` is absent until the helper is ready. */
interface Run {
  readonly wire: WireMenuBuilder;
  readonly helper: HelperProcess;
  readonly startedAt: number;
  shown?: { readonly view: TrayView; readonly items: readonly NumberedItem[] };
}

export class Systray2Backend implements TrayBackend {
  readonly #context: DesktopEnv;
  readonly #helperFolder: string;
  readonly #clock: Clock;
  #view: TrayView | undefined;
  #events: TrayEvents | undefined;
  #run: Run | undefined;
  #failures = 0;
  #retry: Disposable | undefined;
  #hostWatch: Disposable | undefined;
  /** What was reported last; undefined before the first report. */
  #reported: "ready" | TrayLoss | undefined;
  #isStopped = false;

  /** `helperFolder` is a folder of our own for the helper's copy, made when missing. */
  constructor(context: DesktopEnv, helperFolder: string, clock: Clock = systemClock) {
    this.#context = context;
    this.#helperFolder = helperFolder;
    this.#clock = clock;
  }

  start(view: TrayView, events: TrayEvents): void {
    this.#view = view;
    this.#events = events;
    if (this.#context.platform === "linux") {
      this.#hostWatch = this.#clock.every(HOST_WATCH_MS, () => void this.#checkHost());
    }
    void this.#launch();
  }

  update(view: TrayView): void {
    this.#view = view;
    const run = this.#run;
    if (run?.shown === undefined) return;
    const items = numberRows(view.rows);
    const diff = diffMenus(run.shown.items, items);
    if (diff.kind === "structure") {
      // The helper cannot take new rows: another one shows them.
      delete run.shown;
      void run.helper.stop(REPLACE_DEADLINE_MS);
      return;
    }
    const face = run.wire.faceUpdate(run.shown.view, view);
    if (face !== undefined) run.helper.send(face);
    for (const item of diff.items) run.helper.send(run.wire.itemUpdate(item));
    run.shown = { view, items };
  }

  async stop(deadlineMs: number): Promise<void> {
    this.#isStopped = true;
    this.#retry?.dispose();
    this.#hostWatch?.dispose();
    await this.#run?.helper.stop(deadlineMs);
  }

  async #launch(): Promise<void> {
    const { platform, env } = this.#context;
    try {
      const host = await findTrayHost(this.#context);
      if (this.#isStopped) return;
      if (!host.ok) {
        this.#reportLoss(host.loss);
        if (host.canAppearLater) this.#launchAfter(HOST_RECHECK_MS);
        return;
      }
      const wire = await WireMenuBuilder.load(platform);
      const program = await prepareHelper(this.#helperFolder, platform, host.library);
      if (this.#isStopped) return;
      const helper = new HelperProcess(program, env, {
        ready: () => this.#onReady(),
        clicked: (itemNumber) => this.#onClicked(itemNumber),
        exited: (exit) => this.#onExited(exit),
      });
      this.#run = { wire, helper, startedAt: this.#clock.monotonicMs() };
    } catch (error) {
      this.#retryAfterFailure({ how: "not-started", why: errorText(error), lastWords: "" });
    }
  }

  #onReady(): void {
    const [run, view] = [this.#run, this.#view];
    if (run === undefined || view === undefined) return;
    const items = numberRows(view.rows);
    run.helper.send(run.wire.menu(view, items));
    run.shown = { view, items };
    this.#reportReady();
  }

  #onClicked(itemNumber: number): void {
    const item = flatten(this.#run?.shown?.items ?? []).find(({ number }) => number === itemNumber);
    // Opening a submenu is reported as a click on its parent; a row may have been disabled since it was drawn.
    if (item?.id === undefined || item.children.length > 0 || !item.enabled || !item.visible) return;
    this.#events?.clicked(item.id);
  }

  #onExited({ end, wasAsked }: HelperExit): void {
    const run = this.#run;
    this.#run = undefined;
    if (this.#isStopped) return;
    if (wasAsked) return void this.#launch();
    if (run !== undefined && this.#clock.monotonicMs() - run.startedAt >= STABLE_AFTER_MS) this.#failures = 0;
    this.#retryAfterFailure(end);
  }

  #retryAfterFailure(end: HelperEnd): void {
    if (this.#isStopped) return;
    this.#failures += 1;
    this.#reportLoss({ problem: "helper-gone", end });
    this.#launchAfter(backoffDelay(RESPAWN_BACKOFF, this.#failures, Math.random));
  }

  #launchAfter(delayMs: number): void {
    this.#retry?.dispose();
    this.#retry = this.#clock.after(delayMs, () => void this.#launch());
  }

  /** While the helper runs it shows its icon again by itself when a panel comes back: only the report is ours. */
  async #checkHost(): Promise<void> {
    if (this.#run?.shown === undefined) return;
    const host = await findTrayHost(this.#context);
    if (this.#isStopped || this.#run?.shown === undefined) return;
    if (host.ok) this.#reportReady();
    else this.#reportLoss(host.loss);
  }

  #reportReady(): void {
    if (this.#reported === "ready") return;
    this.#reported = "ready";
    this.#events?.ready();
  }

  #reportLoss(loss: TrayLoss): void {
    if (typeof this.#reported === "object" && isDeepStrictEqual(this.#reported, loss)) return;
    this.#reported = loss;
    this.#events?.lost(loss);
  }
}
