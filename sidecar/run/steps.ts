/** A change that is made of several parts: all of them are in force in the end, or none is. */

/** One part. `undo` is also called when `apply` failed halfway, and brings back what was before in any case. */
export interface Step {
  /** What it puts in force, such as `the addresses`. */
  name: string;
  apply: () => Promise<void> | void;
  undo: () => Promise<void> | void;
}

/** How it ended. `stuck` are parts that could not be taken back: those are in force although the change is not. */
export type Applied =
  | { kind: "applied" }
  | { kind: "undone"; failed: string; reason: unknown }
  | { kind: "stuck"; failed: string; reason: unknown; stuck: readonly StuckStep[] };

export interface StuckStep {
  name: string;
  reason: unknown;
}

/** Carries the steps out in their order; when one fails, it and those before it are undone in reverse order. Never rejects. */
export async function applySteps(steps: readonly Step[]): Promise<Applied> {
  for (const [index, step] of steps.entries()) {
    try {
      await step.apply();
    } catch (reason) {
      const stuck = await undoSteps(steps.slice(0, index + 1).toReversed());
      const failure = { failed: step.name, reason };
      return stuck.length === 0 ? { kind: "undone", ...failure } : { kind: "stuck", ...failure, stuck };
    }
  }
  return { kind: "applied" };
}

async function undoSteps(steps: readonly Step[]): Promise<StuckStep[]> {
  const stuck: StuckStep[] = [];
  for (const { name, undo } of steps) {
    try {
      await undo();
    } catch (reason) {
      stuck.push({ name, reason });
    }
  }
  return stuck;
}
