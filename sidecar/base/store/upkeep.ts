/** What the database needs while it is open: its pages are looked at after a stop in the middle of something, and its log is kept short. */
import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../../shared/clock.ts";
import { errorText } from "../../../shared/errors.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import type { Logger } from "../log/logger.ts";
import { companionsOf, problemsIn } from "./database.ts";

export interface UpkeepPlace {
  database: DatabaseSync;
  file: string;
  clock: Clock;
  log: Logger;
  /** Nobody waits for an answer. */
  isIdle: () => boolean;
  /** What else is done at such a time; asked often, so that it knows itself when it is due. */
  besides?: () => Promise<void>;
}

/** Off the way of a start and of the messages that waited for it, in ms. */
const LOOK_MS = 30_000;
/** Of the log, in bytes: SQLite itself writes over it and never makes it smaller. */
const LONG_LOG = 16 * 1_024 * 1_024;

/** Whether the last process that had the database ended without closing it. To be asked before it is opened. */
export function wasCutOff(file: string): boolean {
  return logSize(file) > 0;
}

export class StoreUpkeep implements Disposable {
  #place: UpkeepPlace;
  #timer: Disposable;
  #needsCheck: boolean;
  #isClosed = false;

  constructor(place: UpkeepPlace, { needsCheck }: { needsCheck: boolean }) {
    this.#place = place;
    this.#needsCheck = needsCheck;
    this.#timer = place.clock.every(LOOK_MS, () => void this.#look());
  }

  dispose(): void {
    this.#isClosed = true;
    this.#timer.dispose();
  }

  async #look(): Promise<void> {
    const { database, file, log, isIdle, besides } = this.#place;
    if (!isIdle()) return;
    try {
      if (this.#needsCheck) {
        this.#needsCheck = false;
        await this.#check();
      }
      if (!this.#isClosed && logSize(file) > LONG_LOG) database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      if (!this.#isClosed) await besides?.();
    } catch (error) {
      log.warn({ file, reason: errorText(error) }, "the database could not be looked after");
    }
  }

  /** Table by table, with the others' turn in between. */
  async #check(): Promise<void> {
    const { database, file, log } = this.#place;
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    for (const { name } of tables) {
      await setImmediate();
      if (this.#isClosed) return;
      const problems = problemsIn(database, String(name));
      if (problems.length === 0) continue;
      log.error(
        { file, table: name, problems: problems.slice(0, 5) },
        "the database is damaged: stop the gateway and put back the newest backup",
      );
      return;
    }
  }
}

function logSize(file: string): number {
  return companionsOf(file)
    .filter((each) => each.endsWith("-wal"))
    .reduce((sum, each) => sum + (statSync(each, { throwIfNoEntry: false })?.size ?? 0), 0);
}
