import { expect, test } from "@playwright/test";
import type { RunEnd, RunResult } from "../../../../../../sidecar/host/process/run.ts";
import {
  explainUnreachable,
  type Machine,
} from "../../../../../../sidecar/host/service/systemd/unreachable.ts";
import { printed } from "../../../../../helpers/run/reads.ts";

const MACHINE: Machine = { booted: true, wsl: false, container: false, runtimeDir: undefined, user: "ada" };
const MISSING: RunEnd = { kind: "not-started", code: "ENOENT" };
const FAILED: RunEnd = { kind: "exited", code: 1 };

function attempt(end: RunEnd): RunResult {
  return { end, stdout: "", stderr: "Failed to connect to bus: No medium found\n" };
}

test.describe("explainUnreachable", () => {
  for (const [what, machine, end, message, fix] of [
    ["su and sudo", {}, FAILED, "XDG_RUNTIME_DIR is not set", "enable-linger ada"],
    [
      "a runtime directory without a manager",
      { runtimeDir: "/run/user/7" },
      FAILED,
      "no manager at /run/user/7",
      "ada@",
    ],
    ["WSL without systemd", { booted: false, wsl: true }, FAILED, "WSL", "/etc/wsl.conf"],
    ["WSL without systemctl", { booted: false, wsl: true }, MISSING, "no systemctl", "wsl --shutdown"],
    [
      "a container",
      { booted: false, container: true },
      MISSING,
      "container",
      "main process of the container",
    ],
    ["another init system", { booted: false }, FAILED, "systemd is not the init system", "foreground"],
    ["a system without systemctl", {}, MISSING, "there is no systemctl", "foreground"],
    ["a manager that hangs", {}, { kind: "timed-out" }, "does not answer", "try again"],
    [
      "a manager that hangs in a container",
      { booted: false, container: true },
      { kind: "timed-out" },
      "does not answer",
      "try again",
    ],
  ] as [string, Partial<Machine>, RunEnd, string, string][]) {
    test(`row 37: has a hint of its own for ${what}`, () => {
      const error = explainUnreachable(attempt(end), { ...MACHINE, ...machine });

      expect(error).toMatchObject({ code: "SERVICE_UNAVAILABLE" });
      expect(error.message).toContain(message);
      expect(printed(error.fix)).toContain(fix);
    });
  }
});
