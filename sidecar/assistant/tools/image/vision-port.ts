/** The model that sees, as the tool asks it. */
import type { Turn } from "../../../base/store/session-store.ts";

/** A question about a picture. */
export interface Look {
  bytes: Uint8Array;
  mimeType: string;
  question: string;
  /** By reference or alias; undefined for those of the configuration. */
  model: string | undefined;
  signal: AbortSignal;
}

export interface VisionPort {
  /** The answer, which may be empty. Fails with a sentence where nobody can look, with `BudgetReached`, and with a `ModelFailure`. */
  ask(turn: Turn, look: Look): Promise<string>;
}
