/** Starts and ends processes: our own child, a gateway we attached to, a stranger on the port by the user's click. */

import type { Clock } from "../../shared/clock.ts";
import { CodedError, errorText, systemCode } from "../../shared/errors.ts";
import { ancestorsOf } from "../../shared/node/ancestors.ts";
import {
  type EndSignal,
  type KnownProcess,
  signalProcess,
  waitUntilGone,
} from "../../shared/node/end-process.ts";
import { liveGateway } from "../../shared/node/gateway/live.ts";
import { refusalFor } from "../../shared/node/listener-guard.ts";
import { listenersOn } from "../../shared/node/port-owner.ts";
import { startIdOf } from "../../shared/node/process-identity.ts";
import { readStartBlocked } from "../../shared/node/run-state.ts";
import { english } from "../../shared/remedy.ts";
import type { GatewayProfile, TrayPlaces } from "../gateway-profiles.ts";
import type { EffectOf } from "../model/effects.ts";
import type { StartRefusal, TrayEvent } from "../model/events.ts";
import type { Texts } from "../model/texts/index.ts";
import type { Profile } from "../model/tray-model.ts";
import type { GatewayLauncher, LaunchedGateway } from "./gateway-launcher.ts";
import { readTarget } from "./gateway-target.ts";

/** A process that is to end. */
interface Target extends KnownProcess {
  /** Our own child leads a process group, which ends with it. */
  readonly isChild: boolean;
}

const GONE_POLL_MS = 100;

export class GatewayProcesses {
  readonly #places: TrayPlaces;
  readonly #launcher: GatewayLauncher;
  readonly #emit: (event: TrayEvent) => void;
  readonly #clock: Clock;
  readonly #texts: Texts;
  #child: LaunchedGateway | undefined;
  /** Whoever the last stop was meant for. */
  #target: Target | undefined;

  /** `emit` takes the answers, worded by `texts`. */
  constructor(
    places: TrayPlaces,
    launcher: GatewayLauncher,
    { emit, texts }: { emit: (event: TrayEvent) => void; texts: Texts },
    clock: Clock,
  ) {
    this.#places = places;
    this.#launcher = launcher;
    this.#emit = emit;
    this.#texts = texts;
    this.#clock = clock;
  }

  /** Answered by `spawned` or `spawn-failed`; `exited` follows. `reset` empties the dev profile first. */
  async spawn({ generation, mode, reset }: EffectOf<"spawn">): Promise<void> {
    const place = this.#places.gateway[mode];
    const refusedBefore = readStartBlocked(place.paths.startBlockedFile)?.atMs;
    let child: LaunchedGateway;
    try {
      child = await this.#launcher.launch(
        reset ? { ...place, options: [...place.options, "--reset"] } : place,
      );
    } catch (error) {
      return this.#emit({ type: "spawn-failed", generation, reason: spawnFailure(error, this.#texts) });
    }
    this.#child = child;
    this.#emit({ type: "spawned", generation, pid: child.pid });
    const exit = await child.exited;
    if (this.#target?.pid === child.pid) this.#target = undefined;
    const startBlocked = refusalOfRun(place, refusedBefore);
    this.#emit({ type: "exited", generation, pid: child.pid, ...exit, startBlocked });
  }

  /** The end of what our last child wrote to stderr; empty when there was none. */
  stderrTail(maxBytes: number): string {
    return this.#child?.stderrTail(maxBytes) ?? "";
  }

  /** Asks the gateway to end: by `askPolitely` where signals are not polite, by SIGTERM elsewhere. */
  async signalStop(
    { generation, mode, owner, pid }: EffectOf<"signal-stop">,
    askPolitely: () => Promise<boolean>,
  ): Promise<void> {
    const target = owner === "child" ? this.#childTarget(pid) : this.#attachedTarget(mode, pid);
    if (target === undefined) {
      // Our own child reports its end itself.
      return owner === "child" ? undefined : this.#stopUnverified(generation, pid, askPolitely);
    }
    this.#target = target;
    const { platform } = this.#places.own;
    if (platform === "win32" && (await askPolitely())) return this.#reportEnd(generation, target);
    await this.#end(generation, target, "SIGTERM");
  }

  /** Ends a stranger, if it still holds the port and nothing speaks against it. */
  async freePort({ generation, mode, pid }: EffectOf<"free-port">): Promise<void> {
    const { platform, env } = this.#places.own;
    const target = await readTarget(this.#places.gateway[mode]);
    if ("blocked" in target) return this.#emit(exited(generation, pid));
    const ports = [target.port, ...(target.fallbackPort === undefined ? [] : [target.fallbackPort])];
    for (const port of ports) {
      const holder = (await listenersOn(port, platform)).find((listener) => listener.pid === pid);
      if (holder?.startId === undefined) continue;
      const ancestors = await ancestorsOf(process.pid, platform);
      const refusal = refusalFor(holder, port, { pid: process.pid, ancestors, env });
      if (refusal !== undefined) {
        return this.#emit({
          type: "stop-failed",
          generation,
          message: `${english(refusal.reason)}: ${english(refusal.remedy)}`,
        });
      }
      this.#target = { pid, startId: holder.startId, isChild: false };
      return this.#end(generation, this.#target, "SIGTERM");
    }
    // It let go of the port by itself: what was wanted.
    this.#emit(exited(generation, pid));
  }

  /** Answered by `exited` when a gateway is gone that ends by itself. */
  awaitExit({ generation, mode, pid }: EffectOf<"await-exit">): void {
    const target = this.#attachedTarget(mode, pid);
    this.#target = target;
    if (target === undefined) this.#emit(exited(generation, pid));
    else void this.#waitUntilGone(generation, target);
  }

  /** SIGKILL to the target of the last stop, with its process group where it is our child. */
  forceKill(generation: number): void {
    if (this.#target !== undefined) void this.#end(generation, this.#target, "SIGKILL");
  }

  #childTarget(pid: number | null): Target | undefined {
    const child = this.#child;
    if (child?.startId === undefined || child.pid !== pid) return undefined;
    return { pid: child.pid, startId: child.startId, isChild: true };
  }

  #attachedTarget(mode: Profile, pid: number | null): Target | undefined {
    const facts = liveGateway(this.#places.gateway[mode].paths);
    if (facts === undefined || facts.pid !== pid) return undefined;
    return { pid: facts.pid, startId: facts.startId, isChild: false };
  }

  /** A gateway that left no facts takes no signal from us, but whoever holds its connection may ask it. */
  async #stopUnverified(
    generation: number,
    pid: number | null,
    askPolitely: () => Promise<boolean>,
  ): Promise<void> {
    const startId = pid === null ? undefined : startIdOf(pid, this.#places.own.platform);
    if (pid !== null && startId === undefined) return this.#emit(exited(generation, pid));
    if (pid !== null && startId !== undefined && (await askPolitely())) {
      this.#target = { pid, startId, isChild: false };
      return this.#waitUntilGone(generation, this.#target);
    }
    const message = this.#texts.action.processUnknown;
    this.#emit({ type: "stop-failed", generation, message });
  }

  async #end(generation: number, target: Target, signal: EndSignal): Promise<void> {
    const { platform } = this.#places.own;
    try {
      await signalProcess(target, signal, { platform, group: target.isChild });
    } catch (error) {
      const message = this.#texts.action.notEnded(target.pid, systemCode(error) ?? errorText(error));
      return this.#emit({ type: "stop-failed", generation, message });
    }
    if (signal === "SIGTERM") this.#reportEnd(generation, target);
  }

  /** Our child's end is seen by its parent; of others only the absence is. */
  #reportEnd(generation: number, target: Target): void {
    if (!target.isChild) void this.#waitUntilGone(generation, target);
  }

  async #waitUntilGone(generation: number, target: Target): Promise<void> {
    const options = { clock: this.#clock, pollMs: GONE_POLL_MS };
    // Another stop may be meant for somebody else by then.
    while (!(await waitUntilGone(target, GONE_POLL_MS, options))) if (this.#target !== target) return;
    if (this.#target !== target) return;
    this.#target = undefined;
    this.#emit(exited(generation, target.pid));
  }
}

function exited(generation: number, pid: number | null): TrayEvent {
  return { type: "exited", generation, pid, code: null, signal: null, uptimeMs: null, startBlocked: null };
}

function spawnFailure(
  error: unknown,
  { action }: Texts,
): Extract<TrayEvent, { type: "spawn-failed" }>["reason"] {
  if (error instanceof CodedError && error.code === "RUNTIME_MISSING") {
    return { kind: "runtime-missing", message: error.message };
  }
  return { kind: "refused", message: action.notStarted(errorText(error)), fix: null };
}

/** Why the start was refused, if this very start wrote it: another refusal than the one that was there before. */
function refusalOfRun({ paths }: GatewayProfile, refusedBefore: number | undefined): StartRefusal | null {
  const reason = readStartBlocked(paths.startBlockedFile);
  return reason === undefined || reason.atMs === refusedBefore ? null : reason;
}
