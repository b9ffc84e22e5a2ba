/** A small world for the state machine: ports, processes and timers that do what the effects ask for, when told to. */

import { step } from "../../../../tray/model/transitions.ts";
import {
  DEFAULT_INTENT,
  type GatewayInfo,
  type Intent,
  initialModel,
  type Profile,
  type TrayModel,
} from "../../../../tray/model/tray-model.ts";
import type {
  Effect,
  EventOf,
  GatewayEvent,
  TimerName,
  TrayEvent,
} from "../../../../tray/model/vocabulary.ts";
import { NOW } from "./samples.ts";

/** A process: our child, or what somebody else started. */
interface Process {
  readonly pid: number;
  readonly mode: Profile;
  readonly kind: "child" | "gateway" | "stranger";
  /** Stopped with SIGSTOP: answers nothing and ends by SIGKILL alone. */
  hangs: boolean;
  refusesUs: boolean;
  /** Alive, but its port is closed. */
  isDeaf: boolean;
}

interface Request {
  readonly what: "probe" | "spawn";
  readonly run: number;
  readonly mode: Profile;
}
interface Signal {
  readonly what: "signal";
  readonly run: number;
  readonly pid: number;
  readonly isKill: boolean;
}
type Unanswered = Request | Signal;

/** What can happen next: a name for the report of a failure, and the deed. */
export interface Happening {
  readonly name: string;
  readonly run: () => void;
}

export class World {
  model: TrayModel;
  nowMs = NOW;
  hasLeft = false;
  readonly log: string[] = [];
  /** Effects of the last event. */
  effects: readonly Effect[] = [];
  readonly timers = new Map<TimerName, number>();
  #processes: Process[] = [];
  #unanswered: Unanswered[] = [];
  #awaitsHello = false;
  #lastPid = 100;
  readonly #check: (event: TrayEvent, before: TrayModel) => void;

  /** `check` is called after every event, before its effects are carried out. */
  constructor(intent: Partial<Intent>, check: (world: World, event: TrayEvent, before: TrayModel) => void) {
    this.model = initialModel({ ...DEFAULT_INTENT, ...intent }, "0.1.0", NOW);
    this.#check = (event, before) => check(this, event, before);
  }

  get children(): readonly Process[] {
    return this.#processes.filter(({ kind }) => kind === "child");
  }

  get isSpawning(): boolean {
    return this.#unanswered.some(({ what }) => what === "spawn");
  }

  dispatch(event: TrayEvent): void {
    const before = this.model;
    const next = step(before, event, this.nowMs, () => 0.5);
    this.log.push(`${before.gateway.kind} × ${event.type} → ${next.model.gateway.kind}`);
    this.model = next.model;
    this.effects = next.effects;
    this.#check(event, before);
    for (const effect of next.effects) this.#carryOut(effect);
  }

  /** Everything that the processes, the clock and the prober can do now if all goes well, most urgent first. */
  goodHappenings(): Happening[] {
    const timer = [...this.timers].sort(([, a], [, b]) => a - b)[0];
    return [
      ...this.#unanswered.map((asked) => ({ name: asked.what, run: () => this.#answer(asked) })),
      ...(this.#awaitsHello ? this.#hello() : []),
      ...(timer === undefined ? [] : [{ name: timer[0], run: () => this.#fire(...timer) }]),
    ];
  }

  /** What can go wrong, or happen from outside. */
  badHappenings(): Happening[] {
    const { run } = this.model.facts;
    const connected = "gateway" in this.model.gateway;
    const signal = this.#unanswered.find(({ what }) => what === "signal");
    const spawn = this.#unanswered.find(({ what }) => what === "spawn");
    const send = (event: GatewayEvent): Happening => ({ name: event.type, run: () => this.dispatch(event) });
    return [
      ...this.childTroubles(),
      ...(signal === undefined ? [] : [{ name: "signal fails", run: () => this.#failSignal(signal) }]),
      ...(spawn === undefined ? [] : [{ name: "spawn fails", run: () => this.#failSpawn(spawn) }]),
      ...(connected
        ? [
            send({ type: "health-ok", run, gateway: { clients: 1 } }),
            send({ type: "health-miss", run }),
            send({ type: "health-miss", run }),
            send({ type: "socket-lost", run }),
            send({ type: "shutdown-announced", run, restartExpectedMs: 1_500 }),
            send({ type: "shutdown-announced", run, restartExpectedMs: null }),
          ]
        : []),
      ...(["gateway", "stranger"] as const).flatMap((kind) =>
        (["normal", "dev"] as const).map((mode) => ({
          name: `${kind} starts on ${mode}`,
          run: () => this.#startOther(kind, mode),
        })),
      ),
      ...this.#processes
        .filter(({ kind }) => kind !== "child")
        .map(({ pid }) => ({ name: "other ends", run: () => this.#remove(pid) })),
      send({ type: "cause-changed", run }),
      send({ type: "cause-changed", run: run - 1 }),
      send({ type: "nobody-listening", run: run - 1 }),
      send({ type: "launched" }),
      { name: "sleep", run: () => this.#wait(120_000, { type: "woke-from-sleep" }) },
      { name: "a long time", run: () => this.#wait(11 * 60_000, { type: "activity", activeRuns: 0 }) },
    ];
  }

  /** What can go wrong with our own child. */
  childTroubles(): Happening[] {
    const { run } = this.model.facts;
    const [child] = this.children;
    if (child === undefined) return [];
    const exits = (
      name: string,
      code: number | null,
      startBlocked: EventOf<"exited">["startBlocked"] = null,
    ) => ({
      name,
      run: () => {
        this.#remove(child.pid);
        this.dispatch({
          ...this.#exited(run, child.pid, code, code === null ? "SIGKILL" : null),
          startBlocked,
        });
      },
    });
    return [
      exits("child is killed", null),
      exits("child crashes", 1),
      exits("child ends", 0),
      exits("child refuses", 78, { code: "CONFIG_INVALID", message: "line 3" }),
      exits("child is superfluous", 78, { code: "ALREADY_RUNNING", message: "pid 3" }),
      { name: "child hangs", run: () => Object.assign(child, { hangs: true }) },
      { name: "child goes deaf", run: () => Object.assign(child, { isDeaf: true }) },
      { name: "child refuses us", run: () => Object.assign(child, { refusesUs: true }) },
    ];
  }

  /** Nobody but our own child is left, and it behaves. */
  calmDown(): void {
    this.#processes = this.#processes.filter(({ kind }) => kind === "child");
    for (const child of this.#processes)
      Object.assign(child, { hangs: false, refusesUs: false, isDeaf: false });
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case "probe":
        this.#unanswered = this.#unanswered.filter(({ what, run }) => what !== "probe" || run !== effect.run);
        this.#unanswered.push({ what: "probe", run: effect.run, mode: effect.mode });
        this.#awaitsHello = false;
        return;
      case "spawn":
        this.#unanswered.push({ what: "spawn", run: effect.run, mode: effect.mode });
        return;
      case "await-ready":
        this.#awaitsHello = true;
        return;
      case "signal-stop":
      case "free-port":
      case "force-kill":
        if (effect.pid === null) return;
        this.#unanswered.push({
          what: "signal",
          run: effect.run,
          pid: effect.pid,
          isKill: effect.type === "force-kill",
        });
        return;
      case "schedule-timer":
        this.timers.set(effect.timer, this.nowMs + effect.delayMs);
        return;
      case "cancel-timer":
        this.timers.delete(effect.timer);
        return;
      case "release":
        this.#awaitsHello = false;
        return;
      case "leave":
        this.hasLeft = true;
        return;
    }
  }

  #answer(asked: Unanswered): void {
    this.#unanswered = this.#unanswered.filter((other) => other !== asked);
    if (asked.what === "signal") this.#deliver(asked);
    else if (asked.what === "spawn") this.#spawn(asked.run, asked.mode);
    else this.dispatch(this.#look(asked.run, asked.mode));
  }

  /** A process that is not there any more is reported as gone as well. */
  #deliver(signal: Signal): void {
    const process = this.#processes.find(({ pid }) => pid === signal.pid);
    if (process?.hangs === true && !signal.isKill) return;
    this.#remove(signal.pid);
    this.dispatch(this.#exited(signal.run, signal.pid, null, signal.isKill ? "SIGKILL" : "SIGTERM"));
  }

  #look(run: number, mode: Profile): GatewayEvent {
    const found = this.#processes.find((process) => process.mode === mode && !process.isDeaf);
    if (found === undefined) return { type: "nobody-listening", run };
    const { pid } = found;
    if (found.kind === "stranger") {
      const holder = { port: 18789, pid, command: "nginx", user: null };
      return { type: "probe-blocked", run, reason: { kind: "port-in-use", ...holder } };
    }
    if (found.hangs) return { type: "not-ready", run, pid };
    if (found.refusesUs)
      return { type: "probe-blocked", run, reason: { kind: "auth-mismatch", message: "no" } };
    return { type: "connected", run, gateway: this.#info(pid) };
  }

  #spawn(run: number, mode: Profile): void {
    const pid = ++this.#lastPid;
    this.#processes.push({ pid, mode, kind: "child", hangs: false, refusesUs: false, isDeaf: false });
    this.dispatch({ type: "spawned", run, pid });
  }

  #hello(): Happening[] {
    const { gateway, facts } = this.model;
    const pid = gateway.kind === "starting" ? gateway.pid : null;
    const process = this.#processes.find((other) => other.pid === pid);
    if (pid === null || process === undefined || process.hangs || process.isDeaf || process.refusesUs) {
      return [];
    }
    const run = () => {
      this.#awaitsHello = false;
      this.dispatch({ type: "connected", run: facts.run, gateway: this.#info(pid) });
    };
    return [{ name: "hello", run }];
  }

  #fire(timer: TimerName, dueMs: number): void {
    this.timers.delete(timer);
    this.nowMs = Math.max(this.nowMs, dueMs);
    this.dispatch({ type: timer });
  }

  #failSignal(signal: Unanswered): void {
    const isOurs = signal.what === "signal" && this.children.some(({ pid }) => pid === signal.pid);
    if (isOurs) return;
    this.#unanswered = this.#unanswered.filter((other) => other !== signal);
    this.dispatch({ type: "stop-failed", run: signal.run, message: "EPERM" });
  }

  #failSpawn(spawn: Unanswered): void {
    this.#unanswered = this.#unanswered.filter((other) => other !== spawn);
    const reason = { kind: "runtime-missing", message: "node" } as const;
    this.dispatch({ type: "spawn-failed", run: spawn.run, reason });
  }

  #startOther(kind: "gateway" | "stranger", mode: Profile): void {
    if (this.#processes.some((process) => process.mode === mode)) return;
    const pid = ++this.#lastPid;
    this.#processes.push({ pid, mode, kind, hangs: false, refusesUs: pid % 5 === 0, isDeaf: false });
  }

  #wait(ms: number, event: TrayEvent): void {
    this.nowMs += ms;
    this.dispatch(event);
  }

  #remove(pid: number): void {
    this.#processes = this.#processes.filter((process) => process.pid !== pid);
    this.#unanswered = this.#unanswered.filter((asked) => asked.what !== "signal" || asked.pid !== pid);
  }

  #exited(run: number, pid: number, code: number | null, signal: string | null): EventOf<"exited"> {
    return { type: "exited", run, pid, code, signal, uptimeMs: 1_000, startBlocked: null };
  }

  #info(pid: number): GatewayInfo {
    return {
      pid,
      url: "ws://127.0.0.1:18789",
      startedAtMs: this.nowMs,
      clients: 1,
      agentModel: null,
      service: null,
    };
  }
}
