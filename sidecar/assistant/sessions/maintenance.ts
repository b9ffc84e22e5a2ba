/**
 * Keeps the store as small as `session.maintenance` wants it: once a day, while nobody waits for an answer, one conversation after the
 * other. What it did to conversations with people is remembered, for whoever looks.
 */
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../../shared/clock.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { Logger } from "../../base/log/logger.ts";
import type { MediaStore } from "../../base/media/media-store.ts";
import type { SessionStore } from "../../base/store/session-store.ts";
import type { HeldSession } from "../../base/store/sqlite/holdings.ts";
import { ImportTables } from "../../base/store/sqlite/import.ts";
import { archiveSession } from "./archive.ts";
import { type MaintenancePlan, maintenancePlan, maintenanceRules } from "./maintenance-plan.ts";
import { ARCHIVE_FOLDER, archivedIn, MAINTENANCE, noted } from "./maintenance-record.ts";

export interface MaintenancePlace {
  database: DatabaseSync;
  store: SessionStore;
  media: MediaStore;
  /** Removes files that nothing refers to. */
  drop: (ids: ReadonlySet<string>) => Promise<number>;
  stateDir: string;
  clock: Clock;
  log: Logger;
  config: () => GatewayConfig;
  /** Nobody waits for an answer. */
  isIdle: () => boolean;
}

const DAY_MS = 86_400_000;

export class SessionMaintenance {
  #place: MaintenancePlace;
  #doneAtMs = Number.NEGATIVE_INFINITY;
  #isUnderWay = false;

  constructor(place: MaintenancePlace) {
    this.#place = place;
  }

  /** Does what is due, if anything is. What is interrupted by a message goes on at the next call. */
  async look(): Promise<void> {
    const { clock, config, log, store } = this.#place;
    if (this.#isUnderWay || clock.now() < this.#doneAtMs + DAY_MS) return;
    this.#isUnderWay = true;
    try {
      const rules = maintenanceRules(config());
      const plan = maintenancePlan(await store.holdings(), rules, clock.now());
      if (rules.mode === "warn") this.#warn(plan);
      else if (!(await this.#carryOut(plan, rules.maxDiskBytes))) return;
      this.#doneAtMs = clock.now();
    } catch (error) {
      this.#doneAtMs = clock.now();
      log.warn({ err: error }, "conversations could not be looked after; that is tried again tomorrow");
    } finally {
      this.#isUnderWay = false;
    }
  }

  #warn({ prune, quiet, excessBytes }: MaintenancePlan): void {
    if (prune.length === 0 && excessBytes === 0) return;
    this.#place.log.warn(
      { wouldGo: prune.length, mayBeArchived: quiet.length, excessBytes },
      "session.maintenance only warns: conversations would go",
    );
  }

  /** False when somebody came in between. */
  async #carryOut({ prune, spare, quiet }: MaintenancePlan, maxDiskBytes: number): Promise<boolean> {
    const { isIdle, log, store } = this.#place;
    const isTooLarge = async () => (await store.usedBytes()) > maxDiskBytes;
    let pruned = 0;
    const archived: string[] = [];
    const steps = [
      ...prune.map((session) => ({ session, isDue: async () => true, keeps: false })),
      ...spare.map((session) => ({ session, isDue: isTooLarge, keeps: false })),
      ...quiet.map((session) => ({ session, isDue: isTooLarge, keeps: true })),
    ];
    let isDone = true;
    for (const { session, isDue, keeps } of steps) {
      await setImmediate();
      isDone = isIdle();
      if (!isDone) break;
      if (!(await isDue())) continue;
      if (keeps && !(await this.#archive(session))) continue;
      const isGone = await this.#prune(session);
      if (isGone && keeps) archived.push(session.key);
      else if (isGone) pruned += 1;
    }
    if (pruned > 0) log.info({ conversations: pruned }, "conversations that nobody had were erased");
    if (archived.length > 0) await this.#tell(archived);
    return isDone;
  }

  /** False where something of it would be lost. */
  async #archive(session: HeldSession): Promise<boolean> {
    const { stateDir, store, media, database } = this.#place;
    const tables = new ImportTables(database);
    return await archiveSession(session, { folder: join(stateDir, ARCHIVE_FOLDER), store, tables, media });
  }

  async #prune({ key, updatedAtMs }: HeldSession): Promise<boolean> {
    const { store, drop } = this.#place;
    const erased = await store.prune(key, updatedAtMs);
    if (erased !== undefined) await drop(erased.media);
    return erased !== undefined;
  }

  async #tell(keys: readonly string[]): Promise<void> {
    const { store, clock, log, stateDir } = this.#place;
    const folder = join(stateDir, ARCHIVE_FOLDER);
    log.warn({ conversations: keys, folder }, "the store is too large: conversations were moved out of it");
    const known = archivedIn(await store.remembered(MAINTENANCE.scope, MAINTENANCE.key));
    const text = noted(known, keys.length, clock.now());
    await store.remember(MAINTENANCE.scope, MAINTENANCE.key, text, clock.now());
  }
}
