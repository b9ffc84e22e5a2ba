/** Schedules in the store: the tables `cron_jobs` and `cron_runs`. */
import type { DatabaseSync } from "node:sqlite";
import type {
  CronDue,
  CronJob,
  CronRun,
  CronRunState,
  CronSettlement,
  CronState,
  CronStore,
} from "../cron-store.ts";
import { failpoint } from "../failpoint.ts";
import type { ContextLimits } from "../session-store.ts";
import { ContextTable } from "./context.ts";
import { OutboxTable } from "./outbox.ts";
import { json, type Row, Statements, text } from "./statements.ts";

/** Starts of one job that are kept. */
const MOST_RUNS = 2_000;
/** What jobs say to a conversation that nobody takes up. */
const SAID: ContextLimits = { most: 50, maxAgeMs: 86_400_000, maxChars: 40_000 };
const WAITING = "enabled = 1 AND running = 0 AND due_at IS NOT NULL";
const IN_ORDER = "ORDER BY due_at IS NULL, due_at, created_at, id";

export class SqliteCronStore implements CronStore {
  readonly #db: Statements;
  readonly #outbox: OutboxTable;
  readonly #context: ContextTable;

  constructor(database: DatabaseSync) {
    this.#db = new Statements(database);
    this.#outbox = new OutboxTable(this.#db);
    this.#context = new ContextTable(this.#db);
  }

  async count() {
    const row = this.#db.get("SELECT count(*) AS n, coalesce(sum(enabled), 0) AS enabled FROM cron_jobs");
    const open = this.#db.get("SELECT count(*) AS n FROM cron_runs WHERE state = 'started'");
    return { enabled: Number(row?.enabled), all: Number(row?.n), started: Number(open?.n) };
  }

  async jobs({ includesDisabled }: { includesDisabled: boolean }) {
    const where = includesDisabled ? "" : "WHERE enabled = 1";
    return this.#db.all(`SELECT * FROM cron_jobs ${where} ${IN_ORDER}`).map(jobOf);
  }

  async job(id: string) {
    return this.#job(id);
  }

  async add(job: CronJob) {
    this.#db.together(() => this.#put(job));
  }

  async change(id: string, change: (job: CronJob) => CronJob) {
    return this.#db.together(() => this.#change(id, change));
  }

  async remove(id: string) {
    return this.#db.together(() => this.#db.run("DELETE FROM cron_jobs WHERE id = ?", id) > 0);
  }

  async due({ fromMs, toMs }: { fromMs: number; toMs: number }, limit: number) {
    const sql = `SELECT * FROM cron_jobs WHERE ${WAITING} AND due_at > ? AND due_at <= ? ORDER BY due_at, id LIMIT ?`;
    return this.#db.all(sql, fromMs, toMs, limit).map(jobOf);
  }

  async nextDueAt(afterMs: number) {
    const row = this.#db.get(
      `SELECT min(due_at) AS at FROM cron_jobs WHERE ${WAITING} AND due_at > ?`,
      afterMs,
    );
    return typeof row?.at === "number" ? row.at : undefined;
  }

  async claim(
    run: Omit<CronRun, "seq" | "state" | "interrupted">,
    holder: string,
    change: (job: CronJob) => CronJob,
  ) {
    failpoint("cron-before-claim");
    const isFirst = this.#db.together(() => {
      if (this.#job(run.jobId) === undefined || this.#isKnown(run)) return false;
      this.#db.run(
        `INSERT INTO cron_runs (job_id, scheduled_for, attempt, run_id, state, holder, started_at) VALUES (?, ?, ?, ?, 'started', ?, ?)`,
        run.jobId,
        run.slotMs,
        run.attempt,
        run.runId,
        holder,
        run.startedAtMs,
      );
      this.#change(run.jobId, change);
      return true;
    });
    failpoint("cron-claimed");
    return isFirst;
  }

  async miss(jobId: string, slotMs: number, nowMs: number, change: (job: CronJob) => CronJob) {
    this.#db.together(() => {
      if (!this.#isKnown({ jobId, slotMs, attempt: 1 }))
        this.#db.run(
          `INSERT INTO cron_runs (job_id, scheduled_for, attempt, run_id, state, holder, started_at, ended_at)
           VALUES (?, ?, 1, '', 'missed', '', ?, ?)`,
          jobId,
          slotMs,
          nowMs,
          nowMs,
        );
      this.#change(jobId, change);
    });
  }

  async takeUp(holder: string) {
    return this.#db.together(() => {
      const rows = this.#db.all(
        "SELECT * FROM cron_runs WHERE state = 'started' AND holder <> ? ORDER BY seq",
        holder,
      );
      this.#db.run(
        "UPDATE cron_runs SET interrupted = interrupted + 1, holder = ? WHERE state = 'started' AND holder <> ?",
        holder,
        holder,
      );
      return rows.map(runOf).map((run) => ({ ...run, interrupted: run.interrupted + 1 }));
    });
  }

  async settle({ run, state, error, summary, change, said, notices = [] }: CronSettlement, nowMs: number) {
    failpoint("cron-before-end");
    const settled = this.#db.together(() => {
      const { jobId, slotMs, attempt } = run;
      const job = this.#job(jobId);
      const changed = job && change(job);
      const count = this.#db.run(
        `UPDATE cron_runs SET state = ?, ended_at = ?, error = ?, summary = ?, next_at = ?
         WHERE job_id = ? AND scheduled_for = ? AND attempt = ? AND state = 'started'`,
        state,
        nowMs,
        error ?? null,
        summary ?? null,
        changed?.due?.atMs ?? null,
        jobId,
        slotMs,
        attempt,
      );
      if (count === 0) return false;
      if (changed !== undefined) this.#put(changed);
      else this.#db.run("DELETE FROM cron_jobs WHERE id = ?", jobId);
      if (said !== undefined) this.#context.keep(said.sessionKey, said.line, SAID);
      this.#outbox.add(notices, undefined, nowMs);
      this.#forget(jobId);
      return { job: changed };
    });
    failpoint("cron-ended");
    return settled;
  }

  async runs(jobId: string, limit: number) {
    const sql = `SELECT * FROM cron_runs WHERE job_id = ? AND state <> 'started' ORDER BY ended_at DESC, seq DESC LIMIT ?`;
    return this.#db.all(sql, jobId, limit).map(runOf).reverse();
  }

  async import(jobs: readonly CronJob[], runs: readonly Omit<CronRun, "seq">[]) {
    return this.#db.together(() => {
      const fresh = jobs.filter(({ id }) => this.#job(id) === undefined);
      for (const job of fresh) this.#put(job);
      for (const run of runs) {
        if (this.#isKnown(run)) continue;
        this.#db.run(
          `INSERT INTO cron_runs (job_id, scheduled_for, attempt, run_id, state, holder, started_at, ended_at, error, summary, next_at)
           VALUES (?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?)`,
          run.jobId,
          run.slotMs,
          run.attempt,
          run.runId,
          run.state,
          run.startedAtMs,
          run.endedAtMs ?? null,
          run.error ?? null,
          run.summary ?? null,
          run.nextAtMs ?? null,
        );
      }
      return fresh.length;
    });
  }

  #job(id: string): CronJob | undefined {
    const row = this.#db.get("SELECT * FROM cron_jobs WHERE id = ?", id);
    return row && jobOf(row);
  }

  #isKnown({ jobId, slotMs, attempt }: Pick<CronRun, "jobId" | "slotMs" | "attempt">): boolean {
    const sql = "SELECT 1 FROM cron_runs WHERE job_id = ? AND scheduled_for = ? AND attempt = ?";
    return this.#db.get(sql, jobId, slotMs, attempt) !== undefined;
  }

  #change(id: string, change: (job: CronJob) => CronJob): CronJob | undefined {
    const job = this.#job(id);
    if (job === undefined) return undefined;
    const changed = change(job);
    this.#put(changed);
    return changed;
  }

  #put({ id, isEnabled, due, state, createdAtMs, updatedAtMs, ...body }: CronJob): void {
    this.#db.run(
      `INSERT INTO cron_jobs (id, enabled, running, due_at, due, body, state, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET enabled = excluded.enabled, running = excluded.running, due_at = excluded.due_at,
         due = excluded.due, body = excluded.body, state = excluded.state, updated_at = excluded.updated_at`,
      id,
      isEnabled ? 1 : 0,
      state.runningAtMs === undefined ? 0 : 1,
      due?.atMs ?? null,
      due === undefined ? null : JSON.stringify(due),
      JSON.stringify(body),
      JSON.stringify(state),
      createdAtMs,
      updatedAtMs,
    );
  }

  #forget(jobId: string): void {
    this.#db.run(
      `DELETE FROM cron_runs WHERE job_id = ? AND state <> 'started'
         AND seq <= (SELECT seq FROM cron_runs WHERE job_id = ? ORDER BY seq DESC LIMIT 1 OFFSET ?)`,
      jobId,
      jobId,
      MOST_RUNS,
    );
  }
}

function jobOf(row: Row): CronJob {
  return {
    ...json<Omit<CronJob, "id" | "isEnabled" | "due" | "state">>(row, "body"),
    id: text(row, "id"),
    isEnabled: row.enabled === 1,
    ...(row.due === null ? {} : { due: json<CronDue>(row, "due") }),
    state: json<CronState>(row, "state"),
    createdAtMs: Number(row.created_at),
    updatedAtMs: Number(row.updated_at),
  };
}

function runOf(row: Row): CronRun {
  const optional = (name: string) => (row[name] === null ? undefined : Number(row[name]));
  return {
    seq: Number(row.seq),
    jobId: text(row, "job_id"),
    slotMs: Number(row.scheduled_for),
    attempt: Number(row.attempt),
    runId: text(row, "run_id"),
    state: row.state as CronRunState,
    interrupted: Number(row.interrupted),
    startedAtMs: Number(row.started_at),
    endedAtMs: optional("ended_at"),
    error: row.error === null ? undefined : text(row, "error"),
    summary: row.summary === null ? undefined : text(row, "summary"),
    nextAtMs: optional("next_at"),
  };
}
