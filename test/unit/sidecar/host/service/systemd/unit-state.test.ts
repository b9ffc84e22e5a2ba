import { expect, test } from "@playwright/test";
import {
  readProperties,
  type UnitProperties,
  unitStatus,
} from "../../../../../../sidecar/host/service/systemd/unit-state.ts";
import { printed } from "../../../../../helpers/run/reads.ts";

const RUNNING: UnitProperties = {
  LoadState: "loaded",
  UnitFileState: "enabled",
  ActiveState: "active",
  SubState: "running",
  MainPID: "123",
  ExecMainStatus: "0",
  ExecMainCode: "0",
  NRestarts: "0",
  Restart: "always",
  Result: "success",
  NeedDaemonReload: "no",
};

const FAILED: UnitProperties = { ...RUNNING, ActiveState: "failed", SubState: "failed", MainPID: "0" };

test.describe("unitStatus", () => {
  test("tells a running service with its process", () => {
    expect(unitStatus(RUNNING, true)).toEqual({
      installed: true,
      loaded: true,
      enabled: true,
      runtime: "running",
      pid: 123,
      restarts: 0,
      state: "active",
      subState: "running",
    });
  });

  const killed = { ExecMainCode: "2", ExecMainStatus: "9" };
  const refused = { ExecMainCode: "1", ExecMainStatus: "78", Result: "exit-code" };
  for (const [what, unit, expected] of [
    ["reloading", { ...RUNNING, ActiveState: "reloading" }, { runtime: "running" }],
    ["starting", { ...RUNNING, ActiveState: "activating", SubState: "start" }, { runtime: "starting" }],
    [
      "waiting for its next start",
      { ...FAILED, ...killed, ActiveState: "activating", SubState: "auto-restart", NRestarts: "3" },
      { runtime: "crash-looping", restarts: 3, lastExit: { how: "killed", status: 9 } },
    ],
    [
      "stopping",
      { ...RUNNING, ActiveState: "deactivating", SubState: "stop-sigterm" },
      { runtime: "stopping" },
    ],
    [
      "stopped",
      { ...RUNNING, ActiveState: "inactive", SubState: "dead", MainPID: "0" },
      { runtime: "stopped" },
    ],
    [
      "given up after too many starts",
      { ...FAILED, Result: "start-limit-hit", ExecMainCode: "1", ExecMainStatus: "75" },
      { runtime: "blocked", lastExit: { how: "exited", status: 75 } },
    ],
    ["refused", { ...FAILED, ...refused }, { runtime: "blocked", lastExit: { how: "exited", status: 78 } }],
    [
      "stopped by force",
      { ...FAILED, ...killed, Result: "timeout" },
      { runtime: "stopped", lastExit: { how: "killed", status: 9 } },
    ],
    [
      "crashed with restarts switched off by a drop-in",
      { ...FAILED, ExecMainCode: "3", ExecMainStatus: "11", Result: "core-dump", Restart: "no" },
      { runtime: "blocked", lastExit: { how: "dumped", status: 11 } },
    ],
    ["in a state of a later systemd", { ...RUNNING, ActiveState: "dreaming" }, { runtime: "unknown" }],
  ] satisfies [string, UnitProperties, object][]) {
    test(`tells a service that is ${what}`, () => {
      expect(unitStatus(unit, true)).toMatchObject(expected);
    });
  }

  test("tells a missing unit from a stopped one", () => {
    const unit = readProperties(
      "LoadState=not-found\nActiveState=inactive\nSubState=dead\nMainPID=0\nExecMainCode=0\nUnitFileState=\n",
    );

    const status = unitStatus(unit, false);

    expect(status).toMatchObject({ installed: false, loaded: false, enabled: false, runtime: "stopped" });
    expect(status).not.toHaveProperty("lastExit");
    expect(status).not.toHaveProperty("pid");
  });

  for (const [what, unit, installed, detail] of [
    ["a masked unit", { ...FAILED, LoadState: "masked", ActiveState: "inactive" }, true, "masked"],
    [
      "a unit file with a mistake",
      { ...FAILED, LoadState: "bad-setting", LoadError: 'org.x.BadUnitSetting "Invalid."' },
      true,
      ": Invalid",
    ],
    ["a unit file that changed", { ...RUNNING, NeedDaemonReload: "yes" }, true, "changed since"],
    ["a process whose unit file is gone", { ...RUNNING, LoadState: "not-found" }, false, "is gone"],
    ["the start limit", { ...FAILED, Result: "start-limit-hit" }, true, "too many starts"],
    [
      "the start limit of most systems",
      { ...FAILED, Result: "exit-code", NRestarts: "9" },
      true,
      "too many starts",
    ],
    ["a refusal", { ...FAILED, ...refused, NRestarts: "1" }, true, "does not start it again"],
  ] satisfies [string, UnitProperties, boolean, string][]) {
    test(`says so of ${what}`, () => {
      expect(printed(unitStatus(unit, installed).detail)).toContain(detail);
    });
  }
});
