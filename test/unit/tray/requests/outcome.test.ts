import { expect, test } from "@playwright/test";
import type { TrayModel } from "../../../../tray/model/tray-model.ts";
import { outcomeBefore, outcomeOf } from "../../../../tray/requests/outcome.ts";
import { modelIn, PORT_IN_USE, stateOf } from "../model/samples.ts";

const stopped = { desired: "stopped" } as const;
const withFacts = (model: TrayModel, facts: Partial<TrayModel["facts"]>): TrayModel => ({
  ...model,
  facts: { ...model.facts, ...facts },
});

test.describe("a request of a command", () => {
  test("U9: is answered at once where nothing is to be done", () => {
    expect(outcomeBefore("start", modelIn(stateOf("running")))).toMatchObject({
      result: "already-running",
      pid: 4711,
    });
    expect(outcomeBefore("stop", modelIn(stateOf("stopped"), stopped))).toMatchObject({
      result: "already-stopped",
    });
    expect(outcomeBefore("stop", modelIn(stateOf("backoff")))).toBeUndefined();
    expect(outcomeBefore("restart", modelIn(stateOf("attached")))).toBeUndefined();
  });

  test("U9: is refused by a tray that leaves", () => {
    const leaving = withFacts(modelIn(stateOf("running")), { quitting: true });

    for (const verb of ["start", "stop", "restart"] as const) {
      expect(outcomeBefore(verb, leaving)).toMatchObject({ kind: "failed" });
    }
  });

  test("U9: is done when the gateway has come to rest, or answers", () => {
    expect(outcomeOf("stop", modelIn(stateOf("stopping"), stopped), "")).toBeUndefined();
    expect(outcomeOf("stop", modelIn(stateOf("stopped"), stopped), "")).toMatchObject({ result: "stopped" });
    expect(outcomeOf("start", modelIn(stateOf("starting")), "")).toBeUndefined();
    expect(outcomeOf("start", modelIn(stateOf("running")), "")).toMatchObject({
      result: "started",
      pid: 4711,
    });
    expect(outcomeOf("restart", modelIn(stateOf("attached")), "")).toMatchObject({ result: "restarted" });
  });

  test("U9: fails with what the tray shows, or with what came in between", () => {
    const blocked = modelIn({ kind: "blocked", reason: PORT_IN_USE });
    const failed = withFacts(modelIn(stateOf("probing"), stopped), { failedAction: "no permission" });

    expect(outcomeOf("start", blocked, "Port 1 is held")).toEqual({
      kind: "failed",
      message: "Port 1 is held",
    });
    expect(outcomeOf("stop", failed, "")).toEqual({ kind: "failed", message: "no permission" });
    expect(outcomeOf("stop", modelIn(stateOf("stopping")), "")).toMatchObject({ kind: "failed" });
    expect(outcomeOf("start", modelIn(stateOf("stopping"), stopped), "")).toMatchObject({ kind: "failed" });
  });
});
