/**
 * A small world for the state machine: ports, processes, timers and service managers that do what the effects ask for,
 * when told to.
 */

import type { Effect } from "../../../../tray/model/effects.ts";
import type {
  EventOf,
  GatewayEvent,
  StartRefusal,
  TimerName,
  TrayEvent,
} from "../../../../tray/model/events.ts";
import { step } from "../../../../tray/model/transitions.ts";
import {
  DEFAULT_INTENT,
  type GatewayInfo,
  type Intent,
  initialModel,
  type Profile,
  type ServiceVerb,
  type TrayModel,
} from "../../../../tray/model/tray-model.ts";
import { NOW, UNIT } from "./samples.ts";

/** A process: our child, the service's, or what somebody else started. */
interface Process {
  readonly pid: number;
  readonly mode: Profile;
  readonly kind: "child" | "service" | "gateway" | "stranger";
  /** Stopped with SIGSTOP: answers nothing and ends by SIGKILL alone. */
  hangs: boolean;
  refusesUs: boolean;
  /** Alive, but its port is closed. */
  isDeaf: boolean;
}

interface Request {
  readonly what: "probe" | "spawn";
  readonly generation: number;
  readonly mode: Profile;
}
interface Signal {
  readonly what: "signal";
  readonly generation: number;
  readonly pid: number;
  readonly isKill: boolean;
}
interface Verb {
  readonly what: "verb";
  readonly generation: number;
  readonly mode: Profile;
  readonly verb: ServiceVerb;
}
interface Question {
  readonly what: "ask";
  readonly generation: number;
  readonly mode: Profile;
}
type Unanswered = Request | Signal | Verb | Question;

/** What a service manager knows of the service of one profile. */
interface Manager {
  isInstalled: boolean;
  /** Its process ended; another one follows. */
  isReturning: boolean;
  /** It does not start it again by itself. */
  hasGivenUp: boolean;
}
const REFUSALS: readonly (StartRefusal | null)[] = [null, { code: "CONFIG_INVALID", message: "line 3" }];

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
  readonly #managers: Record<Profile, Manager> = {
    normal: { isInstalled: false, isReturning: false, hasGivenUp: false },
    dev: { isInstalled: false, isReturning: false, hasGivenUp: false },
  };
  #awaitsHello = false;
  /** The process whose end is to be told. */
  #awaitsExit: { readonly generation: number; readonly pid: number | null } | undefined;
  #awaitsReturn: { readonly generation: number; readonly mode: Profile } | undefined;
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

  /** Whether the service of the mode runs, or is about to. */
  isServed(mode: Profile): boolean {
    const isThere = this.#processes.some((process) => process.kind === "service" && process.mode === mode);
    return isThere || this.#managers[mode].isReturning;
  }

  isServiceProcess(pid: number | null): boolean {
    return this.#processes.some((process) => process.kind === "service" && process.pid === pid);
  }

  hasService(mode: Profile): boolean {
    return this.#managers[mode].isInstalled;
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
      ...this.#answerable().map((asked) => ({ name: asked.what, run: () => this.#answer(asked) })),
      ...this.#exitToTell(),
      ...this.#serviceReturns(),
      ...this.#returnToTell(),
      ...(this.#awaitsHello ? this.#hello() : []),
      ...(timer === undefined ? [] : [{ name: timer[0], run: () => this.#fire(...timer) }]),
    ];
  }

  /** What can go wrong, or happen from outside. */
  badHappenings(): Happening[] {
    const { generation } = this.model.facts;
    const connected = "gateway" in this.model.gateway;
    const signal = this.#unanswered.find(({ what }) => what === "signal");
    const spawn = this.#unanswered.find(({ what }) => what === "spawn");
    const send = (event: GatewayEvent): Happening => ({ name: event.type, run: () => this.dispatch(event) });
    const [verb] = this.#unanswered.filter((asked) => asked.what === "verb");
    return [
      ...this.childTroubles(),
      ...this.#serviceTroubles(),
      ...(verb === undefined ? [] : [{ name: `${verb.verb} fails`, run: () => this.#failVerb(verb) }]),
      ...(signal === undefined ? [] : [{ name: "signal fails", run: () => this.#failSignal(signal) }]),
      ...(spawn === undefined ? [] : [{ name: "spawn fails", run: () => this.#failSpawn(spawn) }]),
      ...(connected
        ? [
            send({ type: "health-ok", generation, gateway: { clients: 1 } }),
            send({ type: "health-miss", generation, answersHttp: false }),
            send({ type: "health-miss", generation, answersHttp: false }),
            send({ type: "socket-lost", generation }),
            send({ type: "shutdown-announced", generation, restartExpectedMs: 1_500 }),
            send({ type: "shutdown-announced", generation, restartExpectedMs: null }),
          ]
        : []),
      ...(["gateway", "stranger"] as const).flatMap((kind) =>
        (["normal", "dev"] as const).map((mode) => ({
          name: `${kind} starts on ${mode}`,
          run: () => this.#startOther(kind, mode),
        })),
      ),
      ...this.#processes
        .filter(({ kind }) => kind === "gateway" || kind === "stranger")
        .map(({ pid }) => ({ name: "other ends", run: () => this.#remove(pid) })),
      send({ type: "cause-changed", generation }),
      send({ type: "cause-changed", generation: generation - 1 }),
      send({ type: "service-refused", generation }),
      send({ type: "nobody-listening", generation: generation - 1 }),
      send({ type: "launched" }),
      { name: "sleep", run: () => this.#wait(120_000, { type: "woke-from-sleep" }) },
      { name: "a long time", run: () => this.#wait(11 * 60_000, { type: "activity", activeRuns: 0 }) },
    ];
  }

  /** What can go wrong with our own child. */
  childTroubles(): Happening[] {
    const { generation } = this.model.facts;
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
          ...this.#exited(generation, child.pid, code, code === null ? "SIGKILL" : null),
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

  /** Nobody but our own child and the services is left, and they behave. */
  calmDown(): void {
    this.#processes = this.#processes.filter(({ kind }) => kind === "child" || kind === "service");
    for (const child of this.#processes)
      Object.assign(child, { hangs: false, refusesUs: false, isDeaf: false });
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case "probe":
        this.#unanswered = this.#unanswered.filter(
          ({ what, generation }) => what !== "probe" || generation !== effect.generation,
        );
        this.#unanswered.push({ what: "probe", generation: effect.generation, mode: effect.mode });
        this.#awaitsHello = false;
        this.#awaitsReturn = undefined;
        return;
      case "spawn":
        this.#unanswered.push({ what: "spawn", generation: effect.generation, mode: effect.mode });
        return;
      case "await-ready":
      case "await-service":
        this.#awaitsHello = true;
        return;
      case "service":
        this.#unanswered = this.#unanswered.filter(
          (asked) => asked.what !== "verb" || (asked.verb !== "start" && asked.verb !== "restart"),
        );
        this.#unanswered.push({
          what: "verb",
          generation: effect.generation,
          mode: effect.mode,
          verb: effect.verb,
        });
        return;
      case "ask-service":
        this.#unanswered.push({ what: "ask", generation: effect.generation, mode: effect.mode });
        return;
      case "await-exit":
        this.#awaitsExit = effect;
        return;
      case "watch-return":
        this.#awaitsReturn = effect;
        return;
      case "signal-stop":
      case "free-port":
      case "force-kill":
        if (effect.pid === null) return;
        this.#unanswered.push({
          what: "signal",
          generation: effect.generation,
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
        this.#awaitsReturn = undefined;
        return;
      case "leave":
        this.hasLeft = true;
        return;
    }
  }

  #answer(asked: Unanswered): void {
    if (asked.what === "verb" && this.#makesWay(asked)) return;
    this.#unanswered = this.#unanswered.filter((other) => other !== asked);
    if (asked.what === "signal") this.#deliver(asked);
    else if (asked.what === "verb") this.#carryOutVerb(asked);
    else if (asked.what === "ask") this.dispatch(this.#status(asked));
    else if (asked.what === "spawn") this.#spawn(asked.generation, asked.mode);
    else this.dispatch(this.#look(asked.generation, asked.mode));
  }

  /** Commands to a manager wait for each other. */
  #answerable(): Unanswered[] {
    const first = this.#unanswered.find(({ what }) => what === "verb");
    return this.#unanswered.filter((asked) => asked.what !== "verb" || asked === first);
  }

  /** An install ends the gateway before it; true when there was one. */
  #makesWay({ generation, mode, verb }: Verb): boolean {
    const before = this.#processes.find(
      ({ kind, mode: theirs, hangs }) =>
        (kind === "child" || kind === "gateway") && theirs === mode && !hangs,
    );
    if (verb !== "install" || before === undefined) return false;
    this.#remove(before.pid);
    if (before.kind === "child") this.dispatch(this.#exited(generation, before.pid, 0, null));
    return true;
  }

  #carryOutVerb(asked: Verb): void {
    const { generation, mode, verb } = asked;
    const manager = this.#managers[mode];
    const ofService = this.#processes.find((process) => process.kind === "service" && process.mode === mode);
    const other = this.#processes.find((process) => process.kind !== "service" && process.mode === mode);
    const isStart = verb === "start" || verb === "restart" || verb === "install";
    const isMissing = !manager.isInstalled && verb !== "install";
    if (isStart && (isMissing || other !== undefined)) {
      const taken = other?.kind === "stranger" ? "PORT_IN_USE" : "ALREADY_RUNNING";
      this.#refuse(asked, isMissing ? "SERVICE_NOT_INSTALLED" : taken);
      return;
    }
    if (verb === "start" && ofService !== undefined) {
      this.dispatch({ type: "service-done", generation, mode, verb });
      return;
    }
    if (ofService !== undefined) this.#remove(ofService.pid);
    Object.assign(manager, { isReturning: false, hasGivenUp: false });
    if (verb !== "stop" && verb !== "uninstall") this.#add("service", mode);
    if (verb === "install" || verb === "uninstall") this.#setInstalled(mode, verb === "install");
    this.dispatch({ type: "service-done", generation, mode, verb });
  }

  #failVerb(asked: Verb): void {
    this.#unanswered = this.#unanswered.filter((other) => other !== asked);
    this.#refuse(asked, "SERVICE_FAILED");
  }

  #refuse({ generation, mode, verb }: Verb, code: string): void {
    this.dispatch({ type: "service-failed", generation, mode, verb, refusal: { code, message: "no" } });
  }

  #setInstalled(mode: Profile, installed: boolean): void {
    this.#managers[mode].isInstalled = installed;
    this.dispatch({ type: "service-installed", mode, installed });
  }

  #status({ generation, mode }: Question): GatewayEvent {
    const { isInstalled, isReturning, hasGivenUp } = this.#managers[mode];
    const isThere = this.#processes.some((process) => process.kind === "service" && process.mode === mode);
    const refusal = REFUSALS[this.nowMs % REFUSALS.length] ?? null;
    const status = { type: "service-status", generation, refusal: hasGivenUp ? refusal : null } as const;
    if (!isInstalled) return { ...status, runtime: "not-installed" };
    if (isThere) return { ...status, runtime: "running" };
    if (hasGivenUp) return { ...status, runtime: "blocked" };
    return { ...status, runtime: isReturning ? "crash-looping" : "stopped" };
  }

  #exitToTell(): Happening[] {
    const awaited = this.#awaitsExit;
    if (awaited === undefined || this.#processes.some(({ pid }) => pid === awaited.pid)) return [];
    const run = () => {
      this.#awaitsExit = undefined;
      this.dispatch(this.#exited(awaited.generation, awaited.pid ?? 0, null, null));
    };
    return [{ name: "exit is seen", run }];
  }

  #returnToTell(): Happening[] {
    const awaited = this.#awaitsReturn;
    const isThere = this.#processes.some(({ kind, mode }) => kind === "service" && mode === awaited?.mode);
    if (awaited === undefined || !isThere) return [];
    const run = () => {
      this.#awaitsReturn = undefined;
      this.dispatch({ type: "gateway-returned", generation: awaited.generation });
    };
    return [{ name: "return is seen", run }];
  }

  #serviceReturns(): Happening[] {
    return (["normal", "dev"] as const)
      .filter((mode) => this.#managers[mode].isReturning && !this.#isTaken(mode))
      .map((mode) => ({ name: `service of ${mode} comes back`, run: () => this.#startService(mode) }));
  }

  /** What happens to services, by themselves and by what people do elsewhere. */
  #serviceTroubles(): Happening[] {
    return (["normal", "dev"] as const).flatMap((mode): Happening[] => {
      const manager = this.#managers[mode];
      const process = this.#processes.find(({ kind, mode: theirs }) => kind === "service" && theirs === mode);
      const installs = { name: `${mode}: installed elsewhere`, run: () => this.#setInstalled(mode, true) };
      if (!manager.isInstalled) return [installs];
      const ends = (name: string, isReturning: boolean, more = () => {}) => ({
        name: `${mode}: service ${name}`,
        run: () => {
          if (process === undefined) return;
          this.#remove(process.pid);
          manager.isReturning = isReturning;
          more();
        },
      });
      if (process === undefined) {
        return [
          ...(this.#isTaken(mode)
            ? []
            : [{ name: `${mode}: service started elsewhere`, run: () => this.#startService(mode) }]),
          {
            name: `${mode}: manager gives up`,
            run: () => Object.assign(manager, { isReturning: false, hasGivenUp: manager.isReturning }),
          },
          {
            name: `${mode}: removed elsewhere`,
            run: () => {
              manager.isReturning = false;
              this.#setInstalled(mode, false);
            },
          },
        ];
      }
      const announce = () => this.#announceEnd(process.pid);
      return [
        ends("is killed", true),
        ends("is stopped elsewhere", false, announce),
        ends("is restarted elsewhere", true, announce),
        { name: `${mode}: service hangs`, run: () => Object.assign(process, { hangs: true }) },
        { name: `${mode}: service refuses us`, run: () => Object.assign(process, { refusesUs: true }) },
      ];
    });
  }

  #announceEnd(pid: number): void {
    const { gateway, facts } = this.model;
    if (!("gateway" in gateway) || gateway.gateway.pid !== pid) return;
    this.dispatch({ type: "shutdown-announced", generation: facts.generation, restartExpectedMs: null });
  }

  #isTaken(mode: Profile): boolean {
    return this.#processes.some((process) => process.mode === mode);
  }

  #startService(mode: Profile): void {
    Object.assign(this.#managers[mode], { isReturning: false, hasGivenUp: false });
    this.#add("service", mode);
  }

  #add(kind: Process["kind"], mode: Profile): number {
    const pid = ++this.#lastPid;
    this.#processes.push({ pid, mode, kind, hangs: false, refusesUs: false, isDeaf: false });
    return pid;
  }

  /** A process that is not there any more is reported as gone as well. */
  #deliver(signal: Signal): void {
    const process = this.#processes.find(({ pid }) => pid === signal.pid);
    if (process?.hangs === true && !signal.isKill) return;
    this.#remove(signal.pid);
    this.dispatch(this.#exited(signal.generation, signal.pid, null, signal.isKill ? "SIGKILL" : "SIGTERM"));
  }

  #look(generation: number, mode: Profile): GatewayEvent {
    const found = this.#processes.find((process) => process.mode === mode && !process.isDeaf);
    if (found === undefined) return { type: "nobody-listening", generation };
    const { pid } = found;
    if (found.kind === "stranger") {
      const holder = { port: 18789, pid, command: "nginx", user: null };
      return { type: "probe-blocked", generation, reason: { kind: "port-in-use", ...holder } };
    }
    if (found.hangs) return { type: "not-ready", generation, pid, answersHttp: false };
    if (found.refusesUs)
      return { type: "probe-blocked", generation, reason: { kind: "auth-mismatch", message: "no" } };
    return { type: "connected", generation, gateway: this.#info(pid) };
  }

  #spawn(generation: number, mode: Profile): void {
    this.dispatch({ type: "spawned", generation, pid: this.#add("child", mode) });
  }

  /** Our child is awaited by its pid, any other gateway by its port. */
  #hello(): Happening[] {
    const { gateway, facts, intent } = this.model;
    const isOurs = gateway.kind === "starting" && gateway.owner === "child";
    const process = this.#processes.find(({ pid, mode, kind }) =>
      isOurs ? pid === gateway.pid : mode === intent.mode && kind !== "stranger",
    );
    if (process === undefined || process.hangs || process.isDeaf || process.refusesUs) return [];
    const run = () => {
      this.#awaitsHello = false;
      this.dispatch({ type: "connected", generation: facts.generation, gateway: this.#info(process.pid) });
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
    this.dispatch({ type: "stop-failed", generation: signal.generation, message: "EPERM" });
  }

  #failSpawn(spawn: Unanswered): void {
    this.#unanswered = this.#unanswered.filter((other) => other !== spawn);
    const reason = { kind: "runtime-missing", message: "node" } as const;
    this.dispatch({ type: "spawn-failed", generation: spawn.generation, reason });
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

  #exited(generation: number, pid: number, code: number | null, signal: string | null): EventOf<"exited"> {
    return { type: "exited", generation, pid, code, signal, uptimeMs: 1_000, startBlocked: null };
  }

  #info(pid: number): GatewayInfo {
    const service = this.isServiceProcess(pid) ? UNIT : null;
    return {
      pid,
      url: "ws://127.0.0.1:18789",
      startedAtMs: this.nowMs,
      clients: 1,
      agentModel: null,
      service,
    };
  }
}
