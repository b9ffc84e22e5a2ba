/** Composition root of the tray: wires model, supervisor, backend and notifier, and takes them apart again. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { systemClock } from "../shared/clock.ts";
import { errorText, systemCode } from "../shared/errors.ts";
import { Disposables } from "../shared/lifecycle.ts";
import { APP_VERSION } from "../shared/version.ts";
import { autostartFor } from "./autostart.ts";
import { pickTrayBackend } from "./backends/index.ts";
import type { TrayLanguage } from "./backends/loss-texts.ts";
import type { GatewayPlace, TrayPlaces } from "./gateway-places.ts";
import { iconFile } from "./icons.ts";
import { openTrayLog } from "./log.ts";
import { MenuActions } from "./menu/actions.ts";
import { CRASH_STDERR_BYTES } from "./model/limits.ts";
import type { Texts } from "./model/texts/index.ts";
import { initialModel } from "./model/tray-model.ts";
import type { TrayEvent } from "./model/vocabulary.ts";
import { Announcer } from "./notifier/announcer.ts";
import { DesktopNotifier } from "./notifier/desktop.ts";
import { Presenter } from "./presenter.ts";
import { removeSecrets } from "./redact.ts";
import { TraySettings } from "./settings.ts";
import { statusFile } from "./status-file.ts";
import { AttachProbe } from "./supervisor/attach-probe.ts";
import { ChildLauncher } from "./supervisor/child-launcher.ts";
import { writeCrashReport } from "./supervisor/crash-reports.ts";
import { GatewayProcesses } from "./supervisor/gateway-processes.ts";
import { readTarget } from "./supervisor/gateway-target.ts";
import { GatewayWatch } from "./supervisor/gateway-watch.ts";
import { launcherFile } from "./supervisor/launcher-file.ts";
import { watchSleep } from "./supervisor/sleep-watch.ts";
import { type EffectHandlers, Supervisor } from "./supervisor/supervisor.ts";

const HELPER_STOP_MS = 2_000;

/** Prints one line in the terminal the tray was started from. */
export type Say = (line: string) => void;

/** Runs the tray until the user or a signal ends it. Never fails for want of a desktop or a writable disk. */
export async function runTray(places: TrayPlaces, texts: Texts, say: Say): Promise<void> {
  const { own } = places;
  const { paths, platform, env } = own;
  const log = openTrayLog(paths.logDir, say);
  const warn = (message: string) => {
    log.warn(message);
    say(message);
  };
  const undo = new Disposables();
  const { promise: left, resolve: leave } = Promise.withResolvers<void>();

  const settings = new TraySettings(paths.stateDir, warn);
  const autostart = autostartFor(own, [process.execPath, launcherFile(), "tray", ...ownOptions(own)]);
  const intent = {
    ...settings.intent,
    ...(own.dev ? { mode: "dev" as const } : {}),
    launchAtLogin: autostart.isEnabled(),
  };
  const model = initialModel(intent, APP_VERSION, systemClock.now());

  const emit = (event: TrayEvent) => supervisor.dispatch(event);
  const probe = new AttachProbe(randomUUID(), systemClock);
  const watch = undo.add(new GatewayWatch(places, probe, emit, systemClock));
  const processes = new GatewayProcesses(places, new ChildLauncher(systemClock), emit, systemClock);
  const note = (what: string) => (error: unknown) => log.error({ err: error }, what);

  const handlers: EffectHandlers = {
    probe: ({ run, mode }) => {
      processes.use(mode);
      watch.probe(run, mode);
    },
    "await-ready": ({ run, mode }) => watch.awaitReady(run, mode),
    "check-health": ({ run }) => watch.checkHealth(run),
    "watch-cause": ({ run, reason }) => watch.watchCause(run, reason),
    release: ({ run }) => watch.release(run),
    spawn: ({ run, mode }) => void processes.spawn(run, mode).catch(note("the gateway cannot be started")),
    "signal-stop": ({ run, owner, pid }) => {
      watch.stopAsking();
      const stop = processes.signalStop(run, { owner, pid }, () => watch.requestShutdown());
      void stop.catch(note("the gateway cannot be stopped"));
    },
    "free-port": ({ run, pid }) => void processes.freePort(run, pid).catch(note("the port cannot be freed")),
    "force-kill": ({ run }) => processes.forceKill(run),
    "write-crash-evidence": ({ crash }) => {
      const stderr = processes.stderrTail(CRASH_STDERR_BYTES);
      void secretsOf(places.gateway[supervisor.model.intent.mode])
        .then((secrets) => writeCrashReport(paths.logDir, crash, removeSecrets(stderr, secrets)))
        .catch(note("the crash report cannot be written"));
    },
    "save-intent": (effect) => settings.saveIntent(effect.intent),
    "apply-launch-at-login": ({ enabled }) => {
      try {
        autostart.set(enabled);
      } catch (error) {
        const message = `launch at login: ${systemCode(error) ?? errorText(error)}`;
        emit({ type: "action-failed", message });
      }
    },
    leave: () => leave(),
  };
  const supervisor = undo.add(new Supervisor(model, handlers, systemClock, log));

  const notifier = new DesktopNotifier({ platform, env, iconPath: iconFile("normal", "linux") }, () => {});
  undo.add({ dispose: () => notifier.stop() });
  const language: TrayLanguage = texts.language === "de" ? "de" : "en";
  const backend = await pickTrayBackend(
    { platform, arch: process.arch, env, language },
    join(paths.stateDir, "tray-helper"),
  );
  const announcer = new Announcer(notifier, settings, systemClock, (key, reason) =>
    log.warn({ key, reason }, "a notification was not delivered"),
  );
  const presenter = undo.add(
    new Presenter(model, { backend, announcer, texts, statusFile: statusFile(paths), warn }, systemClock),
  );
  const actions = new MenuActions(
    {
      get model() {
        return supervisor.model;
      },
      dispatch: emit,
      view: () => presenter.view(),
    },
    places,
    notifier,
    texts,
  );

  supervisor.onChange((next) => presenter.show(next));
  undo.add(watchSleep(systemClock, () => emit({ type: "woke-from-sleep" })));
  listenToSignals(emit);
  let hasSaidLoss = false;
  backend.start(presenter.view(), {
    clicked: (id) => {
      log.info({ id }, "clicked");
      actions.run(id);
    },
    ready: () => emit({ type: "icon", loss: null }),
    lost: (loss) => {
      log.warn(loss, "no icon");
      if (!hasSaidLoss) say(`${loss.reason} ${loss.remedy} ${texts.console.withoutIcon}`);
      hasSaidLoss = true;
      emit({ type: "icon", loss });
    },
  });
  say(texts.console.started(process.pid));
  emit({ type: "launched" });

  await left;
  log.info("leaving");
  undo.dispose();
  await Promise.all([backend.stop(HELPER_STOP_MS), settings.flush()]);
}

/** The options that lead another start to the same profile. */
function ownOptions({ paths }: TrayPlaces["own"]): string[] {
  return paths.profile === undefined ? [] : ["--profile", paths.profile];
}

/** Ctrl-C is a Quit; the end of the session leaves the gateway to itself. */
function listenToSignals(emit: (event: TrayEvent) => void): void {
  process.on("SIGINT", () => emit({ type: "user-quit", gateway: "setting" }));
  for (const signal of ["SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => emit({ type: "user-quit", gateway: "keep" }));
  }
}

async function secretsOf(place: GatewayPlace): Promise<(string | undefined)[]> {
  const target = await readTarget(place);
  return "blocked" in target ? [] : [target.secrets.token, target.secrets.password];
}
