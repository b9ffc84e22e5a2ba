/** Which agent runs are under way, learnt from the gateway's `agent` events. */

/** A run that never says it ended is forgotten after so many newer ones. */
const MAX_RUNS = 100;

export class ActiveRuns {
  readonly #runs = new Set<string>();

  get count(): number {
    return this.#runs.size;
  }

  /** Takes the payload of one event; true when the number of runs has changed by it. */
  note({ runId, stream, data }: Record<string, unknown>): boolean {
    if (typeof runId !== "string") return false;
    const before = this.#runs.size;
    const phase = stream === "lifecycle" && typeof data === "object" && data !== null && "phase" in data;
    if (phase && (data.phase === "end" || data.phase === "error")) this.#runs.delete(runId);
    else this.#runs.add(runId);
    const [oldest] = this.#runs;
    if (this.#runs.size > MAX_RUNS && oldest !== undefined) this.#runs.delete(oldest);
    return this.#runs.size !== before;
  }
}
