/** Composition root of the tray: wires model, supervisor, backend and notifier, and takes them apart again. */
import { randomBytes, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../shared/clock.ts";
import { EXIT } from "../shared/exit-codes.ts";
import { Disposables } from "../shared/lifecycle.ts";
import { type HeldLock, LOCK_LOOK_MS } from "../shared/node/held-lock.ts";
import { InstalledProgram } from "../shared/node/installed-program.ts";
import { forgetDashboardPage } from "../shared/node/open-dashboard.ts";
import { watchProgram } from "../shared/node/program-watch.ts";
import type { TrayLine, TrayVerb } from "../shared/node/tray/request.ts";
import { APP_VERSION } from "../shared/version.ts";
import { type Autostart, autostartFor } from "./autostart.ts";
import { pickTrayBackend } from "./backends/index.ts";
import type { TrayBackend } from "./backends/tray-backend.ts";
import type { TrayLoss } from "./backends/tray-loss.ts";
import { effectHandlers } from "./effects.ts";
import { explain } from "./explain.ts";
import type { TrayPlaces } from "./gateway-profiles.ts";
import { iconFile } from "./icons.ts";
import { loadAhead } from "./load-ahead.ts";
import { openTrayLog } from "./log.ts";
import { MenuActions } from "./menu/actions.ts";
import type { TrayEvent } from "./model/events.ts";
import { LOAD_AHEAD_MS } from "./model/limits.ts";
import { lossText } from "./model/loss-text.ts";
import { en } from "./model/texts/en.ts";
import type { Tell, Texts } from "./model/texts/index.ts";
import { type Intent, initialModel, ownerOf, type TrayModel } from "./model/tray-model.ts";
import { type DerivedView, deriveView } from "./model/view.ts";
import { Announcer, type Notifier } from "./notifier/announcer.ts";
import { DesktopNotifier } from "./notifier/desktop.ts";
import { Presenter } from "./presenter.ts";
import { KeeperFile } from "./requests/keeper-file.ts";
import { outcomeBefore, outcomeOf } from "./requests/outcome.ts";
import { RequestServer } from "./requests/request-server.ts";
import { TraySettings } from "./settings.ts";
import { statusFile } from "./status-file.ts";
import { SteadyClock, watchTime } from "./steady-clock.ts";
import { AttachProbe } from "./supervisor/attach-probe.ts";
import { ChildLauncher } from "./supervisor/child-launcher.ts";
import { readLastCrash } from "./supervisor/crash-reports.ts";
import { runCommand } from "./supervisor/gateway-command.ts";
import { GatewayProcesses } from "./supervisor/gateway-processes.ts";
import { GatewayWatch } from "./supervisor/gateway-watch.ts";
import { OutsideWatch } from "./supervisor/outside-watch.ts";
import { ServiceLauncher } from "./supervisor/service-launcher.ts";
import { Supervisor, type SupervisorLog } from "./supervisor/supervisor.ts";

/** The tray's own log. */
export interface TrayLog extends SupervisorLog {
  warn(facts: object | string, message?: string): void;
}

/** What a tray is made of that depends on the machine. */
export interface TrayParts {
  readonly places: TrayPlaces;
  readonly texts: Texts;
  readonly backend: TrayBackend;
  readonly notifier: Notifier;
  readonly log: TrayLog;
  /** Prints one line in the terminal the tray was started from. */
  readonly say: (line: string) => void;
}

const HELPER_STOP_MS = 2_000;
/** Longer than a service takes to start. */
const RESTART_TIMEOUT_MS = 60_000;
/** Of what tells a request of this user from a stranger's. */
const KEY_BYTES = 16;
const CLICKS = {
  start: { type: "user-start" },
  stop: { type: "user-stop" },
  restart: { type: "user-restart" },
} as const;
/** Any time will do: the timer only keeps the process. */
const AWAKE_MS = 3_600_000;

/**
 * Runs the tray on this machine until the user or a signal ends it. True when another one is to take its place. `lock` is that of the
 * one tray per profile.
 */
export async function runTray(
  places: TrayPlaces,
  texts: Texts,
  say: (line: string) => void,
  lock: HeldLock,
): Promise<boolean> {
  const { paths, platform, env } = places.own;
  const log = openTrayLog(paths.logDir, (tell) => say(tell(texts)));
  const notifier = new DesktopNotifier(
    { platform, env, iconPath: iconFile("normal", "linux") },
    (key, action) => tray.choose(key, action),
  );
  const backend = await pickTrayBackend(
    { platform, arch: process.arch, env },
    join(paths.stateDir, "tray-helper"),
  );
  const tray: Tray = new Tray({ places, texts, backend, notifier, log, say });
  // Ctrl-C is a Quit; the end of the session leaves the gateway to itself.
  process.on("SIGINT", () => tray.dispatch({ type: "user-quit", gateway: "setting" }));
  for (const signal of ["SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => tray.dispatch({ type: "user-quit", gateway: "keep" }));
  }
  process.on("uncaughtException", (error) => {
    log.error({ err: error }, "the tray broke one of its own rules and ends; the gateway goes on");
    say(error.stack ?? error.message);
    process.exit(EXIT.failure);
  });
  say(texts.console.started(process.pid));
  // A tray that waits for the user may hold nothing open: no icon, no gateway, no timer that counts.
  const awake = setInterval(() => {}, AWAKE_MS);
  tray.start();
  const place = systemClock.every(LOCK_LOOK_MS, () => void tray.keepPlace(lock));
  await tray.left;
  place.dispose();
  clearInterval(awake);
  log.info({}, "leaving");
  await tray.stop();
  notifier.stop();
  const { facts, gateway, intent } = tray.model;
  if (facts.relaunches && ownerOf(gateway) === "service") {
    await runCommand(places.gateway[intent.mode], ["gateway", "restart"], { timeoutMs: RESTART_TIMEOUT_MS });
  }
  return facts.relaunches;
}

export class Tray {
  /** Resolves when the user has quit and nothing is left to be waited for. */
  readonly left: Promise<void>;
  readonly #parts: TrayParts;
  readonly #settings: TraySettings;
  readonly #supervisor: Supervisor;
  readonly #presenter: Presenter;
  readonly #actions: MenuActions;
  readonly #outside: OutsideWatch;
  readonly #watch: GatewayWatch;
  readonly #undo = new Disposables();
  readonly #clock = new SteadyClock();
  #hasSaidLoss = false;
  #keeper: KeeperFile | undefined;
  #isOver = false;

  constructor(parts: TrayParts) {
    this.#parts = parts;
    const { places, texts, notifier, log, backend } = parts;
    const { own } = places;
    const warn = (tell: Tell) => {
      log.warn(tell(en));
      parts.say(tell(texts));
    };
    this.#settings = new TraySettings(own.paths.stateDir, warn);
    const autostart = autostartOf(places);
    const intent = intentAtStart(this.#settings.intent, places, autostart);
    const fresh = initialModel(intent, APP_VERSION, this.#clock.now());
    const lastCrash = readLastCrash(own.paths.logDir);
    const model = { ...fresh, facts: { ...fresh.facts, lastCrash, profile: ownName(places) } };

    const { promise, resolve } = Promise.withResolvers<void>();
    this.left = promise;
    const emit = (event: TrayEvent) => this.dispatch(event);
    const probe = new AttachProbe(randomUUID(), this.#clock);
    const watch = this.#undo.add(new GatewayWatch(places, probe, emit, this.#clock));
    this.#watch = watch;
    const processes = new GatewayProcesses(
      places,
      new ChildLauncher(this.#clock),
      { emit, texts },
      this.#clock,
    );
    const known = () => this.model;
    this.#outside = this.#undo.add(new OutsideWatch(places, autostart, { known, emit }, this.#clock));
    const service = new ServiceLauncher(places, emit, () => this.#outside.look());
    const handlers = effectHandlers(
      {
        places,
        watch,
        processes,
        service,
        outside: this.#outside,
        settings: this.#settings,
        autostart,
        log,
        texts,
      },
      { emit, tellFailure: (message) => this.#actions.tellFailure(message), leave: resolve },
    );
    this.#supervisor = this.#undo.add(new Supervisor(model, handlers, this.#clock, log));

    const announcer = new Announcer(notifier, this.#settings, this.#clock, ({ key, title, body }, reason) => {
      log.warn({ key, reason }, "a notification was not delivered");
      parts.say(`${title}: ${body}`);
    });
    const seen = { backend, announcer, texts, statusFile: statusFile(own.paths), warn };
    this.#presenter = this.#undo.add(new Presenter(model, seen, this.#clock));
    this.#actions = new MenuActions(this, places, notifier, texts);
    this.#settings.tellUnsaved((error) => {
      const message = texts.action.notSaved(explain(error, texts));
      this.dispatch({ type: "action-failed", message });
      this.#actions.tellFailure(message);
    });
  }

  get model(): TrayModel {
    return this.#supervisor.model;
  }

  /** What is to be seen now. */
  view(): DerivedView {
    return this.#presenter.view();
  }

  decideDevice(requestId: string, decision: "approve" | "reject"): Promise<void> {
    return this.#watch.decideDevice(requestId, decision);
  }

  decideApproval(id: string, decision: "allow-once" | "deny"): Promise<void> {
    return this.#watch.decideApproval(id, decision);
  }

  /** A button of the notification of that name was chosen. */
  choose(key: string, action: string): void {
    this.#parts.log.info({ key, action }, "chosen on a notification");
    this.#actions.choose(key, action);
  }

  linkCode(): Promise<string | undefined> {
    return this.#watch.linkCode();
  }

  /** What a click on the row of that name does; resolves when it is done. What it tells is for the command line. */
  carryOut(verb: TrayVerb): Promise<TrayLine> {
    const told = outcomeBefore(verb, this.model);
    if (told !== undefined) return Promise.resolve(told);
    this.#parts.log.info({ verb }, "asked by a command");
    return new Promise((resolve) => {
      const look = (model: TrayModel) => {
        const outcome = outcomeOf(verb, model, deriveView(model, en, this.#clock.now()).detail);
        if (outcome === undefined) return;
        unlisten();
        resolve(outcome);
      };
      const unlisten = this.#supervisor.onChange(look);
      this.dispatch(CLICKS[verb]);
      look(this.model);
    });
  }

  dispatch(event: TrayEvent): void {
    this.#supervisor.dispatch(event);
  }

  /** Shows the icon and does what the intent asks for. */
  start(): void {
    const { backend, log, places } = this.#parts;
    // One that a killed tray left behind.
    forgetDashboardPage(places.own.paths.runDir);
    this.#supervisor.onChange((model) => this.#presenter.show(model));
    this.#undo.add(
      watchTime(this.#clock, {
        onSet: (byMs) => this.dispatch({ type: "clock-set", byMs }),
        onWake: () => this.dispatch({ type: "woke-from-sleep" }),
      }),
    );
    backend.start(this.view(), {
      clicked: (id) => {
        log.info({ id }, "clicked");
        this.#actions.run(id);
      },
      ready: () => this.dispatch({ type: "icon", loss: null }),
      lost: (loss) => this.#onLost(loss),
    });
    this.#undo.add(
      watchProgram(this.#clock, new InstalledProgram(import.meta.url, "tray.js"), (replacement) =>
        this.dispatch({ type: "program-replaced", replacement }),
      ),
    );
    this.#undo.add(this.#clock.after(LOAD_AHEAD_MS, () => void loadAhead(places.own.platform)));
    this.#outside.look();
    this.dispatch({ type: "launched" });
    void this.#takeRequests();
  }

  /** Makes lock and status anew when somebody took them away. Whoever has the lock then is the tray, so this one leaves. Never rejects. */
  async keepPlace(lock: HeldLock): Promise<void> {
    const { log, places } = this.#parts;
    const { kind } = await lock.look();
    if (kind !== "taken") this.#keeper?.show(this.model);
    if (kind === "taken") {
      log.error({}, "another tray has taken the place of this one");
      this.dispatch({ type: "user-quit", gateway: "keep" });
    } else if (kind !== "hidden" && !existsSync(statusFile(places.own.paths))) {
      this.#presenter.writeAgain();
    }
  }

  /** Takes icon, connection and timers away; leaves every process alone. */
  async stop(): Promise<void> {
    this.#isOver = true;
    this.#undo.dispose();
    forgetDashboardPage(this.#parts.places.own.paths.runDir);
    await Promise.all([this.#parts.backend.stop(HELPER_STOP_MS), this.#settings.flush()]);
  }

  /** From commands such as `clawdbot gateway stop`, which find the tray by its file. */
  async #takeRequests(): Promise<void> {
    const { log, places } = this.#parts;
    const warn = (message: string) => log.warn(message);
    const key = randomBytes(KEY_BYTES).toString("hex");
    const server = this.#undo.add(new RequestServer(key, (verb) => this.carryOut(verb), this.#clock));
    const { paths, platform } = places.own;
    const address = await server.listen(paths.runDir, platform, warn);
    if (this.#isOver) return server.dispose();
    const keeper = new KeeperFile(places, { key, address }, warn);
    this.#keeper = this.#undo.add(keeper);
    this.#undo.add({ dispose: this.#supervisor.onChange((model) => keeper.show(model)) });
    keeper.show(this.model);
  }

  #onLost(loss: TrayLoss): void {
    const { log, say, texts } = this.#parts;
    const { profile } = this.model.facts;
    log.warn(lossText(loss, en, profile), "no icon");
    const { reason, remedy } = lossText(loss, texts, profile);
    if (!this.#hasSaidLoss) say(`${reason} ${texts.console.withoutIcon} ${remedy}`);
    this.#hasSaidLoss = true;
    this.dispatch({ type: "icon", loss });
  }
}

/** The dev profile is shown by its mode. */
function ownName({ own }: TrayPlaces): string | null {
  return own.dev ? null : (own.paths.profile ?? null);
}

function autostartOf({ own, gateway }: TrayPlaces): Autostart {
  const profile = own.paths.profile === undefined ? [] : ["--profile", own.paths.profile];
  return autostartFor(own, [process.execPath, gateway.normal.launcher(), "tray", ...profile]);
}

/** A tray of the dev profile begins in dev mode; whether it starts at login is as the desktop has it. */
function intentAtStart(stored: Intent, { own }: TrayPlaces, autostart: Autostart): Intent {
  return {
    ...stored,
    mode: own.dev ? "dev" : stored.mode,
    launchAtLogin: autostart.isEnabled(),
  };
}
