/** What the transition table hears: plain data. */
import type { Replacement } from "../../shared/node/installed-program.ts";
import type { TrayLoss } from "../backends/tray-loss.ts";
import type {
  BlockedReason,
  DoctorFinding,
  GatewayInfo,
  MemoryUse,
  NotificationKind,
  Profile,
  ServiceRuntime,
  ServiceVerb,
} from "./tray-model.ts";
import type { WaitingApproval } from "./waiting-approvals.ts";
import type { WaitingDevice } from "./waiting-devices.ts";

/**
 * A timer's name is the type of the event it raises. Each belongs to one state: `probing`, `starting`, `degraded`,
 * `stopping`, `backoff`, in this order. Setting one again replaces it.
 */
export type TimerName =
  | "probe-again"
  | "readiness-timeout"
  | "reconnect"
  | "stop-deadline"
  | "backoff-elapsed";
export type TimerEvent = { [Name in TimerName]: { readonly type: Name } }[TimerName];

/** What the user clicked. Never stale. */
export type UserEvent =
  | { readonly type: "user-start" }
  | { readonly type: "user-stop" }
  | { readonly type: "user-restart" }
  | { readonly type: "user-free-port" }
  | { readonly type: "user-toggle-dev" }
  /** Ends the dev gateway, if one runs, and starts it with an empty profile. */
  | { readonly type: "user-reset-dev" }
  /** Hands the gateway over to an installed service, or takes it back and removes the service. */
  | { readonly type: "user-run-as-service"; readonly enabled: boolean }
  /** Leaves for the program that was installed in our place; our own gateway ends with this one and starts with that. */
  | { readonly type: "user-relaunch" }
  /** `gateway` overrides the setting: `keep` when the session ends, `setting` for the menu item. */
  | { readonly type: "user-quit"; readonly gateway: "setting" | "keep" | "stop" };

/** Answers to `probe`, `await-ready` and `await-service`. */
export type ProbeEvent =
  /** Nobody listens on the port. Only ever an answer to `probe`. */
  | { readonly type: "nobody-listening"; readonly generation: number }
  /** A gateway took our credentials and said hello; the connection stays open and its health is watched from now on. */
  | { readonly type: "connected"; readonly generation: number; readonly gateway: GatewayInfo }
  /**
   * A gateway of this profile (by its lock or `/healthz`) listens but does not say hello: it is still starting, stuck, or busy with
   * others when it `answersHttp`. Only ever an answer to `probe`.
   */
  | {
      readonly type: "not-ready";
      readonly generation: number;
      readonly pid: number | null;
      readonly answersHttp: boolean;
    }
  /** Trying again is pointless: a stranger listens, or the gateway refuses us, or our configuration is unreadable. */
  | { readonly type: "probe-blocked"; readonly generation: number; readonly reason: BlockedReason };

/** What happened to a process. */
export type ProcessEvent =
  | { readonly type: "spawned"; readonly generation: number; readonly pid: number }
  /** The child never came to be. */
  | { readonly type: "spawn-failed"; readonly generation: number; readonly reason: BlockedReason }
  /**
   * A process is gone: our child, or the one named by `signal-stop`, `free-port` or `await-exit` (also when the pid turned
   * out to be somebody else's by now). `code` and `signal` are null where the system does not tell.
   */
  | {
      readonly type: "exited";
      readonly generation: number;
      readonly pid: number | null;
      readonly code: number | null;
      readonly signal: string | null;
      readonly uptimeMs: number | null;
      /** From `run/start-blocked.json`, if this very run wrote it. */
      readonly startBlocked: StartRefusal | null;
    }
  /** `signal-stop` or `free-port` could not be carried out (no permission, identity unknown). */
  | { readonly type: "stop-failed"; readonly generation: number; readonly message: string };

/** What is learned of the service. */
export type ServiceEvent =
  /** The verb did what it is for: the gateway answers, or it is gone. */
  | {
      readonly type: "service-done";
      readonly generation: number;
      readonly mode: Profile;
      readonly verb: ServiceVerb;
    }
  | {
      readonly type: "service-failed";
      readonly generation: number;
      readonly mode: Profile;
      readonly verb: ServiceVerb;
      readonly refusal: StartRefusal;
    }
  /** While the service is awaited: a start of it was refused. Whether it is tried again is for the manager to say. */
  | { readonly type: "service-refused"; readonly generation: number }
  /** Answer to `ask-service`; `refusal` is why its last start was refused, if it was since the time that was asked for. */
  | {
      readonly type: "service-status";
      readonly generation: number;
      readonly runtime: ServiceRuntime;
      readonly refusal: StartRefusal | null;
    }
  /** Answer to `watch-return`: a service runs a gateway of this profile. */
  | { readonly type: "gateway-returned"; readonly generation: number };

/** The part of `run/start-blocked.json` that matters here; `code` is one of `ERROR_CODES`. */
export interface StartRefusal {
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
  readonly pid?: number;
}

/** What the watched connection reports. */
export type ConnectionEvent =
  /** `gateway` carries what changed since hello. */
  | { readonly type: "health-ok"; readonly generation: number; readonly gateway: Partial<GatewayInfo> }
  /** No answer in time over the socket; over HTTP it may be well all the same. */
  | { readonly type: "health-miss"; readonly generation: number; readonly answersHttp: boolean }
  | { readonly type: "socket-lost"; readonly generation: number }
  /** The gateway announced its shutdown; `restartExpectedMs` is null when it does not come back by itself. */
  | {
      readonly type: "shutdown-announced";
      readonly generation: number;
      readonly restartExpectedMs: number | null;
    };

/** Everything that goes through the table. */
export type GatewayEvent =
  /** Sent once, when the tray is wired up. */
  | { readonly type: "launched" }
  | { readonly type: "woke-from-sleep" }
  /** Answer to `watch-cause`: the thing that blocks us looks different now. */
  | { readonly type: "cause-changed"; readonly generation: number }
  | UserEvent
  | ProbeEvent
  | ProcessEvent
  | ServiceEvent
  | ConnectionEvent
  | TimerEvent;

/** Facts and settings that mean the same in every state. */
export type FactEvent =
  | { readonly type: "activity"; readonly activeRuns: number }
  /** Somebody set the time of day: every time that is remembered moves along. */
  | { readonly type: "clock-set"; readonly byMs: number }
  /** What lies on the disk in place of this program; null when it is this one again. */
  | { readonly type: "program-replaced"; readonly replacement: Replacement | null }
  /** One line on what does not work although the gateway runs; null when all works again. */
  | { readonly type: "impairment"; readonly message: string | null }
  /** How much memory the gateway uses that is much; null when it no longer does. */
  | { readonly type: "memory"; readonly use: MemoryUse | null }
  /** Devices that wait for approval, those that wait longest first. */
  | { readonly type: "devices-waiting"; readonly devices: readonly WaitingDevice[] }
  /** What agents ask before they do it, those that wait longest first. */
  | { readonly type: "approvals-waiting"; readonly approvals: readonly WaitingApproval[] }
  /** What the tray's backend reports about the icon; null when it is there. */
  | { readonly type: "icon"; readonly loss: TrayLoss | null }
  /** The definition of a profile's service came or went. */
  | { readonly type: "service-installed"; readonly mode: Profile; readonly installed: boolean }
  | { readonly type: "doctor-looks" }
  /** The findings, the worst first; null when the doctor could not be asked. */
  | { readonly type: "doctor-looked"; readonly findings: readonly DoctorFinding[] | null }
  /** A click that is none of the state machine's could not be served; one line, with the remedy. */
  | { readonly type: "action-failed"; readonly message: string }
  | { readonly type: "set-launch-at-login"; readonly enabled: boolean }
  /** The desktop has the entry, or has it no longer: whoever removed it elsewhere meant it. */
  | { readonly type: "launch-at-login-seen"; readonly enabled: boolean }
  | { readonly type: "set-keep-on-quit"; readonly enabled: boolean }
  | { readonly type: "set-notification"; readonly kind: NotificationKind; readonly enabled: boolean };

export type TrayEvent = GatewayEvent | FactEvent;

export type EventType = GatewayEvent["type"];
export type EventOf<Type extends EventType> = Extract<GatewayEvent, { type: Type }>;
