/**
 * Everything of a run that is not a process: finding the gateway, staying connected to it, watching what blocks it.
 * What belongs to one run ends when the next begins.
 */

import type { GatewayConnection } from "../../shared/client/gateway-connection.ts";
import { type Clock, sleep } from "../../shared/clock.ts";
import { UnavailableError } from "../../shared/errors.ts";
import type { Disposable } from "../../shared/lifecycle.ts";
import { liveGateway } from "../../shared/node/gateway/live.ts";
import { residentBytes } from "../../shared/node/resident-memory.ts";
import { readStartBlocked } from "../../shared/node/run-state.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import type { TrayPlaces } from "../gateway-profiles.ts";
import type { EffectOf } from "../model/effects.ts";
import type { TrayEvent } from "../model/events.ts";
import { PROBE_PAUSE_MS, READY_PAUSE_MS, SERVICE_LOOK_MS } from "../model/limits.ts";
import type { MemoryUse, Profile } from "../model/tray-model.ts";
import { ApprovalWatch } from "./approval-watch.ts";
import {
  ATTACH_PATIENCE,
  type AttachProbe,
  answersHttp,
  type Patience,
  type ProbeAnswer,
} from "./attach-probe.ts";
import { watchCause } from "./cause-watch.ts";
import { Heartbeat } from "./heartbeat.ts";
import { MemoryWatch } from "./memory-watch.ts";
import { PairingWatch } from "./pairing-watch.ts";

const ONE_TRY: Patience = { tries: 1, pauseMs: 0 };
const SHUTDOWN_TIMEOUT_MS = 2_000;
const LINK_TIMEOUT_MS = 5_000;
const DECISION_TIMEOUT_MS = 5_000;

export class GatewayWatch {
  readonly #places: TrayPlaces;
  readonly #probe: AttachProbe;
  readonly #emit: (event: TrayEvent) => void;
  readonly #clock: Clock;
  #generation = 0;
  /** The probe or the wait for readiness that is under way. */
  #asking: AbortController | undefined;
  #connection: GatewayConnection | undefined;
  #heartbeat: Heartbeat | undefined;
  #memory: MemoryWatch | undefined;
  #pairing: PairingWatch | undefined;
  #approvals: ApprovalWatch | undefined;
  /** What is looked out for while nothing is connected. */
  #cause: Disposable | undefined;

  constructor(places: TrayPlaces, probe: AttachProbe, emit: (event: TrayEvent) => void, clock: Clock) {
    this.#places = places;
    this.#probe = probe;
    this.#emit = emit;
    this.#clock = clock;
  }

  /** One attach probe; answered by one event. Replaces what is under way. */
  probe(generation: number, mode: Profile): void {
    const signal = this.#begin(generation);
    void this.#answer(signal, async () => {
      const answer = await this.#probe.ask(this.#places.gateway[mode], ATTACH_PATIENCE, signal);
      this.#tell(generation, mode, answer);
    });
  }

  /** Looks again and again until the gateway says hello or refuses us, or something else begins. */
  awaitReady(generation: number, mode: Profile): void {
    this.#await(generation, mode, READY_PAUSE_MS, () => {});
  }

  /** The same for a gateway that its service manager starts, which may have been refused since `sinceMs`. */
  awaitService(generation: number, mode: Profile, sinceMs: number): void {
    let knownMs = sinceMs - 1;
    const { startBlockedFile } = this.#places.gateway[mode].paths;
    this.#await(generation, mode, PROBE_PAUSE_MS, () => {
      const refusedMs = readStartBlocked(startBlockedFile)?.atMs ?? 0;
      if (refusedMs <= knownMs) return;
      knownMs = refusedMs;
      this.#emit({ type: "service-refused", generation });
    });
  }

  /** Tells once that a service runs a gateway of the profile, by what that gateway writes down. */
  watchReturn(generation: number, mode: Profile): void {
    this.#begin(generation);
    const { paths } = this.#places.gateway[mode];
    const timer = this.#clock.every(SERVICE_LOOK_MS, () => {
      if (liveGateway(paths)?.service === undefined) return;
      timer.dispose();
      this.#emit({ type: "gateway-returned", generation });
    });
    this.#cause = timer;
  }

  checkHealth(generation: number): void {
    if (generation === this.#generation) this.#heartbeat?.checkNow();
  }

  watchCause({ generation, mode, reason }: EffectOf<"watch-cause">): void {
    if (generation !== this.#generation) return;
    this.#cause?.dispose();
    this.#cause = watchCause(reason, this.#places.gateway[mode], this.#clock, () =>
      this.#emit({ type: "cause-changed", generation }),
    );
  }

  /** Closes everything of the run. */
  release(generation: number): void {
    if (generation === this.#generation) this.dispose();
  }

  /** Ends what is under way; the connection stays. */
  stopAsking(): void {
    this.#asking?.abort();
  }

  dispose(): void {
    this.#asking?.abort();
    this.#heartbeat?.dispose();
    this.#heartbeat = undefined;
    this.#memory?.dispose();
    this.#memory = undefined;
    this.#pairing?.dispose();
    this.#pairing = undefined;
    this.#approvals?.dispose();
    this.#approvals = undefined;
    this.#connection = undefined;
    this.#cause?.dispose();
    this.#cause = undefined;
  }

  /** Asks the connected gateway to end, for systems without signals. False when it cannot be asked. */
  async requestShutdown(): Promise<boolean> {
    try {
      await this.#connection?.call("shutdown", {}, SHUTDOWN_TIMEOUT_MS);
      return this.#connection !== undefined;
    } catch {
      return false; // Deaf or gone: whoever asked has harder means.
    }
  }

  /** A code for a link to the dashboard; undefined when nothing is connected or the gateway gives none. */
  async linkCode(): Promise<string | undefined> {
    try {
      const answer: unknown = await this.#connection?.request("dashboard.code", {}, LINK_TIMEOUT_MS);
      return isRecord(answer) && typeof answer.code === "string" ? answer.code : undefined;
    } catch {
      return undefined; // An older gateway knows no codes: its page asks for the secret.
    }
  }

  /** Lets the device in, or turns it away. Fails with what the gateway says, and when none is connected. */
  async decideDevice(requestId: string, decision: "approve" | "reject"): Promise<void> {
    if (this.#connection === undefined)
      throw new UnavailableError("CONNECTION_LOST", "no gateway is connected");
    await this.#connection.request(`device.pair.${decision}`, { requestId }, DECISION_TIMEOUT_MS);
  }

  /** Answers what an agent asks: once, or not. Fails as `decideDevice` does. */
  async decideApproval(id: string, decision: "allow-once" | "deny"): Promise<void> {
    if (this.#connection === undefined)
      throw new UnavailableError("CONNECTION_LOST", "no gateway is connected");
    await this.#connection.request("exec.approval.resolve", { id, decision }, DECISION_TIMEOUT_MS);
  }

  #await(generation: number, mode: Profile, pauseMs: number, beforeEach: () => void): void {
    const signal = this.#begin(generation);
    void this.#answer(signal, async () => {
      let answer: ProbeAnswer;
      for (;;) {
        beforeEach();
        answer = await this.#probe.ask(this.#places.gateway[mode], ONE_TRY, signal);
        if (isFinal(answer)) break;
        await sleep(this.#clock, pauseMs, signal);
      }
      this.#tell(generation, mode, answer);
    });
  }

  #begin(generation: number): AbortSignal {
    this.dispose();
    this.#generation = generation;
    this.#asking = new AbortController();
    return this.#asking.signal;
  }

  async #answer(signal: AbortSignal, ask: () => Promise<void>): Promise<void> {
    try {
      await ask();
    } catch (error) {
      // Replaced by something newer: nobody waits for this answer.
      if (!signal.aborted) throw error;
    }
  }

  #tell(generation: number, mode: Profile, answer: ProbeAnswer): void {
    if (answer.kind === "connected") this.#watch(generation, mode, answer.connection);
    this.#emit(eventOf(generation, answer));
    if (answer.kind === "connected") this.#watchMemory(answer.gateway.pid);
  }

  async #tellMiss(generation: number, mode: Profile): Promise<void> {
    const facts = liveGateway(this.#places.gateway[mode].paths);
    const isThere = facts !== undefined && (await answersHttp(facts));
    this.#emit({ type: "health-miss", generation, answersHttp: isThere });
  }

  #watchMemory(pid: number | null): void {
    const report = (use: MemoryUse | null) => this.#emit({ type: "memory", use });
    this.#memory = new MemoryWatch(pid, residentBytes, report, this.#clock);
  }

  #watch(generation: number, mode: Profile, connection: GatewayConnection): void {
    this.#connection = connection;
    this.#heartbeat = new Heartbeat(
      connection,
      this.#probe.instanceId,
      (report) => {
        if (report.type === "health-miss") void this.#tellMiss(generation, mode);
        else if (report.type === "memory-told") this.#memory?.told(report.memory);
        else
          this.#emit(
            report.type === "activity" || report.type === "impairment" ? report : { ...report, generation },
          );
      },
      this.#clock,
    );
    this.#heartbeat.start();
    this.#pairing = new PairingWatch(
      connection,
      (devices) => this.#emit({ type: "devices-waiting", devices }),
      this.#clock,
    );
    this.#approvals = new ApprovalWatch(
      connection,
      (approvals) => this.#emit({ type: "approvals-waiting", approvals }),
      this.#clock,
    );
  }
}

function eventOf(generation: number, answer: ProbeAnswer): TrayEvent {
  switch (answer.kind) {
    case "nobody":
      return { type: "nobody-listening", generation };
    case "not-ready":
      return { type: "not-ready", generation, pid: answer.pid, answersHttp: answer.answersHttp };
    case "blocked":
      return { type: "probe-blocked", generation, reason: answer.reason };
    case "connected":
      return { type: "connected", generation, gateway: answer.gateway };
  }
}

/** While a gateway comes up, nobody and strangers are for the gateway itself to judge: it ends with the reason. */
function isFinal(answer: ProbeAnswer): boolean {
  return answer.kind === "connected" || (answer.kind === "blocked" && answer.reason.kind !== "port-in-use");
}
