/**
 * Sub-agents: an agent hands a task to a run of its own and goes on. What came of it reaches the conversation that it was started from as a
 * message, once, however often the gateway is restarted in between.
 */
import { randomUUID } from "node:crypto";
import type { Clock } from "../../../shared/clock.ts";
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { errorText } from "../../../shared/errors.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import type { Logger } from "../../base/log/logger.ts";
import { failpoint } from "../../base/store/failpoint.ts";
import type {
  Accepted,
  Inbound,
  RunState,
  SessionStore,
  StartedTurn,
  Turn,
} from "../../base/store/session-store.ts";
import type { SpawnOutcome, SpawnRow, SpawnStore } from "../../base/store/spawn-store.ts";
import { reportText } from "./report.ts";

export interface SubAgentPlace {
  store: SessionStore;
  spawns: SpawnStore;
  clock: Clock;
  log: Logger;
  config: () => GatewayConfig;
  /** Keeps a message and sees that it is answered. */
  accept: (message: Inbound) => Promise<Accepted>;
  /** Ends what runs in the session. */
  abort: (sessionKey: string) => Promise<unknown>;
}

/** What is asked of a sub-agent. */
export interface Task {
  task: string;
  label: string;
  agentId: string;
  model?: string | undefined;
  thinking?: string | undefined;
  /** In ms; 0 for as long as is usual. */
  timeoutMs: number;
  cleanup: "keep" | "delete";
}

/** Of one turn, and of one conversation within an hour. */
const MOST = { turn: 8, hour: 20 } as const;
const HOUR_MS = 3_600_000;
/** How long one runs where nobody says otherwise, in ms. */
const RUN_MS = 30 * 60_000;
/** How soon a report is brought again that its conversation did not take, in ms. */
const AGAIN_MS = 30_000;

export class SubAgents {
  #place: SubAgentPlace;
  #again: Disposable | undefined;
  #isOver = false;

  constructor(place: SubAgentPlace) {
    this.#place = place;
  }

  /** Starts one. Fails with a sentence for the model where there are too many. */
  async start(turn: Turn, task: Task): Promise<SpawnRow> {
    const { spawns, clock } = this.#place;
    const { sessionKey } = turn;
    const nowMs = clock.now();
    const count = await spawns.count({ turnId: turn.id, sessionKey }, nowMs - HOUR_MS);
    if (count.turn >= MOST.turn)
      throw new Error(`You have started ${MOST.turn} sub-agents already: wait for their reports.`);
    if (count.session >= MOST.hour)
      throw new Error(`${MOST.hour} sub-agents were started here within the hour, which is the most.`);
    const id = randomUUID();
    const { model, thinking, timeoutMs } = task;
    const spawn = {
      id,
      sessionKey: `agent:${task.agentId}:subagent:${id}`,
      agentId: task.agentId,
      label: task.label,
      task: task.task,
      cleanup: task.cleanup,
      options: { model: model ?? this.#settings().model, thinking, timeoutMs: timeoutMs || RUN_MS },
      parent: {
        sessionKey,
        agentId: turn.agentId,
        turnId: turn.id,
        authority: turn.authority,
        principal: turn.principal,
        route: turn.route,
        sessionName: turn.options.sessionName,
      },
    };
    await spawns.add(spawn, nowMs);
    failpoint("spawn-kept");
    const row: SpawnRow = { ...spawn, state: "started", startedAtMs: nowMs };
    await this.#begin(row);
    return row;
  }

  /** A turn has ended; that of a sub-agent is reported. Never fails. */
  async turnEnded({ origin, runId }: StartedTurn): Promise<void> {
    if (origin !== "subagent") return;
    await this.#look(runId).catch((error: unknown) => this.#later(error));
  }

  /** Takes up what a former process left. Never fails. */
  async resume(): Promise<void> {
    if (this.#isOver) return;
    try {
      for (const { id } of await this.#place.spawns.unfinished()) await this.#look(id);
    } catch (error) {
      this.#later(error);
    }
  }

  /** Of the conversation, the newest first. */
  async of(sessionKey: string, limit: number): Promise<SpawnRow[]> {
    return await this.#place.spawns.of(sessionKey, limit);
  }

  /** Ends those of the conversation that run, or that one of them, and how many those were. Their reports say so. */
  async stopOf(sessionKey: string, only?: string): Promise<number> {
    const { store, abort } = this.#place;
    const running = (await this.of(sessionKey, MOST.hour)).filter(
      ({ id, state }) => state === "started" && (only === undefined || id === only),
    );
    for (const { id, sessionKey: key } of running) {
      await store.dropWaiting(key);
      await abort(key);
      await this.#look(id);
    }
    return running.length;
  }

  dispose(): void {
    this.#isOver = true;
    this.#again?.dispose();
  }

  /** Does what is due of it. */
  async #look(id: string): Promise<void> {
    const { spawns, store } = this.#place;
    const row = await spawns.get(id);
    if (row === undefined || row.state === "told" || this.#isOver) return;
    if (row.state === "ended") return await this.#tell(row);
    const run = await store.run(id);
    // Nothing was said to it yet.
    if (run === undefined) return await this.#begin(row);
    if (run.state === "waiting" || run.state === "queued" || run.state === "running") return;
    const outcome = await this.#outcomeOf(row, run);
    if (!(await spawns.ended(id, outcome, this.#place.clock.now()))) return;
    failpoint("spawn-ended");
    await this.#tell({ ...row, state: "ended", outcome });
  }

  async #begin({ id, sessionKey, agentId, label, task, options, parent }: SpawnRow): Promise<void> {
    const { store, clock, accept } = this.#place;
    const fields = { spawnedBy: parent.sessionKey, displayName: label };
    await store.patch(sessionKey, agentId, fields, clock.now());
    await accept({
      idempotency: { scope: "subagent", key: id },
      runId: id,
      sessionKey,
      agentId,
      ...senderOf(parent.principal),
      authority: parent.authority,
      origin: "subagent",
      text: task,
      options,
    });
  }

  /** Makes the report a message of the conversation that waits for it. */
  async #tell(row: SpawnRow): Promise<void> {
    const { accept, spawns, store, clock } = this.#place;
    const { id, parent, label, outcome, sessionKey, cleanup } = row;
    if (outcome === undefined) return;
    const { text, event } = reportText(row, outcome);
    const nowMs = clock.now();
    await accept({
      idempotency: { scope: "subagent", key: `report ${id}` },
      runId: `report-${id}`,
      sessionKey: parent.sessionKey,
      agentId: parent.agentId,
      channel: "subagent",
      sender: id,
      authority: parent.authority,
      origin: "report",
      text,
      route: parent.route === undefined ? undefined : { ...parent.route, messageId: undefined },
      parts: {
        atMs: nowMs,
        channel: "subagent",
        // What it says is nobody's order.
        sender: { id: sessionKey, name: label, authority: "guest" },
        events: [{ atMs: nowMs, text: event }],
        text,
        isForeign: true,
      },
      options: parent.sessionName === undefined ? {} : { sessionName: parent.sessionName },
    });
    failpoint("report-kept");
    await spawns.told(id);
    if (cleanup === "delete") await store.archive(sessionKey, "deleted", clock.now());
  }

  async #outcomeOf({ id, startedAtMs }: SpawnRow, { state, result }: RunState): Promise<SpawnOutcome> {
    const { store, clock } = this.#place;
    const spent = await store.spent({ sessionKey: (await this.#place.spawns.get(id))?.sessionKey });
    const status = state === "done" ? "ok" : state === "aborted" ? "aborted" : "error";
    return {
      status,
      text: result?.text ?? "",
      ranMs: (result?.endedAtMs ?? clock.now()) - (result?.startedAtMs ?? startedAtMs),
      tokens: spent.input + spent.output,
      usd: spent.usd,
    };
  }

  /** What waits for it is not there to try again. */
  #later(error: unknown): void {
    const { log, clock } = this.#place;
    if (this.#isOver) return;
    log.warn({ reason: errorText(error) }, "a sub-agent could not go on, or report; it is tried again");
    this.#again?.dispose();
    this.#again = clock.after(AGAIN_MS, () => void this.resume());
  }

  #settings() {
    return this.#place.config().agents?.defaults?.subagents ?? {};
  }
}

/** How many run at once, besides what people wait for. */
export function mostSubAgents(config: GatewayConfig): number {
  return (
    config.agents?.defaults?.subagents?.maxConcurrent ?? DEFAULTS["agents.defaults.subagents.maxConcurrent"]
  );
}

function senderOf(principal: string): Pick<Inbound, "channel" | "sender"> {
  const [channel = "webchat", ...sender] = principal.split(":");
  return { channel, sender: sender.join(":") };
}
