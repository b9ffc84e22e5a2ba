/** `test` with the tray's program on a desktop of its own, and gateways that are ended with it. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isSameProcess } from "../../../shared/node/process-identity.ts";
import { readFacts } from "../../../shared/node/run-state.ts";
import { freePort } from "../network/ports.ts";
import { countStarts, kill, TOKEN, TrayProcess } from "../tray/tray.ts";
import type { Desktop } from "./desktop.ts";
import { test as base } from "./desktop-test.ts";

export { expect } from "./desktop-test.ts";

/** Notifications are held back for 15 s after the start. */
export const QUIET_MS = 15_000;

/** A desktop with everything a tray of the default profile needs. */
export class TrayDesktop {
  readonly desktop: Desktop;
  readonly stateDir: string;
  readonly port: number;
  readonly #browserLog: string;
  readonly #trays: TrayProcess[] = [];

  /** `home` is where the tray and its gateways are at home. */
  constructor(desktop: Desktop, port: number, home = desktop.home) {
    this.desktop = desktop;
    this.port = port;
    this.stateDir = join(home, ".clawdbot");
    this.#browserLog = join(desktop.home, "browser.log");
    mkdirSync(this.stateDir, { mode: 0o700 });
    const gateway = { mode: "local", port, auth: { mode: "token", token: TOKEN } };
    writeFileSync(join(this.stateDir, "clawdbot.json"), JSON.stringify({ gateway }), { mode: 0o600 });
    const recorder = join(desktop.home, "browser.sh");
    writeFileSync(recorder, `#!/bin/sh\nprintf '%s\\n' "$#" "$@" >> '${this.#browserLog}'\n`);
    chmodSync(recorder, 0o700);
    desktop.env.BROWSER = recorder;
  }

  /** Starts the tray and waits for its icon. */
  async start(launcher?: string): Promise<TrayProcess> {
    const tray = this.launch([], launcher);
    await this.desktop.waitForItem().catch((error: Error) => {
      throw new Error(`${error.message}; the tray's log ends with:\n${this.#endOfLog()}`);
    });
    return tray;
  }

  #endOfLog(): string {
    const log = join(this.stateDir, "logs", "tray.log");
    return existsSync(log)
      ? readFileSync(log, "utf8").trim().split("\n").slice(-20).join("\n")
      : "(there is none)";
  }

  /** Starts the tray, whether or not there is a place for its icon. */
  launch(args: readonly string[] = [], launcher?: string): TrayProcess {
    const tray = new TrayProcess(this.stateDir, args, { env: this.desktop.env }, launcher);
    this.#trays.push(tray);
    return tray;
  }

  /** Number of arguments and arguments of every call of the browser, line by line. */
  browserCalls(): string[] {
    return existsSync(this.#browserLog) ? readFileSync(this.#browserLog, "utf8").trim().split("\n") : [];
  }

  /** Pids of the gateways of both profiles that live. */
  livingGateways(): number[] {
    return ["", "-dev"].flatMap((suffix) => {
      const facts = readFacts(`${this.stateDir}${suffix}/run/gateway.json`);
      return facts !== undefined && isSameProcess(facts.pid, facts.startId) ? [facts.pid] : [];
    });
  }

  /** How many gateways of the default profile were started by the tray and listened. */
  startCount(): number {
    return countStarts(this.stateDir);
  }

  /** The rows that were clicked, as the tray understood it. */
  acceptedClicks(): string[] {
    const log = readFileSync(join(this.stateDir, "logs", "tray.log"), "utf8");
    const lines = log
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { msg?: string; id?: string });
    return lines.flatMap(({ msg, id }) => (msg === "clicked" && id !== undefined ? [id] : []));
  }

  async stop(): Promise<void> {
    for (const { process } of this.#trays) await process.stop("SIGKILL");
    for (const pid of this.livingGateways()) kill(pid, "SIGKILL");
  }
}

export const test = base.extend<{ trayDesktop: TrayDesktop }>({
  trayDesktop: async ({ desktop }, use) => {
    const trayDesktop = new TrayDesktop(desktop, await freePort());
    await use(trayDesktop);
    await trayDesktop.stop();
  },
});
