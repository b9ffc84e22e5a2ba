/** Command lines that run or have ended lately, by agent. What is in it ends with the gateway. */
import type { Clock } from "../../../../shared/clock.ts";
import type { Disposable } from "../../../../shared/lifecycle.ts";
import { isSameProcess } from "../../../../shared/node/process-identity.ts";
import type { EventBus } from "../../../base/events/event-bus.ts";
import type { Logger } from "../../../base/log/logger.ts";
import type { SessionStore } from "../../../base/store/session-store.ts";
import { tailOf } from "../../prompt/cut.ts";
import { endTree } from "./process-tree.ts";
import { ProgramRun, type RunEnd, type RunPlan } from "./program-run.ts";

export interface TablePlace {
  store: SessionStore;
  clock: Clock;
  log: Logger;
  bus: EventBus;
  /** Ends what is no program of this machine, such as a container. Never rejects. */
  endElsewhere?: ((id: string) => Promise<void>) | undefined;
}

/** Whose it is. */
export interface RunOwner {
  sessionKey: string;
  agentId: string;
  turnId: string;
  callId: string;
}

export interface KeptRun {
  run: ProgramRun;
  owner: RunOwner;
  command: string;
  startedAtMs: number;
  endedAtMs?: number;
  /** Somebody went on beside it, and is told of its end. */
  isBeside: boolean;
}

/** As much of the output as a conversation is told, in characters. */
const TAIL_CHARS = 400;
const COMMAND_CHARS = 200;
const EVENT_LIMITS = { most: 50, maxAgeMs: 86_400_000, maxChars: 8_000 };
const MOST_ENDED = 50;

export class RunTable {
  #place: TablePlace;
  #runs = new Map<string, KeptRun>();
  #timers = new Set<Disposable>();
  #isOver = false;

  constructor(place: TablePlace) {
    this.#place = place;
  }

  /** What a former process of the gateway ran is ended and told of as lost: nobody knows how it went. */
  async start(): Promise<void> {
    const { store, clock, log, endElsewhere } = this.#place;
    for (const row of await store.loseProcesses(clock.now())) {
      const isIt = row.pid > 0 && row.startId !== "" && isSameProcess(row.pid, row.startId);
      log.warn({ pid: row.pid, isAlive: isIt }, "a command was running when the gateway ended");
      // The leader may be gone and the rest not: the mark is on all of them.
      if (isIt || process.platform === "linux")
        await endTree({ pid: isIt ? row.pid : UNKNOWN, mark: row.id }, clock);
      await endElsewhere?.(row.id);
      const told = `[process] Lost: the gateway was restarted while this command ran, and what became of it is unknown. It runs no longer. Command: ${row.command.slice(0, COMMAND_CHARS)}`;
      await this.#tell(row.sessionKey, told);
    }
  }

  /** Starts it once it is written down. Fails with what the store fails with, and nothing runs then. */
  async begin(
    plan: RunPlan,
    owner: RunOwner,
    { command, cleanupMs, notifyOnExit }: { command: string; cleanupMs: number; notifyOnExit: boolean },
  ): Promise<KeptRun> {
    const { store, clock, log } = this.#place;
    if (this.#isOver) throw new Error("The gateway is stopping.");
    const startedAtMs = clock.now();
    await store.keepProcess({ id: plan.id, ...owner, command, pid: 0, startId: "", startedAtMs });
    const run = new ProgramRun(plan, clock);
    const kept: KeptRun = { run, owner, command, startedAtMs, isBeside: false };
    this.#runs.set(plan.id, kept);
    const noted = store.startedProcess(plan.id, run.pid, run.startId);
    void run.ended.then(async (end) => {
      kept.endedAtMs = clock.now();
      this.#forgetLater(plan.id, cleanupMs);
      try {
        await noted;
        await store.endProcess(
          plan.id,
          { state: end.isKilled ? "killed" : "done", exit: end.told },
          clock.now(),
        );
        if (kept.isBeside && notifyOnExit && !this.#isOver) await this.#tellEnd(kept, end);
      } catch (error) {
        log.error({ err: error }, "the end of a command could not be kept");
      }
    });
    try {
      await noted;
    } catch (error) {
      await run.kill();
      throw error;
    }
    return kept;
  }

  /** Those of the agent, the newest first. */
  of(agentId: string): KeptRun[] {
    return [...this.#runs.values()].filter(({ owner }) => owner.agentId === agentId).reverse();
  }

  get(agentId: string, id: string): KeptRun | undefined {
    const found = this.#runs.get(id);
    return found?.owner.agentId === agentId ? found : undefined;
  }

  forget(id: string): void {
    this.#runs.delete(id);
  }

  /** Ends all that runs. */
  async stop(): Promise<void> {
    this.#isOver = true;
    for (const timer of this.#timers) timer.dispose();
    const running = [...this.#runs.values()].filter(({ run }) => run.end === undefined);
    await Promise.all(
      running.map(async ({ run }) => {
        await run.kill("the gateway stopped");
        await run.ended;
      }),
    );
  }

  async #tellEnd({ run, owner, command }: KeptRun, end: RunEnd): Promise<void> {
    const tail = tailOf(run.output.text.trim(), TAIL_CHARS);
    const { store, clock } = this.#place;
    const { sessionKey } = owner;
    const name = `process ${run.plan.id}`;
    const said = tail === "" ? "It said nothing." : "The end of what it said is in the history.";
    await this.#tell(
      sessionKey,
      `[${name}] Ended (${end.told}): ${command.slice(0, COMMAND_CHARS)}\n${said}`,
    );
    if (tail === "") return;
    // What a program prints is nobody's order, and no word of the gateway.
    const line = { kind: "said", text: tail, author: name, authority: "guest", atMs: clock.now() } as const;
    await store.keepContext(sessionKey, line, EVENT_LIMITS);
  }

  async #tell(sessionKey: string, text: string): Promise<void> {
    const { store, clock } = this.#place;
    const line = { kind: "event", text, author: "", authority: "owner", atMs: clock.now() } as const;
    await store.keepContext(sessionKey, line, EVENT_LIMITS);
  }

  #forgetLater(id: string, afterMs: number): void {
    const timer = this.#place.clock.after(afterMs, () => {
      this.#timers.delete(timer);
      this.#runs.delete(id);
    });
    this.#timers.add(timer);
    const ended = [...this.#runs].filter(([, { run }]) => run.end !== undefined);
    for (const [each] of ended.slice(0, Math.max(0, ended.length - MOST_ENDED))) this.#runs.delete(each);
  }
}

/** No group has it. */
const UNKNOWN = 2 ** 30;
