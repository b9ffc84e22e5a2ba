/**
 * Watches the configuration, what it includes and their directories, because editors replace files, a file may not exist yet, and it
 * may be a link. Where nothing tells of changes, as on some mounts, a look now and then does. Reports each new content once, after
 * it has settled; what cannot be read just now is tried again.
 */

import {
  closeSync,
  constants,
  type FSWatcher,
  fstatSync,
  openSync,
  realpathSync,
  type Stats,
  statSync,
  unwatchFile,
  watch,
  watchFile,
} from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { Clock } from "../../../shared/clock.ts";
import { findingLines } from "../../../shared/config/findings.ts";
import { systemCode } from "../../../shared/errors.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import { type ConfigReading, readConfig } from "../../../shared/node/config-source.ts";
import { english } from "../../../shared/remedy.ts";
import type { ConfigPlace } from "./config-file.ts";

/** A write counts as settled when nothing happened to the file for this long; the debounce time follows. */
const SETTLE_MS = 200;
/** A file that never rests is read all the same after this long, or after a longer debounce time. */
const MAX_WAIT_MS = 2_000;
/** How often the file is looked at where the system cannot watch it, in ms. */
const POLL_MS = 500;
/** How often it is looked at beside the watch, which hears nothing of some network drives and mounts. */
const LOOK_MS = 5_000;
/** A file that cannot be read is tried again, this soon at first and then less often. */
const RETRY = { firstMs: 250, mostMs: 5_000 } as const;
/** What cannot be read for longer than this is reported; `passing` is what may well be over in a moment. */
const PATIENCE = { passingMs: 60_000, otherMs: 3_000 } as const;

export interface WatchOptions {
  clock: Clock;
  debounceMs: () => number;
  /** Told once when a file cannot be read that was readable, with the reason; it is then tried again. */
  onFailure?: (reason: string) => void;
}

export class ConfigWatch implements Disposable {
  #place: ConfigPlace;
  #clock: Clock;
  #debounceMs: () => number;
  #onChange: (reading: ConfigReading) => void;
  #onFailure: (reason: string) => void;
  #files: readonly string[];
  #watchers: FSWatcher[] = [];
  #watched = "";
  #polled: string[] = [];
  #timer: Disposable | undefined;
  #firstEventAtMs: number | undefined;
  #seen: string;
  #looks: Disposable;
  #isLooking = false;
  #isOver = false;
  #looked: string;
  #unreadable: { sinceMs: number; attempts: number } | undefined;

  /** `seen` is in force already; `onChange` gets any other content, also a missing or invalid file. */
  constructor(
    place: ConfigPlace,
    seen: ConfigReading,
    onChange: (reading: ConfigReading) => void,
    options: WatchOptions,
  ) {
    this.#place = place;
    this.#seen = seen.fingerprint;
    this.#files = filesOf(seen, place.file);
    this.#onChange = onChange;
    this.#clock = options.clock;
    this.#debounceMs = options.debounceMs;
    this.#onFailure = options.onFailure ?? (() => {});
    this.#looked = this.#files.map(signatureNow).join();
    this.#looks = this.#clock.every(LOOK_MS, () => void this.#look());
    this.#watch();
    // Whatever happened between the first reading and now raised no event.
    this.#touch();
  }

  dispose(): void {
    this.#isOver = true;
    this.#timer?.dispose();
    this.#looks.dispose();
    this.#unwatch();
  }

  /** Watches anew when the places have changed since the last look. */
  #watch(): void {
    const places = this.#places();
    const wanted = JSON.stringify(places);
    if (wanted === this.#watched) return;
    this.#unwatch();
    this.#watched = wanted;
    for (const [folder, { names }] of places) this.#watchFolder(folder, names);
  }

  /** The directories of the files and, for links, those of their targets. The inode tells a directory from its replacement. */
  #places(): [folder: string, { names: string[]; inode: number | undefined }][] {
    const names = new Map<string, Set<string>>();
    for (const path of this.#files.flatMap((file) => [file, ...realPathOf(file)])) {
      const known = names.get(dirname(path)) ?? new Set();
      names.set(dirname(path), known.add(basename(path)));
    }
    return [...names].map(([folder, inside]) => {
      const inode = statSync(folder, { throwIfNoEntry: false })?.ino;
      return [folder, { names: [...inside], inode }];
    });
  }

  #watchFolder(folder: string, names: readonly string[]): void {
    try {
      const watcher = watch(folder, { persistent: false }, (_kind, changed) => {
        const named = changed === null || names.includes(changed);
        if (named || JSON.stringify(this.#places()) !== this.#watched) this.#touch();
      });
      watcher.on("error", () => this.#poll());
      this.#watchers.push(watcher);
    } catch {
      this.#poll(); // No directory or no watches left (inotify limit): looking is slower, but it sees.
    }
  }

  #poll(): void {
    if (this.#polled.length > 0) return;
    this.#polled = [...this.#files];
    for (const file of this.#polled) {
      watchFile(file, { persistent: false, interval: POLL_MS }, () => this.#touch());
    }
    // What happened before its first look raises no event either.
    this.#touch();
  }

  #unwatch(): void {
    for (const watcher of this.#watchers.splice(0)) watcher.close();
    for (const file of this.#polled.splice(0)) unwatchFile(file);
    this.#watched = "";
  }

  /** Waits for no drive: one that does not answer keeps this look from ending, and nothing else. Never rejects. */
  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const signatures: string[] = [];
    for (const file of this.#files) signatures.push(await signatureOf(file));
    this.#isLooking = false;
    const found = signatures.join();
    if (found === this.#looked || this.#isOver) return;
    this.#looked = found;
    this.#touch();
  }

  #touch(): void {
    const now = this.#clock.monotonicMs();
    this.#firstEventAtMs ??= now;
    this.#timer?.dispose();
    const quietMs = SETTLE_MS + this.#debounceMs();
    const left = this.#firstEventAtMs + Math.max(MAX_WAIT_MS, quietMs) - now;
    const waitMs = Math.max(0, Math.min(quietMs, left));
    this.#timer = this.#clock.after(waitMs, () => this.#check());
  }

  #check(): void {
    this.#timer = undefined;
    this.#firstEventAtMs = undefined;
    const reading = readConfig(this.#place.file, this.#place.env);
    if (!isUnreadable(reading)) this.#files = filesOf(reading, this.#place.file);
    this.#watch();
    if (this.#isTriedAgain(reading) || reading.fingerprint === this.#seen) return;
    this.#seen = reading.fingerprint;
    this.#onChange(reading);
  }

  /** Whether a failed reading is left for another attempt, which is then due. */
  #isTriedAgain(reading: ConfigReading): boolean {
    if (!isUnreadable(reading)) {
      this.#unreadable = undefined;
      return false;
    }
    const now = this.#clock.monotonicMs();
    if (this.#unreadable === undefined) this.#onFailure(failureText(reading));
    const { sinceMs, attempts } = this.#unreadable ?? { sinceMs: now, attempts: 0 };
    this.#unreadable = { sinceMs, attempts: attempts + 1 };
    const isPassing = reading.state === "invalid" && reading.passing === true;
    const isOver = now - sinceMs >= (isPassing ? PATIENCE.passingMs : PATIENCE.otherMs);
    if (!isOver || isPassing) {
      const delayMs = Math.min(RETRY.firstMs * 2 ** attempts, RETRY.mostMs);
      this.#timer = this.#clock.after(delayMs, () => this.#check());
    }
    return !isOver;
  }
}

/** Something is there, or is included, that could not be read. */
function isUnreadable(reading: ConfigReading): boolean {
  return reading.state === "invalid" && (reading.unreadable !== undefined || reading.passing === true);
}

function filesOf(reading: ConfigReading, file: string): string[] {
  const includes = reading.state === "missing" ? [] : reading.includes.map(({ path }) => path);
  return [...new Set([file, ...includes])];
}

/** Empty for a file that is missing or a link to nowhere: the directory tells when that changes. */
function realPathOf(file: string): string[] {
  try {
    return [realpathSync(file)];
  } catch {
    return [];
  }
}

function failureText(reading: ConfigReading): string {
  return reading.state === "invalid"
    ? findingLines(reading.issues, reading.more).map(english).join("; ")
    : "";
}

/** Tells a file from what it was and from what took its place. It is opened, so that a lack of open files is seen as well. */
async function signatureOf(file: string): Promise<string> {
  try {
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      return signature(await handle.stat());
    } finally {
      await handle.close();
    }
  } catch (error) {
    return systemCode(error) ?? "unknown";
  }
}

function signatureNow(file: string): string {
  try {
    const fd = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      return signature(fstatSync(fd));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    return systemCode(error) ?? "unknown";
  }
}

function signature({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string {
  return [dev, ino, size, mtimeMs, ctimeMs].join(":");
}
