import { expect, test } from "@playwright/test";
import type { RuntimeInfo, StartRefusal } from "../../../../../../shared/node/run-state.ts";
import type { TaskState } from "../../../../../../sidecar/host/service/schtasks/scheduler.ts";
import {
  type TaskEvidence,
  taskStatus,
} from "../../../../../../sidecar/host/service/schtasks/task-status.ts";
import { readTask, renderTask } from "../../../../../../sidecar/host/service/schtasks/task-xml.ts";
import { reads } from "../../../../../helpers/run/reads.ts";

const FACTS: RuntimeInfo = {
  pid: 42,
  startId: "a",
  instanceId: "b",
  port: 18789,
  hosts: ["127.0.0.1"],
  version: "1",
  phase: "ready",
  startedAtMs: 0,
  service: "Clawdbot Gateway",
};
const BLOCKED: StartRefusal = { code: "PORT_IN_USE", message: "port 18789 is taken", atMs: 0 };
const action = { command: "wscript.exe", arguments: "", workingDirectory: "" };
const XML = renderTask({ description: "", user: "S-1-5-21-1", action, atLogon: true });

function status(state: Partial<TaskState> | undefined, more: Partial<TaskEvidence> = {}) {
  const task =
    state === undefined
      ? undefined
      : { state: 3, lastResult: 0, enabled: true, task: readTask(XML), ...state };
  return taskStatus({
    installed: true,
    task,
    hasStartupEntry: false,
    facts: undefined,
    isAlive: false,
    blocked: undefined,
    ...more,
  });
}

const ALIVE = { facts: FACTS, isAlive: true };

test.describe("taskStatus", () => {
  for (const [what, state, more, expected] of [
    ["a running task with its gateway", { state: 4 }, ALIVE, { runtime: "running", pid: 42 }],
    ["a running task before its gateway", { state: 4 }, {}, { runtime: "starting" }],
    ["a gateway that left its facts", { state: 4 }, { facts: FACTS }, { runtime: "crash-looping" }],
    [
      "a start that is refused again and again",
      { state: 4 },
      { blocked: BLOCKED },
      { runtime: "crash-looping", detail: BLOCKED.message },
    ],
    ["a queued task", { state: 2 }, {}, { runtime: "starting" }],
    ["a task that never ran", { lastResult: 267_011 }, {}, { runtime: "stopped" }],
    ["a task that was ended", { lastResult: 267_014 }, {}, { runtime: "stopped" }],
    [
      "a gateway that was stopped",
      { lastResult: 0 },
      {},
      { runtime: "stopped", lastExit: { how: "exited", status: 0 } },
    ],
    [
      "a refused start, which ends with 0 as well",
      { lastResult: 0 },
      { blocked: BLOCKED },
      { runtime: "blocked", detail: BLOCKED.message },
    ],
    ["a refused start of the launcher", { lastResult: 78 }, {}, { runtime: "blocked" }],
    [
      "a gateway that failed too often",
      { lastResult: 1 },
      { facts: FACTS },
      { runtime: "blocked", lastExit: { how: "exited", status: 1 } },
    ],
    ["a disabled task", { state: 1, enabled: false }, {}, { loaded: true, enabled: false }],
    ["a gateway that its ended task left behind", {}, ALIVE, { runtime: "running", pid: 42 }],
    ["no task", undefined, {}, { loaded: false, enabled: false, runtime: "stopped" }],
  ] as const) {
    test(`row 41: tells ${what} by numbers`, () => {
      expect(status(state, more)).toMatchObject(expected);
    });
  }

  test("row 41: tells by the last result alone whether it runs, where that is all there is", () => {
    expect(status({ state: undefined, lastResult: 267_009 }, ALIVE)).toMatchObject({ runtime: "running" });
    expect(status({ state: undefined, lastResult: 0 })).toMatchObject({ runtime: "stopped" });
  });

  test("says when the Startup folder stands in for the task", () => {
    expect(status(undefined, { hasStartupEntry: true, ...ALIVE })).toMatchObject({
      loaded: true,
      enabled: true,
      runtime: "running",
      detail: reads(/Startup folder/),
    });
  });

  test("does not count a trigger that was switched off as a start at login", () => {
    const task = readTask(XML.replace("<Enabled>true</Enabled>", "<Enabled>false</Enabled>"));

    expect(status({ task })).toMatchObject({ loaded: true, enabled: false });
  });
});
