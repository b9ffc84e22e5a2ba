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

  constructor(place: KeeperPlace) {
    this.#place = place;
  }

  /** Looks once a day from now on, until the returned object is disposed. */
  start(): Disposable {
    const { clock, log } = this.#place;
    const look = () => {
      this.dropOld().catch((error: unknown) => {
        log.warn({ reason: errorText(error) }, "files that nothing refers to could not be removed");
      });
    };
    const first = clock.after(FIRST_MS, look);
    const daily = clock.every(DAY_MS, look);
    return {
      dispose: () => {
        first.dispose();
        daily.dispose();
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

  /** Removes those of the files that nothing refers to; how many they are. What came within the last minute stays until later. */
  async drop(ids: ReadonlySet<string>): Promise<number> {
    const { store, media, clock } = this.#place;
    const referred = await store.mediaReferred(ids);
    let dropped = 0;
    for (const id of ids) {
      if (referred.has(id)) continue;
      if (await media.remove(id, clock.now() - FRESH_MS)) dropped += 1;
    }
    return dropped;
  }
}
