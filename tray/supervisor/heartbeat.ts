/**
 * Watches one connected gateway: asks for its health, misses its ticks, passes on what it announces. Tells what it
 * sees; what that means is decided elsewhere.
 */
import type { GatewayConnection } from "../../shared/client/gateway-connection.ts";
import type { Clock } from "../../shared/clock.ts";
import { neutralLine } from "../../shared/foreign-text.ts";
import { type Disposable, Disposables } from "../../shared/lifecycle.ts";
import { type EventFrame, isRecord } from "../../shared/protocol/frame.ts";
import type { PresenceEntry } from "../../shared/protocol/methods/presence.ts";
import {
  ANNOUNCED_RESTART_MAX_MS,
  HEALTH_INTERVAL_MS,
  HEALTH_TIMEOUT_MS,
  MISSED_TICKS,
  SLEEP_GAP_MS,
} from "../model/limits.ts";
import type { GatewayInfo } from "../model/tray-model.ts";
import { ActiveRuns } from "./active-runs.ts";
import { countClients } from "./presence.ts";

/** It is one row of a menu. */
const MAX_IMPAIRMENT_CHARS = 200;

export type HeartbeatReport =
  | { readonly type: "health-ok"; readonly gateway: Partial<GatewayInfo> }
  /** What the gateway says of its memory, as it came. */
  | { readonly type: "memory-told"; readonly memory: unknown }
  /** What is not well, as the gateway says it; null when all is. */
  | { readonly type: "impairment"; readonly message: string | null }
  | { readonly type: "health-miss" }
  | { readonly type: "socket-lost" }
  | { readonly type: "shutdown-announced"; readonly restartExpectedMs: number | null }
  | { readonly type: "activity"; readonly activeRuns: number };

export class Heartbeat implements Disposable {
  readonly #connection: GatewayConnection;
  readonly #instanceId: string;
  readonly #report: (report: HeartbeatReport) => void;
  readonly #clock: Clock;
  readonly #undo = new Disposables();
  readonly #runs = new ActiveRuns();
  #lastTickMs: number;
  #lastBeatMs: number;
  /** Joining clients are not announced; the version in other events tells that the list is a new one. */
  #presenceVersion: number;
  #impairment: string | null = null;
  #isAsking = false;
  #isWell = true;
  #isOver = false;

  /** `instanceId` is our own name in the presence list. */
  constructor(
    connection: GatewayConnection,
    instanceId: string,
    report: (report: HeartbeatReport) => void,
    clock: Clock,
  ) {
    this.#connection = connection;
    this.#instanceId = instanceId;
    this.#report = report;
    this.#clock = clock;
    this.#lastTickMs = clock.monotonicMs();
    this.#lastBeatMs = clock.monotonicMs();
    this.#presenceVersion = connection.hello.snapshot.stateVersion.presence;
  }

  start(): void {
    this.#undo.add({ dispose: this.#connection.onEvent((frame) => this.#onEvent(frame)) });
    this.#undo.add(this.#clock.every(HEALTH_INTERVAL_MS, () => void this.#beat()));
    void this.#connection.closed.then(() => this.#tell({ type: "socket-lost" }));
  }

  /** Asks now instead of at the next interval. */
  checkNow(): void {
    this.#lastTickMs = this.#clock.monotonicMs();
    void this.#beat();
  }

  /** Stops watching and closes the connection. Nothing is reported any more. */
  dispose(): void {
    this.#isOver = true;
    this.#undo.dispose();
    this.#connection.close();
  }

  async #beat(): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    // Nobody ticks while the machine sleeps.
    if (nowMs - this.#lastBeatMs > SLEEP_GAP_MS) this.#lastTickMs = nowMs;
    this.#lastBeatMs = nowMs;
    if (this.#isAsking) return;
    if (nowMs - this.#lastTickMs > MISSED_TICKS * this.#connection.hello.policy.tickIntervalMs) {
      return this.#miss();
    }
    this.#isAsking = true;
    try {
      const { memory, ailments } = await this.#connection.call("health", {}, HEALTH_TIMEOUT_MS);
      this.#isWell = true;
      this.#tell({ type: "health-ok", gateway: {} });
      if (memory !== undefined) this.#tell({ type: "memory-told", memory });
      this.#tellImpairment(ailments);
    } catch {
      // Late, refused or cut off: all the same here; a closed connection is reported by itself.
      this.#miss();
    } finally {
      this.#isAsking = false;
    }
  }

  /** Other gateways say nothing of it, or something else. Only what is new is told. */
  #tellImpairment(ailments: unknown): void {
    const named = Array.isArray(ailments) ? ailments.filter((each) => typeof each === "string") : [];
    const message = named.length === 0 ? null : neutralLine(named.join("; "), MAX_IMPAIRMENT_CHARS);
    if (message === this.#impairment) return;
    this.#impairment = message;
    this.#tell({ type: "impairment", message });
  }

  #miss(): void {
    this.#isWell = false;
    this.#tell({ type: "health-miss" });
  }

  #onEvent({ event, payload, stateVersion }: EventFrame): void {
    const facts = isRecord(payload) ? payload : {};
    const version = stateVersion?.presence ?? this.#presenceVersion;
    if (version !== this.#presenceVersion) {
      this.#presenceVersion = version;
      if (event !== "presence") void this.#askPresence();
    }
    if (event === "tick") this.#lastTickMs = this.#clock.monotonicMs();
    else if (event === "presence") this.#onPresence(facts.presence);
    else if (event === "shutdown") {
      this.#tell({ type: "shutdown-announced", restartExpectedMs: expectedIn(facts.restartExpectedMs) });
    } else if (event === "agent" && this.#runs.note(facts)) {
      this.#tell({ type: "activity", activeRuns: this.#runs.count });
    }
  }

  async #askPresence(): Promise<void> {
    try {
      this.#onPresence(await this.#connection.call("system-presence", {}, HEALTH_TIMEOUT_MS));
    } catch {
      // The count stays what it was; whether the gateway still answers is asked elsewhere.
    }
  }

  #onPresence(presence: unknown): void {
    // A list of clients is no proof of health: it waits for the next good answer.
    if (!this.#isWell || !Array.isArray(presence)) return;
    const clients = countClients(presence.filter(isRecord) as unknown as PresenceEntry[], this.#instanceId);
    this.#tell({ type: "health-ok", gateway: { clients } });
  }

  #tell(report: HeartbeatReport): void {
    if (!this.#isOver) this.#report(report);
  }
}

/** In how many ms the gateway says it will be back; null when it says nothing that can be waited for. */
function expectedIn(restartExpectedMs: unknown): number | null {
  if (typeof restartExpectedMs !== "number" || !(restartExpectedMs >= 0)) return null;
  return Math.min(restartExpectedMs, ANNOUNCED_RESTART_MAX_MS);
}
