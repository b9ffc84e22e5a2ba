/** Looks around in the store: the table `heartbeats`. */
import type { DatabaseSync } from "node:sqlite";
import { failpoint } from "../failpoint.ts";
import type { HeartbeatSettlement, HeartbeatState, HeartbeatStore } from "../heartbeat-store.ts";
import type { ContextLimits } from "../session-store.ts";
import { ContextTable } from "./context.ts";
import { OutboxTable } from "./outbox.ts";
import { json, Statements } from "./statements.ts";

/** What is told to a conversation that nobody takes up. */
const SAID: ContextLimits = { most: 50, maxAgeMs: 86_400_000, maxChars: 40_000 };

export class SqliteHeartbeatStore implements HeartbeatStore {
  readonly #db: Statements;
  readonly #outbox: OutboxTable;
  readonly #context: ContextTable;

  constructor(database: DatabaseSync) {
    this.#db = new Statements(database);
    this.#outbox = new OutboxTable(this.#db);
    this.#context = new ContextTable(this.#db);
  }

  async state(agentId: string) {
    return this.#state(agentId);
  }

  async change(agentId: string, change: (state: HeartbeatState | undefined) => HeartbeatState) {
    this.#db.together(() => this.#put(agentId, change(this.#state(agentId))));
    failpoint("heartbeat-changed");
  }

  async settle(
    { agentId, runId, change, parts = [], said }: HeartbeatSettlement,
    nowMs: number,
  ): Promise<boolean> {
    failpoint("heartbeat-before-end");
    return this.#db.together(() => {
      const state = this.#state(agentId);
      if (state === undefined || (runId !== undefined && state.run?.runId !== runId)) return false;
      this.#put(agentId, change(state));
      if (said !== undefined) this.#context.keep(said.sessionKey, said.line, SAID);
      this.#outbox.add(parts, undefined, nowMs);
      return true;
    });
  }

  async lastUserAt(agentId: string) {
    const row = this.#db.get("SELECT max(last_user_at) AS at FROM sessions WHERE agent_id = ?", agentId);
    return typeof row?.at === "number" ? row.at : undefined;
  }

  #state(agentId: string): HeartbeatState | undefined {
    const row = this.#db.get("SELECT state FROM heartbeats WHERE agent_id = ?", agentId);
    return row && json<HeartbeatState>(row, "state");
  }

  #put(agentId: string, state: HeartbeatState): void {
    this.#db.run(
      `INSERT INTO heartbeats (agent_id, state) VALUES (?, ?)
       ON CONFLICT (agent_id) DO UPDATE SET state = excluded.state`,
      agentId,
      JSON.stringify(state),
    );
  }
}
