import type { TimerName } from "./events.ts";
import type { BlockedReason, Crash, Intent, Owner, Profile, ServiceVerb } from "./tray-model.ts";

/**
 * What is to be done. Effects are carried out in order; none waits for another. `generation` is to be copied into every
 * event that the effect leads to; `mode` is the profile that the effect is about, whatever the intent says by then.
 */
export type Effect =
  /**
   * One attach probe on the port of `mode`. A `generation` not seen before ends everything of the one before it: connection,
   * watchers, answers under way. A second probe of the same run replaces the first. Answered by one `ProbeEvent`.
   */
  | { readonly type: "probe"; readonly generation: number; readonly mode: Profile }
  /**
   * Starts our own child, which empties the dev profile first when `reset`. Answered by `spawned` or `spawn-failed`;
   * `exited` follows when it ends.
   */
  | { readonly type: "spawn"; readonly generation: number; readonly mode: Profile; readonly reset: boolean }
  /**
   * Tries to connect every `PROBE_PAUSE_MS` until `connected` or `probe-blocked`; given up without an answer at the next
   * `signal-stop`, `release` or new run.
   */
  | { readonly type: "await-ready"; readonly generation: number; readonly mode: Profile }
  /**
   * Like `await-ready`, for a gateway that its service manager brings back; `service-refused` when `run/start-blocked.json`
   * was written since `sinceMs`.
   */
  | {
      readonly type: "await-service";
      readonly generation: number;
      readonly mode: Profile;
      readonly sinceMs: number;
    }
  /** A command to the service manager, one after another. Answered by `service-done` or `service-failed`, unless overtaken. */
  | {
      readonly type: "service";
      readonly generation: number;
      readonly mode: Profile;
      readonly verb: ServiceVerb;
    }
  /** What does the service do? Answered by `service-status`. */
  | {
      readonly type: "ask-service";
      readonly generation: number;
      readonly mode: Profile;
      readonly sinceMs: number;
    }
  /** Tell by `exited` when the gateway with this pid, which ends by itself, is gone. */
  | {
      readonly type: "await-exit";
      readonly generation: number;
      readonly mode: Profile;
      readonly pid: number | null;
    }
  /** Tell by `gateway-returned` when a service runs a gateway of the profile, until the next run or `release`. */
  | { readonly type: "watch-return"; readonly generation: number; readonly mode: Profile }
  /** Asks for health now instead of at the next interval. */
  | { readonly type: "check-health"; readonly generation: number }
  /** Not for a service. SIGTERM (or its like) after checking that `pid` still is that gateway; `exited` follows when it is gone. */
  | {
      readonly type: "signal-stop";
      readonly generation: number;
      readonly mode: Profile;
      readonly owner: Exclude<Owner, "service">;
      readonly pid: number | null;
    }
  /** SIGTERM to a stranger, only if it still holds the port; `exited` follows when it is gone. */
  | { readonly type: "free-port"; readonly generation: number; readonly mode: Profile; readonly pid: number }
  /** SIGKILL to the process of the last `signal-stop` or `free-port`. */
  | { readonly type: "force-kill"; readonly generation: number; readonly pid: number | null }
  /** Tell by `cause-changed` when the reason may be gone: the configuration changes, the port becomes free. */
  | {
      readonly type: "watch-cause";
      readonly generation: number;
      readonly mode: Profile;
      readonly reason: BlockedReason;
    }
  /** Ends connection, watchers and answers under way of the run; leaves the process alone. */
  | { readonly type: "release"; readonly generation: number }
  | { readonly type: "schedule-timer"; readonly timer: TimerName; readonly delayMs: number }
  | { readonly type: "cancel-timer"; readonly timer: TimerName }
  /** Writes `crash.evidence` to the log folder, with the last of the child's stderr. */
  | { readonly type: "write-crash-evidence"; readonly mode: Profile; readonly crash: Crash }
  | { readonly type: "save-intent"; readonly intent: Intent }
  | { readonly type: "apply-launch-at-login"; readonly enabled: boolean }
  /** Tells the user by a notification what a click could not do. */
  | { readonly type: "tell-failure"; readonly message: string }
  /** The tray ends; a gateway that still runs goes on. */
  | { readonly type: "leave" };
export type EffectOf<Type extends Effect["type"]> = Extract<Effect, { type: Type }>;
