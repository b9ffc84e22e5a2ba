/** Tells pages of the canvas to load anew when its files change. The folder is looked at only while a page listens. */
import { type FSWatcher, watch } from "node:fs";
import type { WebSocket } from "ws";
import type { Clock } from "../../../../shared/clock.ts";
import type { Disposable } from "../../../../shared/lifecycle.ts";
import { CLOSE } from "../../../../shared/protocol/close-codes.ts";

/** Where a page hears that its files changed; plain requests are told to upgrade. */
export const RELOAD_PATH = "/__clawdbot/ws";
/** Pages that may listen at once: anybody who reaches the address can open one. */
const MOST_PAGES = 64;
/** A program writes several files in a row. */
const SETTLE_MS = 100;

export class CanvasReload implements Disposable {
  #clock: Clock;
  #pages = new Set<WebSocket>();
  #watcher: FSWatcher | undefined;
  #due: Disposable | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  receive(page: WebSocket, root: string): void {
    if (this.#pages.size >= MOST_PAGES) {
      page.close(CLOSE.tryLater);
      return;
    }
    this.#pages.add(page);
    page.on("error", () => page.terminate());
    // They have nothing to say.
    page.on("message", () => page.terminate());
    page.on("close", () => {
      this.#pages.delete(page);
      if (this.#pages.size === 0) this.#rest();
    });
    this.#watcher ??= this.#look(root);
  }

  /** The canvas is another one, or none any more. */
  reset(): void {
    for (const page of this.#pages) page.close();
    this.#rest();
  }

  dispose(): void {
    for (const page of this.#pages) page.terminate();
    this.#rest();
  }

  #rest(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#due?.dispose();
    this.#due = undefined;
  }

  #look(root: string): FSWatcher | undefined {
    try {
      const watcher = watch(root, { recursive: true, persistent: false }, () => this.#changed());
      watcher.on("error", () => this.#rest());
      return watcher;
    } catch {
      return undefined; // A folder that is not there does not change; the page asks again when it is loaded again.
    }
  }

  #changed(): void {
    this.#due?.dispose();
    this.#due = this.#clock.after(SETTLE_MS, () => {
      for (const page of this.#pages) page.send("reload");
    });
  }
}
