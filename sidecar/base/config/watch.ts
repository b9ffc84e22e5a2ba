/**
 * Watches the configuration file and its directory, because editors replace files, the file may not exist yet, and it may be a
 * link. Reports each new content once, after it has settled.
 */
import { type FSWatcher, realpathSync, statSync, unwatchFile, watch, watchFile } from "node:fs";
import { basename, dirname } from "node:path";
import type { Clock } from "../../../shared/clock.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import { type ConfigReading, readConfig } from "../../../shared/node/config-source.ts";

/** A write counts as settled when nothing happened to the file for this long; the debounce time follows. */
const SETTLE_MS = 200;
/** A file that never rests is read all the same after this long, or after a longer debounce time. */
const MAX_WAIT_MS = 2_000;
/** How often the file is looked at where the system cannot watch it, in ms. */
const POLL_MS = 500;

export class ConfigWatch implements Disposable {
  #file: string;
  #clock: Clock;
  #debounceMs: () => number;
  #onChange: (reading: ConfigReading) => void;
  #watchers: FSWatcher[] = [];
  #watched = "";
  #timer: Disposable | undefined;
  /** On the monotonic clock. */
  #firstEventAt: number | undefined;
  #seenHash: string;
  #polls = false;

  /** `seenHash` is the content that is in force already; `onChange` gets any other, also a missing or invalid file. */
  constructor(
    file: string,
    seenHash: string,
    onChange: (reading: ConfigReading) => void,
    options: { clock: Clock; debounceMs: () => number },
  ) {
    this.#file = file;
    this.#seenHash = seenHash;
    this.#onChange = onChange;
    this.#clock = options.clock;
    this.#debounceMs = options.debounceMs;
    this.#watch();
    // Whatever happened between the first reading and now raised no event.
    this.#touch();
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#unwatch();
  }

  /** Watches anew when the places have changed since the last look. */
  #watch(): void {
    const places = this.#places();
    const wanted = JSON.stringify(places);
    if (wanted === this.#watched) return;
    this.#unwatch();
    this.#watched = wanted;
    for (const { folder, name } of places) this.#watchFolder(folder, name);
  }

  /** The directory of the file and, for a link, that of its target. The inode tells a directory from its replacement. */
  #places(): { folder: string; name: string; inode: number | undefined }[] {
    const folders = new Map([[dirname(this.#file), basename(this.#file)]]);
    try {
      const real = realpathSync(this.#file);
      folders.set(dirname(real), basename(real));
    } catch {
      // Missing or a link to nowhere: the directory tells when that changes.
    }
    return [...folders].map(([folder, name]) => {
      const inode = statSync(folder, { throwIfNoEntry: false })?.ino;
      return { folder, name, inode };
    });
  }

  #watchFolder(folder: string, name: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, (_kind, changed) => {
        const named = changed === null || changed === name || changed === basename(this.#file);
        if (named || JSON.stringify(this.#places()) !== this.#watched) this.#touch();
      });
      watcher.on("error", () => this.#poll());
      this.#watchers.push(watcher);
    } catch {
      this.#poll(); // No directory or no watches left (inotify limit): looking is slower, but it sees.
    }
  }

  #poll(): void {
    if (this.#polls) return;
    this.#polls = true;
    watchFile(this.#file, { persistent: false, interval: POLL_MS }, () => this.#touch());
    // What happened before its first look raises no event either.
    this.#touch();
  }

  #unwatch(): void {
    for (const watcher of this.#watchers.splice(0)) watcher.close();
    if (this.#polls) unwatchFile(this.#file);
    this.#polls = false;
    this.#watched = "";
  }

  #touch(): void {
    const now = this.#clock.monotonicMs();
    this.#firstEventAt ??= now;
    this.#timer?.dispose();
    const quietMs = SETTLE_MS + this.#debounceMs();
    const left = this.#firstEventAt + Math.max(MAX_WAIT_MS, quietMs) - now;
    const waitMs = Math.max(0, Math.min(quietMs, left));
    this.#timer = this.#clock.after(waitMs, () => this.#check());
  }

  #check(): void {
    this.#timer = undefined;
    this.#firstEventAt = undefined;
    this.#watch();
    const reading = readConfig(this.#file);
    if (reading.hash === this.#seenHash) return;
    this.#seenHash = reading.hash;
    this.#onChange(reading);
  }
}
