/**
 * What the gateway does by itself when something happens in it, where the configuration switches that on. None of it holds up or ends what it
 * is about.
 */
import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Clock, sleep } from "../../../shared/clock.ts";
import { agentIds } from "../../../shared/config/agents.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { smallText } from "../../../shared/node/small-file.ts";
import type { Logger } from "../../base/log/logger.ts";
import type { Authority, Inbound, SessionStore } from "../../base/store/session-store.ts";
import { type WorkspacePaths, workspaceOf } from "../workspace/place.ts";
import { isHookOn } from "./internal-settings.ts";
import { SessionMemory, type SessionMemoryPlace } from "./session-memory.ts";

export interface InternalHookPlace extends SessionMemoryPlace {
  store: SessionStore;
  clock: Clock;
  log: Logger;
  config: () => GatewayConfig;
  paths: WorkspacePaths;
  stateDir: string;
  /** Names this run of the gateway. */
  holder: string;
  accept: (message: Inbound) => Promise<unknown>;
  canThink: (agentId: string) => Promise<boolean>;
}

/** A command that somebody gave, before it is carried out. */
export interface Commanded {
  action: string;
  sessionKey: string;
  /** As on its channel. */
  senderId: string;
  /** The channel. */
  source: string;
  authority: Authority | "stranger";
}

const LOGGED = new Set(["new", "reset", "stop"]);
/** How long whoever waits for a command waits for this, in ms. */
const PATIENCE_MS = 5_000;
const BOOT_FILE = "BOOT.md";
const BOOT_BYTES = 256 * 1024;
/** Of the log of commands, before it is begun anew; one old one is kept. */
const LOG_BYTES = 5 * 1024 * 1024;

export class InternalHooks {
  #place: InternalHookPlace;
  #memory: SessionMemory;

  constructor(place: InternalHookPlace) {
    this.#place = place;
    this.#memory = new SessionMemory(place);
  }

  /** The gateway has been started: what BOOT.md says is done, once. Never fails. */
  async started(): Promise<void> {
    const { config, log } = this.#place;
    if (!isHookOn(config(), "boot-md")) return;
    for (const agentId of agentIds(config()))
      await this.#boot(agentId).catch((error: unknown) => {
        log.warn({ agentId, err: error }, "what BOOT.md says could not be begun");
      });
  }

  /** Never fails, and takes no longer than a moment. */
  async commanded(command: Commanded): Promise<void> {
    const { clock, config, log } = this.#place;
    if (!LOGGED.has(command.action)) return;
    if (isHookOn(config(), "command-logger")) this.#log(command);
    if (command.action !== "new" || command.authority !== "owner" || !isHookOn(config(), "session-memory"))
      return;
    const inTime = new AbortController();
    const late = sleep(clock, PATIENCE_MS, inTime.signal).catch(() => {}); // It was quicker.
    const kept = this.#memory.keep(command.sessionKey).catch((error: unknown) => {
      log.warn({ err: error }, "a conversation that ends could not be noted");
    });
    await Promise.race([kept, late]);
    inTime.abort();
  }

  async #boot(agentId: string): Promise<void> {
    const { config, paths, holder, accept, canThink } = this.#place;
    const file = join(workspaceOf(config(), agentId, paths), BOOT_FILE);
    const text = existsSync(file) ? (smallText(file, BOOT_BYTES) ?? "").trim() : "";
    if (text.replace(/<!--[\s\S]*?-->/g, "").trim() === "" || !(await canThink(agentId))) return;
    const runId = `boot-${holder}-${agentId}`;
    await accept({
      idempotency: { scope: "boot", key: runId },
      runId,
      sessionKey: `agent:${agentId}:cron:boot`,
      agentId,
      channel: "gateway",
      chat: "boot",
      thread: runId,
      sender: "gateway",
      authority: "owner",
      origin: "cron",
      text,
      options: { task: BOOT_FILE },
    });
  }

  #log({ action, sessionKey, senderId, source }: Commanded): void {
    const { stateDir, clock, log } = this.#place;
    const folder = join(stateDir, "logs");
    const file = join(folder, "commands.log");
    const line = { timestamp: new Date(clock.now()).toISOString(), action, sessionKey, senderId, source };
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (existsSync(file) && statSync(file).size > LOG_BYTES) renameSync(file, `${file}.1`);
      appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
    } catch (error) {
      log.warn({ err: error }, "a command could not be written into its log");
    }
  }
}
