import { expect, test } from "@playwright/test";
import { applySteps, type Step } from "../../../../sidecar/run/steps.ts";

/** Steps that write down what is done to them; `apply` and `undo` name those that fail. */
function recorded(names: string[], failing: { apply?: string; undo?: string[] } = {}) {
  const done: string[] = [];
  const steps: Step[] = names.map((name) => ({
    name,
    apply: async () => {
      done.push(name);
      if (failing.apply === name) throw new Error(`${name} failed`);
    },
    undo: () => {
      done.push(`undo ${name}`);
      if (failing.undo?.includes(name)) throw new Error(`${name} stays`);
    },
  }));
  return { steps, done };
}

test.describe("applySteps", () => {
  test("S8: carries all steps out in their order", async () => {
    const { steps, done } = recorded(["a", "b", "c"]);

    expect(await applySteps(steps)).toEqual({ kind: "applied" });
    expect(done).toEqual(["a", "b", "c"]);
  });

  test("S8: undoes the one that failed and those before it, backwards", async () => {
    const { steps, done } = recorded(["a", "b", "c"], { apply: "b" });

    expect(await applySteps(steps)).toEqual({ kind: "undone", failed: "b", reason: new Error("b failed") });
    expect(done).toEqual(["a", "b", "undo b", "undo a"]);
  });

  test("S8: names every part that cannot be taken back, and takes back the others", async () => {
    const { steps, done } = recorded(["a", "b", "c"], { apply: "c", undo: ["a", "b"] });

    expect(await applySteps(steps)).toEqual({
      kind: "stuck",
      failed: "c",
      reason: new Error("c failed"),
      stuck: [
        { name: "b", reason: new Error("b stays") },
        { name: "a", reason: new Error("a stays") },
      ],
    });
    expect(done).toEqual(["a", "b", "c", "undo c", "undo b", "undo a"]);
  });
});
