/** What the effects of the state machine come down to: one handler for each, over the parts that do the work. */
import { errorText, systemCode } from "../shared/errors.ts";
import type { Autostart } from "./autostart.ts";
import type { TrayPlaces } from "./gateway-profiles.ts";
import type { TrayEvent } from "./model/events.ts";
import { CRASH_STDERR_BYTES } from "./model/limits.ts";
import type { Texts } from "./model/texts/index.ts";
import type { Crash, Profile } from "./model/tray-model.ts";
import { removeSecrets } from "./redact.ts";
import type { TraySettings } from "./settings.ts";
import { writeCrashReport } from "./supervisor/crash-reports.ts";
import type { GatewayProcesses } from "./supervisor/gateway-processes.ts";
import { readTarget } from "./supervisor/gateway-target.ts";
import type { GatewayWatch } from "./supervisor/gateway-watch.ts";
import type { OutsideWatch } from "./supervisor/outside-watch.ts";
import type { ServiceLauncher } from "./supervisor/service-launcher.ts";
import type { EffectHandlers, SupervisorLog } from "./supervisor/supervisor.ts";

/** Who does the work. */
export interface EffectParts {
  readonly places: TrayPlaces;
  readonly watch: GatewayWatch;
  readonly processes: GatewayProcesses;
  readonly service: ServiceLauncher;
  readonly outside: OutsideWatch;
  readonly settings: TraySettings;
  readonly autostart: Autostart;
  readonly log: SupervisorLog;
  readonly texts: Texts;
}

/** What is asked of the tray itself: `emit` takes the answers, `tellFailure` shows a notification, `leave` ends the tray. */
export interface EffectOutlets {
  emit(event: TrayEvent): void;
  tellFailure(message: string): void;
  leave(): void;
}

export function effectHandlers(
  parts: EffectParts,
  { emit, tellFailure, leave }: EffectOutlets,
): EffectHandlers {
  const { watch, processes, service, outside, settings, autostart, log, texts } = parts;
  const { action } = texts;
  const note = (what: string) => (error: unknown) => log.error({ err: error }, what);
  return {
    probe: ({ generation, mode }) => {
      // Whether its service is there decides what follows when nobody answers.
      outside.look();
      watch.probe(generation, mode);
    },
    spawn: (effect) => void processes.spawn(effect).catch(note("the gateway cannot be started")),
    "await-ready": ({ generation, mode }) => watch.awaitReady(generation, mode),
    "await-service": ({ generation, mode, sinceMs }) => watch.awaitService(generation, mode, sinceMs),
    service: ({ generation, mode, verb }) => service.command(generation, mode, verb),
    "ask-service": ({ generation, mode, sinceMs }) =>
      void service.ask(generation, mode, sinceMs).catch(note("the service cannot be asked about")),
    "await-exit": (effect) => processes.awaitExit(effect),
    "watch-return": ({ generation, mode }) => watch.watchReturn(generation, mode),
    "check-health": ({ generation }) => watch.checkHealth(generation),
    "watch-cause": (effect) => watch.watchCause(effect),
    release: ({ generation }) => watch.release(generation),
    "signal-stop": (effect) => {
      watch.stopAsking();
      const stop = processes.signalStop(effect, () => watch.requestShutdown());
      void stop.catch(note("the gateway cannot be stopped"));
    },
    "free-port": (effect) => void processes.freePort(effect).catch(note("the port cannot be freed")),
    "force-kill": ({ generation }) => processes.forceKill(generation),
    "write-crash-evidence": ({ mode, crash }) => {
      void keepEvidence(crash, mode, parts).catch(note("the crash report cannot be written"));
    },
    "save-intent": ({ intent }) => settings.saveIntent(intent),
    "apply-launch-at-login": ({ enabled }) => {
      try {
        autostart.set(enabled);
      } catch (error) {
        emit({ type: "action-failed", message: action.launchAtLogin(systemCode(error) ?? errorText(error)) });
        emit({ type: "launch-at-login-seen", enabled: autostart.isEnabled() });
      }
    },
    "tell-failure": ({ message }) => tellFailure(message),
    leave: () => leave(),
  };
}

async function keepEvidence(crash: Crash, mode: Profile, { places, processes }: EffectParts): Promise<void> {
  const stderr = processes.stderrTail(CRASH_STDERR_BYTES);
  const target = await readTarget(places.gateway[mode]);
  const secrets = "blocked" in target ? [] : [target.secrets.token, target.secrets.password];
  writeCrashReport(places.own.paths.logDir, crash, removeSecrets(stderr, secrets));
}
