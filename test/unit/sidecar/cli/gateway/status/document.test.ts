import { expect, test } from "@playwright/test";
import { statusDocument } from "../../../../../../sidecar/cli/gateway/status/document.ts";
import type { Findings } from "../../../../../../sidecar/cli/gateway/status/findings.ts";
import { missingReading } from "../../../../../helpers/home/readings.ts";
import {
  findingsOn,
  RUNNING,
  serviceOn,
  surroundingsOn,
} from "../../../../../helpers/service/status-findings.ts";

const documentOf = (platform: NodeJS.Platform, change: Partial<Findings> = {}) =>
  statusDocument(findingsOn(platform, change), surroundingsOn(platform));

test.describe("the JSON of gateway status", () => {
  test("has all keys of a service, and null where nothing is installed", () => {
    const service = serviceOn("linux", { installed: false, status: undefined });
    const absent = documentOf("linux", { pid: undefined, holder: undefined, service });

    expect(absent).toMatchObject({
      service: {
        label: "systemd",
        installed: false,
        loaded: false,
        loadedText: "enabled",
        notLoadedText: "not installed",
        command: null,
        runtime: { status: "stopped", state: "inactive", missingUnit: true },
        configAudit: { ok: true, issues: [] },
      },
      legacyServices: [],
      extraServices: [],
    });
    expect(absent).not.toHaveProperty("config.daemon");
    expect(absent).not.toHaveProperty("config.mismatch");
  });

  test("has the words of each system", () => {
    const words = (platform: NodeJS.Platform) => {
      const { label, loaded, loadedText, notLoadedText } = documentOf(platform).service as Record<
        string,
        unknown
      >;
      return [label, loaded, loadedText, notLoadedText];
    };

    expect(words("linux")).toEqual(["systemd", true, "enabled", "disabled"]);
    expect(words("darwin")).toEqual(["LaunchAgent", true, "loaded", "not loaded"]);
    expect(words("win32")).toEqual(["Scheduled Task", true, "registered", "missing"]);
  });

  test("says how the service ended, and how often it was started again", () => {
    const { pid: _, ...rest } = RUNNING;
    const status = {
      ...rest,
      runtime: "crash-looping" as const,
      state: "activating",
      subState: "auto-restart",
      restarts: 3,
      lastExit: { how: "killed" as const, status: 9 },
      detail: "a note of systemd",
    };
    const change = { pid: undefined, holder: undefined, service: serviceOn("linux", { status }) };

    expect(documentOf("linux", change).service).toMatchObject({
      runtime: {
        status: "crash-looping",
        text: "crash-looping (restarts 3, killed by signal 9)",
        state: "activating",
        subState: "auto-restart",
        lastExitStatus: 9,
        lastExitReason: "killed by signal 9",
        restarts: 3,
        detail: "a note of systemd",
      },
    });
  });

  test("tells the gateway apart from a service that does not run it", () => {
    const { pid: _, ...rest } = RUNNING;
    const status = { ...rest, runtime: "stopped" as const, state: "inactive" };
    const service = serviceOn("linux", { status });

    expect(documentOf("linux", { holder: { kind: "foreground" }, service }).service).toMatchObject({
      runtime: {
        status: "stopped",
        text: "running in foreground (PID 12)",
        keptBy: "foreground",
        state: "inactive",
      },
    });
    const absent = serviceOn("linux", { installed: false, status: undefined });
    expect(documentOf("linux", { holder: { kind: "foreground" }, service: absent }).service).toMatchObject({
      runtime: { status: "running", pid: 12, keptBy: "foreground", missingUnit: true },
    });
    const silent = serviceOn("linux", { status: undefined });
    expect(documentOf("linux", { service: silent }).service).toMatchObject({
      runtime: { status: "running", pid: 12, keptBy: "service" },
    });
    expect(documentOf("linux", { service: silent, pid: undefined, holder: undefined }).service).toMatchObject(
      {
        runtime: { status: "unknown" },
      },
    );
    const lost = documentOf("linux", { holder: { kind: "orphan" }, service }).service;
    expect(lost).toMatchObject({ runtime: { status: "stopped", keptBy: "orphan" } });
    expect(lost).not.toHaveProperty("runtime.pid");
  });

  test("has the command without secrets, findings, a hint and other services", () => {
    const issue = { code: "gateway-token-in-unit", message: "m", level: "recommended" as const };
    const other = { label: "house.service", detail: "/u", scope: "system" as const, cleanup: ["rm /u"] };
    const service = serviceOn("linux", {
      definition: {
        command: ["/usr/bin/node", "/l.cjs", "gateway", "--token", "s3cr3t"],
        workingDirectory: "/home/ute",
        environment: { HOME: "/home/ute", CLAWDBOT_GATEWAY_TOKEN: "s3cr3t", OPENAI_API_KEY: "s3cr3t" },
        sourcePath: "/unit",
        overridePaths: ["/unit.d/a.conf"],
      },
      issues: [issue],
      hint: "a hint",
      others: [other, { ...other, label: "com.steipete.clawdbot.gateway" }],
    });
    const found = documentOf("linux", { service });

    expect(found).toMatchObject({
      service: {
        command: {
          programArguments: ["/usr/bin/node", "/l.cjs", "gateway", "--token", "***"],
          workingDirectory: "/home/ute",
          environment: { HOME: "/home/ute" },
          sourcePath: "/unit",
          overridePaths: ["/unit.d/a.conf"],
        },
        configAudit: { ok: false, issues: [issue] },
        hint: "a hint",
      },
      legacyServices: ["com.steipete.clawdbot.gateway"],
      extraServices: [other, expect.anything()],
    });
    expect(JSON.stringify(found)).not.toContain("s3cr3t");
  });

  test("has the configuration of the service, and whether it is another one", () => {
    const same = documentOf("linux", { service: serviceOn("linux", { view: view("/home/ute/.clawdbot") }) });
    const reading = missingReading("/srv/c.json");
    const other = documentOf("linux", { service: serviceOn("linux", { view: view("/srv"), reading }) });

    expect(same.config).toMatchObject({
      daemon: { path: "/home/ute/.clawdbot/clawdbot.json", exists: false },
    });
    expect(same).not.toHaveProperty("config.mismatch");
    expect(other.config).toMatchObject({ daemon: { path: "/srv/c.json", exists: false }, mismatch: true });
  });
});

function view(stateDir: string) {
  const { env, paths } = surroundingsOn("linux");
  const moved = { ...paths, stateDir, configFile: `${stateDir}/clawdbot.json` };
  return { given: env, env, paths: moved, port: undefined };
}
