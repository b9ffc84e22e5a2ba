/** The whole truth of the tray: what the user asked for (`Intent`) and what is the case (`GatewayState`, `Facts`). */
import type { Replacement } from "../../shared/node/installed-program.ts";
import type { TrayLoss } from "../backends/tray-loss.ts";
import { QUIET_MS } from "./limits.ts";
import { type ApprovalSlots, NO_APPROVALS } from "./waiting-approvals.ts";
import { type DeviceSlots, NO_DEVICES } from "./waiting-devices.ts";

export type Profile = "normal" | "dev";

/** What *Quit* does to our own child. `auto` stops it; a service and an attached gateway are never stopped by Quit. */
export type OnQuit = "auto" | "keep" | "stop";

/** Kinds of notification; each has a toggle in the menu. */
export const NOTIFICATION_KINDS = [
  "down",
  "gave-up",
  "blocked",
  "memory",
  "pairing",
  "approval",
  "recovered",
  "updated",
  "connected",
] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/** What the user asked for. Persisted; it beats every automation. */
export interface Intent {
  readonly desired: "run" | "stopped";
  readonly mode: Profile;
  readonly onQuit: OnQuit;
  readonly launchAtLogin: boolean;
  readonly silenced: readonly NotificationKind[];
}

export const DEFAULT_INTENT: Intent = {
  desired: "run",
  mode: "normal",
  onQuit: "auto",
  launchAtLogin: false,
  silenced: ["connected"],
};

/**
 * Who keeps the gateway that we watch: it is our child, or the installed service of its profile runs it, or somebody
 * else started it and we attached.
 */
export type Owner = "child" | "service" | "attached";

/** What a connected gateway told about itself. Null where it did not say. */
export interface GatewayInfo {
  readonly pid: number | null;
  readonly url: string | null;
  /** Epoch milliseconds. */
  readonly startedAtMs: number | null;
  readonly clients: number | null;
  /** Model of the default agent, such as `anthropic/claude-opus-4-5`. */
  readonly agentModel: string | null;
  /** The unit, label or task of the installed service that runs it; null when none does. */
  readonly service: string | null;
}

/** Memory of the gateway that is worth a word. */
export interface MemoryUse {
  readonly usedMb: number;
  /** It takes no new messages for that. */
  readonly isShort: boolean;
}

/** Why the gateway cannot start or be used; trying again is pointless until the cause changes. */
export type BlockedReason =
  | {
      readonly kind: "port-in-use";
      readonly port: number | null;
      readonly pid: number | null;
      /** Short name of the program, such as `nginx`. */
      readonly command: string | null;
      readonly user: string | null;
    }
  /** There is no configuration yet; the menu offers to write the first one. */
  | { readonly kind: "not-set-up" }
  | { readonly kind: "config-invalid"; readonly path: string | null; readonly issues: readonly string[] }
  /** The gateway answers but does not take our secret or device. `message` is what it said. */
  | { readonly kind: "auth-mismatch"; readonly message: string }
  | { readonly kind: "protocol-mismatch"; readonly theirs: number | null; readonly ours: number }
  | { readonly kind: "runtime-missing"; readonly message: string }
  /** Any other refusal of the gateway itself, in its own words. */
  | { readonly kind: "refused"; readonly message: string; readonly fix: string | null };

/** How a gateway ended that should not have. */
export interface Crash {
  readonly atMs: number;
  /** `exit`: by itself. `unresponsive`, `not-ready`: we ended it for that. `vanished`: one that is not our child is gone. */
  readonly cause: "exit" | "unresponsive" | "not-ready" | "vanished";
  readonly code: number | null;
  readonly signal: string | null;
  readonly pid: number | null;
  readonly uptimeMs: number | null;
  /** File name in the log folder; null when there is nothing to keep. */
  readonly evidence: string | null;
}

/** Why a gateway ends: on request, because it stopped being of use, or because somebody else ends or restarts the service. */
export type StopCause = "asked" | "unresponsive" | "not-ready" | "elsewhere";

/** Who starts a crashed gateway again. */
export type Restarter = "tray" | "service";

/** What a service manager can be asked for. */
export const SERVICE_VERBS = ["start", "stop", "restart", "install", "uninstall"] as const;
export type ServiceVerb = (typeof SERVICE_VERBS)[number];

/** What the service manager says about the service; `not-installed` and `unknown` included. */
export const SERVICE_RUNTIMES = [
  "running",
  "starting",
  "stopping",
  "stopped",
  "crash-looping",
  "blocked",
  "not-installed",
  "unknown",
] as const;
export type ServiceRuntime = (typeof SERVICE_RUNTIMES)[number];

/**
 * The supervised gateway. Each state carries only what it has.
 * A process of ours may be alive in `starting`, `running`, `degraded` and `stopping`, and in no other state.
 */
export type GatewayState =
  /** Nothing of ours runs and nothing is planned. */
  | { readonly kind: "stopped" }
  /** Finding out who listens; nothing of ours runs yet. Shown as starting. */
  | { readonly kind: "probing"; readonly sinceMs: number }
  /**
   * Spawned, or asked of the service manager, or restarting when `planned`; not yet hello-ok. `pid` is null until the
   * spawn is confirmed, and for a service.
   */
  | {
      readonly kind: "starting";
      /** Of the gateway that is on its way; the intent may ask for the other one meanwhile. */
      readonly mode: Profile;
      readonly owner: Owner;
      readonly pid: number | null;
      readonly planned: boolean;
      /** What the service manager was asked for and has not answered yet; null when nothing. */
      readonly verb: ServiceVerb | null;
      readonly sinceMs: number;
    }
  /** Our own child or our own service, healthy. */
  | {
      readonly kind: "running";
      readonly owner: "child" | "service";
      readonly gateway: GatewayInfo;
      readonly healthySinceMs: number;
    }
  /** A healthy gateway that we did not start. */
  | { readonly kind: "attached"; readonly gateway: GatewayInfo; readonly healthySinceMs: number }
  /** The process is there, but answers late, not at all, or no longer lets us in. */
  | {
      readonly kind: "degraded";
      readonly owner: Owner;
      readonly gateway: GatewayInfo;
      readonly trouble:
        | { readonly kind: "late"; readonly misses: number }
        | { readonly kind: "lost"; readonly retries: number }
        | { readonly kind: "refused"; readonly reason: BlockedReason };
      readonly sinceMs: number;
    }
  /** Waiting until a process is really gone. What follows is decided by the intent at that time. */
  | {
      readonly kind: "stopping";
      /** `foreign` is the stranger on our port, ended by the user's click. */
      readonly target: Owner | "foreign";
      readonly pid: number | null;
      readonly because: StopCause;
      /** A service is being installed in its place: whoever does that also ends it. */
      readonly installs: boolean;
      readonly killing: boolean;
      readonly sinceMs: number;
    }
  /**
   * Crashed. By the tray, the restart number `attempt` (1 …) is scheduled for `untilMs`; by the service, we wait for its
   * manager and ask it at `untilMs` what has become of it.
   */
  | {
      readonly kind: "backoff";
      readonly by: Restarter;
      readonly crash: Crash;
      readonly attempt: number;
      readonly untilMs: number;
    }
  /** Crashed too often. */
  | { readonly kind: "gave-up"; readonly crash: Crash }
  | { readonly kind: "blocked"; readonly reason: BlockedReason };

export type StateKind = GatewayState["kind"];
export type StateOf<Kind extends StateKind> = Extract<GatewayState, { kind: Kind }>;

/** One thing that `clawdbot doctor` found. */
export interface DoctorFinding {
  readonly code: string;
  readonly level: "error" | "warning" | "hint";
  readonly message: string;
  readonly remedy: string | null;
}

/** The last look of the doctor. */
export interface DoctorFacts {
  readonly isLooking: boolean;
  /** The worst first; null before the first look. */
  readonly findings: readonly DoctorFinding[] | null;
}

/** What is the case beside the state of the gateway. */
export interface Observed {
  readonly version: string;
  /** Name of the tray's own profile; null for the default one. */
  readonly profile: string | null;
  /** Which profiles have an installed service. What it runs is started, stopped and restarted through its manager alone. */
  readonly serviceInstalled: { readonly [Mode in Profile]: boolean };
  readonly doctor: DoctorFacts;
  /** The next gateway of ours starts with an empty dev profile. */
  readonly resetsDev: boolean;
  /** Number of the current run: one run reaches from a probe to the next. Answers of an older run are stale. */
  readonly generation: number;
  /** The profile of the current run; the intent may have moved on to the other one. */
  readonly runMode: Profile;
  /** Crashes within the breaker's window, oldest first, epoch milliseconds. */
  readonly crashTimesMs: readonly number[];
  /** Crashes in a row; picks the restart delay. */
  readonly crashesInARow: number;
  readonly lastCrash: Crash | null;
  /** When the gateway went down without being asked to; null while all is well. */
  readonly downSinceMs: number | null;
  /** The outage that ended last (its `downSinceMs`); null when there was none. */
  readonly recoveredFromMs: number | null;
  readonly activeRuns: number;
  readonly lastRunEndedAtMs: number | null;
  /** Up but useless: one line on what does not work (a channel, an expired login); null when all works. */
  readonly impairment: string | null;
  /** Null while the gateway uses no more memory than it may. */
  readonly memory: MemoryUse | null;
  /** Devices that the connected gateway keeps waiting. */
  readonly devices: DeviceSlots;
  /** What its agents ask before they do it. */
  readonly approvals: ApprovalSlots;
  /** What the last click could not do, in the system's words. */
  readonly failedAction: string | null;
  /** Why there is no icon just now; null when nothing is known to be wrong with it. */
  readonly iconLoss: TrayLoss | null;
  readonly quietUntilMs: number;
  /** What lies on the disk in place of this program; null while it is this one. `version` is null while nothing does. */
  readonly replacedBy: Replacement | null;
  /** Leaving for the program that has taken our place on the disk. */
  readonly relaunches: boolean;
  /** Leaving: only the stop that is under way is still carried out. */
  readonly quitting: boolean;
}

export interface TrayModel {
  readonly intent: Intent;
  readonly gateway: GatewayState;
  readonly facts: Observed;
}

/** The model of a tray that has just started: nothing is known yet, notifications are quiet for a while. */
export function initialModel(intent: Intent, version: string, nowMs: number): TrayModel {
  return {
    intent,
    gateway: { kind: "stopped" },
    facts: {
      version,
      profile: null,
      serviceInstalled: { normal: false, dev: false },
      doctor: { isLooking: false, findings: null },
      resetsDev: false,
      generation: 0,
      runMode: "normal",
      crashTimesMs: [],
      crashesInARow: 0,
      lastCrash: null,
      downSinceMs: null,
      recoveredFromMs: null,
      activeRuns: 0,
      lastRunEndedAtMs: null,
      impairment: null,
      memory: null,
      devices: NO_DEVICES,
      approvals: NO_APPROVALS,
      failedAction: null,
      iconLoss: null,
      quietUntilMs: nowMs + QUIET_MS,
      replacedBy: null,
      relaunches: false,
      quitting: false,
    },
  };
}

/** Who owns the process that the state is about; null when it is about none (or about a stranger's). */
export function ownerOf(gateway: GatewayState): Owner | null {
  switch (gateway.kind) {
    case "starting":
    case "degraded":
    case "running":
      return gateway.owner;
    case "attached":
      return "attached";
    case "stopping":
      return gateway.target === "foreign" ? null : gateway.target;
    default:
      return null;
  }
}

/** Whether the gateway of the current mode goes through a service manager. */
export function hasService({ intent, facts }: TrayModel): boolean {
  return facts.serviceInstalled[intent.mode];
}

/** True when *Quit* ends the gateway: it is our child and the user did not ask to keep it. */
export function quitStopsGateway(model: TrayModel): boolean {
  return ownerOf(model.gateway) === "child" && model.intent.onQuit !== "keep";
}
