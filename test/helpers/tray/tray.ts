/** The tray in a test: in this process with a recording backend, or as the program itself. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { readFacts } from "../../../shared/node/run-state.ts";
import { Tray } from "../../../tray/app.ts";
import type { TrayBackend, TrayEvents, TrayView } from "../../../tray/backends/tray-backend.ts";
import { resolveTrayPlaces } from "../../../tray/gateway-profiles.ts";
import { TEXTS } from "../../../tray/model/texts/index.ts";
import type { StateKind } from "../../../tray/model/tray-model.ts";
import type { DerivedView, MenuRowId } from "../../../tray/model/view.ts";
import type { Delivery, DesktopNotification } from "../../../tray/notifier/notification.ts";
import { readStatus, type TrayStatus } from "../../../tray/status-file.ts";
import type { TempHome } from "../home/temp-home.ts";
import { freePort } from "../network/ports.ts";
import { LAUNCHER } from "../process/clawdbot.ts";
import { type CliOptions, type CliProcess, startNode } from "../process/cli.ts";

export const TOKEN = "0123456789abcdef0123456789abcdef";

/** Writes a configuration for a free port and returns the port. */
export async function configure(home: TempHome, gateway: object = {}): Promise<number> {
  const port = await freePort();
  home.writeConfig({
    gateway: { mode: "local", port, auth: { mode: "token", token: TOKEN }, ...gateway },
  });
  return port;
}

/** A tray in this process, whose menu is clicked by row id. Its gateways are real processes. */
export class TestTray {
  readonly tray: Tray;
  readonly notifications: DesktopNotification[] = [];
  /** What it said in its terminal. */
  readonly said: string[] = [];
  readonly #home: TempHome;
  readonly #backend = new ClickableBackend();
  readonly #pids = new Set<number>();
  readonly #log: string[] = [];

  constructor(home: TempHome, env: Record<string, string> = {}) {
    this.#home = home;
    const log = (facts: object | string, message = "") =>
      void this.#log.push(`${Date.now()} ${message} ${inspect(facts, { breakLength: Infinity })}`);
    this.tray = new Tray({
      places: resolveTrayPlaces(NO_CHOICE, home.env(env), process.platform, () => LAUNCHER),
      texts: TEXTS.en,
      backend: this.#backend,
      notifier: { send: (notification) => this.#notify(notification) },
      log: { debug: log, info: log, warn: log, error: log },
      say: (line) => this.said.push(line),
    });
    this.tray.start();
  }

  get state(): StateKind {
    return this.tray.model.gateway.kind;
  }

  get view(): DerivedView {
    return this.tray.view();
  }

  /** Pid of the gateway that the tray shows. */
  get gatewayPid(): number {
    const pid = this.view.gateway?.pid;
    if (pid == null) throw new Error(`no gateway is shown, the state is ${this.state}`);
    this.#pids.add(pid);
    return pid;
  }

  click(row: MenuRowId): void {
    this.#backend.click(row);
  }

  /** Waits for a state; the failure tells the state there is and what the tray did. */
  async reach(state: StateKind, timeoutMs = 45_000): Promise<void> {
    await this.until(`the state is ${state}`, () => this.state === state, timeoutMs);
    if (state === "running" || state === "attached") this.#pids.add(this.gatewayPid);
  }

  async until(what: string, isTrue: () => boolean, timeoutMs = 45_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!isTrue()) {
      if (Date.now() > deadline) {
        throw new Error(
          `after ${timeoutMs} ms still not: ${what}; state ${this.state}: ${this.view.detail}\n${this.#log.join("\n")}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** How often a gateway of the default profile was started by a tray and listened. */
  startCount(): number {
    return countStarts(this.#home.stateDir);
  }

  /** Ends the tray and every gateway it ever showed or left behind. */
  async dispose(): Promise<void> {
    await this.tray.stop();
    endGateways(this.#home, this.#pids);
  }

  async #notify(notification: DesktopNotification): Promise<Delivery> {
    this.notifications.push(notification);
    return { delivered: true };
  }
}

/** The tray's program. */
export class TrayProcess {
  readonly process: CliProcess;
  readonly #stateDir: string;

  constructor(stateDir: string, args: readonly string[], options: CliOptions, launcher = LAUNCHER) {
    this.#stateDir = stateDir;
    this.process = startNode([launcher, "tray", ...args], { timeoutMs: 110_000, ...options });
  }

  /** What it shows, read as `--status` does. */
  get status(): TrayStatus {
    return readStatus(join(this.#stateDir, "run", "tray.json"));
  }

  get state(): StateKind | undefined {
    const { status } = this;
    return status.running ? status.state : undefined;
  }

  get gatewayPid(): number {
    const { status } = this;
    const pid = status.running ? status.gateway?.pid : undefined;
    if (pid == null) throw new Error(`no gateway is shown: ${JSON.stringify(status)}`);
    return pid;
  }

  /** Of the gateway that is shown as running, if one is: state and process of the same moment. */
  get #runningPid(): number | undefined {
    const { status } = this;
    return status.running && status.state === "running" ? (status.gateway?.pid ?? undefined) : undefined;
  }

  /** Waits for a state; the failure tells what there is instead. */
  reach(state: StateKind, timeoutMs = 45_000): Promise<void> {
    return this.#until(state, () => this.state === state, timeoutMs);
  }

  /** Waits until another gateway than the one with `pid` runs. */
  reachAnother(pid: number, timeoutMs = 45_000): Promise<void> {
    const isThere = () => ![undefined, pid].includes(this.#runningPid);
    return this.#until(`running another than ${pid}`, isThere, timeoutMs);
  }

  /** Waits until the tray shows anything but the gateway with `pid` as running. */
  async noticeLossOf(pid: number): Promise<void> {
    await this.#until(`without ${pid}`, () => this.#runningPid !== pid, 45_000);
  }

  async #until(what: string, isTrue: () => boolean, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!isTrue()) {
      if (Date.now() > deadline) {
        const log = readIfThere(join(this.#stateDir, "logs", "tray.log"));
        throw new Error(`after ${timeoutMs} ms still not ${what} but ${this.state}\n${log}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

const NO_CHOICE = { profile: undefined, dev: false };

/** How many gateways that a tray started came to listen on this state directory. */
export function countStarts(stateDir: string): number {
  return (
    readIfThere(join(stateDir, "logs", "gateway.out.log")).split("listening on ws://127.0.0.1").length - 1
  );
}

/** Kills the gateways of the home: those of the facts files and the given ones. */
export function endGateways(home: TempHome, pids: Iterable<number> = []): void {
  const known = new Set(pids);
  for (const profile of ["", "-dev"]) {
    const facts = readFacts(`${home.stateDir}${profile}/run/gateway.json`);
    if (facts !== undefined) known.add(facts.pid);
  }
  for (const pid of known) kill(pid, "SIGKILL");
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}

/** Shows nothing and clicks on request. */
class ClickableBackend implements TrayBackend {
  #view: TrayView | undefined;
  #events: TrayEvents | undefined;

  start(view: TrayView, events: TrayEvents): void {
    this.#view = view;
    this.#events = events;
    events.ready();
  }

  update(view: TrayView): void {
    this.#view = view;
  }

  async stop(): Promise<void> {}

  click(id: string): void {
    const rows = (this.#view?.rows ?? []).flatMap((row) =>
      row.kind === "row" ? [row, ...(row.children ?? [])] : [],
    );
    const all = rows.flatMap((row) => (row.kind === "row" ? [row, ...(row.children ?? [])] : []));
    const row = all.find((candidate) => candidate.kind === "row" && candidate.id === id);
    if (row?.kind !== "row" || !row.enabled || !row.visible)
      throw new Error(`the row ${id} cannot be clicked`);
    this.#events?.clicked(id);
  }
}

function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
