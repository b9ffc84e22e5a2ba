import { expect, test } from "@playwright/test";
import { classifyExit, type Exit } from "../../../../tray/model/exit-reason.ts";

const EXIT: Exit = { code: 1, signal: null, asked: false, planned: false, startBlocked: null };

test.describe("classifyExit", () => {
  for (const code of [0, 1, 78, null]) {
    test(`takes code ${code} after our own stop for a stop`, () => {
      expect(classifyExit({ ...EXIT, code, asked: true })).toEqual({ kind: "stopped" });
    });
  }

  test("takes code 0 or 75 after an announced restart for a planned end, any other code for a crash", () => {
    expect(classifyExit({ ...EXIT, code: 0, planned: true })).toEqual({ kind: "planned" });
    expect(classifyExit({ ...EXIT, code: 75, planned: true })).toEqual({ kind: "planned" });
    expect(classifyExit({ ...EXIT, code: 1, planned: true })).toEqual({ kind: "crash" });
    expect(classifyExit({ ...EXIT, code: null, signal: "SIGSEGV", planned: true })).toEqual({
      kind: "crash",
    });
  });

  for (const [what, exit] of Object.entries({
    "code 0 that nobody asked for": { code: 0 },
    "code 1": { code: 1 },
    "the transient code 75": { code: 75 },
    "a signal": { code: null, signal: "SIGKILL" },
  })) {
    test(`takes ${what} for a crash`, () => {
      expect(classifyExit({ ...EXIT, ...exit })).toEqual({ kind: "crash" });
    });
  }

  test("tries again after the transient code even when a reason is on file", () => {
    const startBlocked = { code: "PORT_IN_USE", message: "port 18789" };

    expect(classifyExit({ ...EXIT, code: 75, startBlocked })).toEqual({ kind: "crash" });
  });

  test("recognises that a healthy gateway is there already", () => {
    const startBlocked = { code: "ALREADY_RUNNING", message: "pid 3", pid: 3 };

    expect(classifyExit({ ...EXIT, code: 78, startBlocked })).toEqual({ kind: "already-running" });
  });

  test("reads the reason of a refusal from what the gateway wrote", () => {
    const reasonOf = (code: string, extra: object = {}) =>
      classifyExit({ ...EXIT, code: 78, startBlocked: { code, message: "line 3\nline 9", ...extra } });

    expect(reasonOf("PORT_IN_USE", { pid: 812 })).toEqual({
      kind: "refused",
      reason: { kind: "port-in-use", port: null, pid: 812, command: null, user: null },
    });
    expect(reasonOf("PORT_IN_USE")).toMatchObject({ reason: { pid: null } });
    expect(reasonOf("CONFIG_INVALID")).toMatchObject({
      reason: { kind: "config-invalid", issues: ["line 3", "line 9"] },
    });
    const message = "Invalid configuration: /home/me/clawdbot.json\n  gateway.port: expected number";
    expect(reasonOf("CONFIG_INVALID", { message })).toMatchObject({
      reason: { path: "/home/me/clawdbot.json", issues: ["gateway.port: expected number"] },
    });
    expect(reasonOf("RUNTIME_MISSING")).toMatchObject({ reason: { kind: "runtime-missing" } });
    expect(reasonOf("MODE_NOT_LOCAL", { fix: "clawdbot config set" })).toMatchObject({
      reason: { kind: "refused", fix: "clawdbot config set" },
    });
    expect(reasonOf("MODE_NOT_LOCAL")).toMatchObject({ reason: { fix: null } });
  });

  test("U16: knows a gateway that nobody has set up yet", () => {
    const startBlocked = { code: "CONFIG_MISSING", message: "No configuration yet" };

    const reason = classifyExit({ ...EXIT, code: 78, startBlocked });

    expect(reason).toEqual({ kind: "refused", reason: { kind: "not-set-up" } });
  });

  test("takes code 78 without a reason on file for a refusal all the same", () => {
    expect(classifyExit({ ...EXIT, code: 78 })).toEqual({
      kind: "refused",
      reason: { kind: "refused", message: "exit code 78", fix: null },
    });
  });
});
