/** Lets go of files that nothing refers to: those of messages that were never kept, or whose conversation was erased. */
import type { Clock } from "../../../shared/clock.ts";
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { errorText } from "../../../shared/errors.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import type { Logger } from "../../base/log/logger.ts";
import type { MediaStore } from "../../base/media/media-store.ts";

/** What of the store is asked. */
export interface ReferenceStore {
  /** Those of the ids that an entry, or a message on its way in or out, refers to. */
  mediaReferred(ids: ReadonlySet<string>): Promise<ReadonlySet<string>>;
}

export interface KeeperPlace {
  store: ReferenceStore;
  media: MediaStore;
  clock: Clock;
  log: Pick<Logger, "info" | "warn">;
  config: () => GatewayConfig;
}

const DAY_MS = 86_400_000;
/** After a start others come first. */
const FIRST_MS = 60_000;
/** A file that came a moment ago may belong to a message that is being kept. */
const FRESH_MS = 60_000;

export class MediaKeeper {
  #place: KeeperPlace;
  /** Second looks at what came a moment before it was erased. */
  #later = new Set<Disposable>();

  constructor(place: KeeperPlace) {
    this.#place = place;
  }

  /** Looks once a day from now on, until the returned object is disposed. */
  start(): Disposable {
    const { clock } = this.#place;
    const look = () => this.#attempt(() => this.dropOld());
    const first = clock.after(FIRST_MS, look);
    const daily = clock.every(DAY_MS, look);
    return {
      dispose: () => {
        for (const timer of [first, daily, ...this.#later]) timer.dispose();
        this.#later.clear();
      },
    };
  }

  /** Removes what nothing has referred to for `media.retentionDays`; how many files those are. */
  async dropOld(): Promise<number> {
    const { media, clock, config, log } = this.#place;
    const days = config().media?.retentionDays ?? DEFAULTS["media.retentionDays"];
    const before = clock.now() - days * DAY_MS;
    const old = (await media.list()).filter(({ keptAtMs }) => keptAtMs < before);
    const dropped = await this.drop(new Set(old.map(({ mediaId }) => mediaId)));
    if (dropped > 0) log.info({ files: dropped, days }, "files that nothing refers to were removed");
    return dropped;
  }

  /** Removes those of the files that nothing refers to; how many they are. What came within the last minute is looked at again after one. */
  async drop(ids: ReadonlySet<string>): Promise<number> {
    const { store, media, clock } = this.#place;
    const referred = await store.mediaReferred(ids);
    const fresh = new Set<string>();
    let dropped = 0;
    for (const id of ids) {
      if (referred.has(id)) continue;
      if (await media.remove(id, clock.now() - FRESH_MS)) dropped += 1;
      else if ((await media.look(id)) !== undefined) fresh.add(id);
    }
    if (fresh.size > 0) this.#dropLater(fresh);
    return dropped;
  }

  #dropLater(ids: ReadonlySet<string>): void {
    const timer = this.#place.clock.after(2 * FRESH_MS, () => {
      this.#later.delete(timer);
      this.#attempt(() => this.drop(ids));
    });
    this.#later.add(timer);
  }

  #attempt(work: () => Promise<unknown>): void {
    work().catch((error: unknown) => {
      const reason = errorText(error);
      this.#place.log.warn({ reason }, "files that nothing refers to could not be removed");
    });
  }
}
