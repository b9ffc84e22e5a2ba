/**
 * What the tray remembers: what the user asked for, and what was already told. One small file of the tray alone;
 * damage to it costs the settings, never the start.
 */
import { chmodSync, existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import type Conf from "conf";
import { errorText, systemCode } from "../shared/errors.ts";
import { ensureDirectory } from "../shared/node/directory.ts";
import { readJson } from "../shared/node/run-state.ts";
import { isRecord } from "../shared/protocol/frame.ts";
import type { Tell } from "./model/texts/index.ts";
import { DEFAULT_INTENT, type Intent, NOTIFICATION_KINDS } from "./model/tray-model.ts";
import { EMPTY_LEDGER, type NoticeLedger } from "./notifier/rules.ts";

interface Stored {
  readonly intent: Intent;
  readonly ledger: NoticeLedger;
}

const NAME = "tray";

export class TraySettings {
  readonly #folder: string;
  readonly #warn: (tell: Tell) => void;
  /** Told when a choice of the user's could not be saved. */
  #onUnsaved: (error: unknown) => void = () => {};
  #stored: Stored = { intent: DEFAULT_INTENT, ledger: EMPTY_LEDGER };
  #store: Conf<Record<string, unknown>> | undefined;
  #writes: Promise<void> = Promise.resolve();
  /** What is on the disk, or was when the tray started. */
  #savedIntent: Intent = DEFAULT_INTENT;

  /** Reads `<folder>/tray.json`. What cannot be used is replaced by the default; a damaged file is kept as `.bak`. */
  constructor(folder: string, warn: (tell: Tell) => void) {
    this.#folder = folder;
    this.#warn = warn;
    const file = this.#file;
    if (!existsSync(file)) return;
    const content = readJson(file);
    if (content === undefined) this.#setAside(file);
    else this.#stored = { intent: readIntent(content.intent), ledger: readLedger(content.ledger) };
    this.#savedIntent = this.#stored.intent;
  }

  get intent(): Intent {
    return this.#stored.intent;
  }

  get ledger(): NoticeLedger {
    return this.#stored.ledger;
  }

  /** Calls `onUnsaved` whenever what the user asked for cannot be saved. */
  tellUnsaved(onUnsaved: (error: unknown) => void): void {
    this.#onUnsaved = onUnsaved;
  }

  saveIntent(intent: Intent): void {
    this.#save({ ...this.#stored, intent });
  }

  saveLedger(ledger: NoticeLedger): void {
    this.#save({ ...this.#stored, ledger });
  }

  /** Resolves when everything saved so far is on disk. */
  flush(): Promise<void> {
    return this.#writes;
  }

  get #file(): string {
    return join(this.#folder, `${NAME}.json`);
  }

  #save(stored: Stored): void {
    this.#stored = stored;
    this.#writes = this.#writes.then(() => this.#write(stored));
  }

  async #write(stored: Stored): Promise<void> {
    // Something newer waits to be written.
    if (stored !== this.#stored) return;
    try {
      this.#store ??= await openStore(this.#folder);
      this.#store.store = { ...stored };
      chmodSync(this.#file, 0o600);
      this.#savedIntent = stored.intent;
    } catch (error) {
      const why = systemCode(error) ?? errorText(error);
      this.#warn((texts) => texts.file.unwritable(this.#file, why));
      if (stored.intent !== this.#savedIntent) this.#onUnsaved(error);
    }
  }

  #setAside(file: string): void {
    const backup = `${file}.bak`;
    try {
      // Not copied: it may be a pipe, whose reading would wait.
      renameSync(file, backup);
      chmodSync(backup, 0o600);
      this.#warn((texts) => texts.file.damaged(file, backup));
    } catch (error) {
      const why = systemCode(error) ?? errorText(error);
      this.#warn((texts) => texts.file.damagedAndLost(file, why));
    }
  }
}

async function openStore(folder: string): Promise<Conf<Record<string, unknown>>> {
  ensureDirectory(folder);
  const { default: Conf } = await import("conf");
  return new Conf({
    projectName: "clawdbot",
    cwd: folder,
    configName: NAME,
    configFileMode: 0o600,
    clearInvalidConfig: true,
    accessPropertiesByDotNotation: false,
  });
}

function readIntent(value: unknown): Intent {
  if (!isRecord(value)) return DEFAULT_INTENT;
  const { desired, mode, onQuit, launchAtLogin, silenced } = value;
  return {
    desired: desired === "stopped" ? "stopped" : "run",
    mode: mode === "dev" ? "dev" : "normal",
    onQuit: onQuit === "keep" || onQuit === "stop" ? onQuit : "auto",
    launchAtLogin: launchAtLogin === true,
    silenced: Array.isArray(silenced)
      ? NOTIFICATION_KINDS.filter((kind) => silenced.includes(kind))
      : DEFAULT_INTENT.silenced,
  };
}

function readLedger(value: unknown): NoticeLedger {
  if (!isRecord(value) || !isRecord(value.settled)) return EMPTY_LEDGER;
  const settled = Object.entries(value.settled).flatMap(([key, entry]) =>
    isRecord(entry) && typeof entry.occurrence === "string"
      ? [[key, { occurrence: entry.occurrence, sentAtMs: numberOrNull(entry.sentAtMs) }] as const]
      : [],
  );
  return {
    settled: Object.fromEntries(settled),
    announcedOutageMs: numberOrNull(value.announcedOutageMs),
  };
}

function numberOrNull(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
