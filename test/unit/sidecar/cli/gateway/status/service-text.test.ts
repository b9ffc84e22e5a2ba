import { expect, test } from "@playwright/test";
import { strangers } from "../../../../../../sidecar/cli/gateway/status/facts.ts";
import type { Findings } from "../../../../../../sidecar/cli/gateway/status/findings.ts";
import {
  environmentText,
  isLoaded,
  loadedText,
  loadedWords,
  orphanText,
  rivalText,
  runtimeText,
  troubleText,
} from "../../../../../../sidecar/cli/gateway/status/service-text.ts";
import type { ServiceStatus } from "../../../../../../sidecar/host/service/service-manager.ts";
import { printed } from "../../../../../helpers/run/reads.ts";
import { findingsOn, listener, RUNNING, serviceOn } from "../../../../../helpers/service/status-findings.ts";

/** A service in this state while no gateway runs. */
const down = (status: Partial<ServiceStatus>, change: Partial<Findings> = {}) => {
  const { pid: _, ...rest } = RUNNING;
  return findingsOn("linux", {
    pid: undefined,
    holder: undefined,
    service: serviceOn("linux", { status: { ...rest, state: "inactive", ...status } }),
    port: { port: 18_789, status: "free", listeners: [] },
    ...change,
  });
};

test.describe("the service in the box", () => {
  for (const [platform, change, text] of [
    ["linux", {}, "enabled"],
    ["linux", { status: { ...RUNNING, enabled: false } }, "disabled"],
    ["linux", { installed: false, status: undefined }, "not installed"],
    ["linux", { status: undefined }, "installed"],
    ["darwin", {}, "loaded"],
    ["darwin", { status: { ...RUNNING, loaded: false } }, "not loaded"],
    ["darwin", { installed: false, status: undefined }, "not installed"],
    ["win32", {}, "registered"],
    ["win32", { status: { ...RUNNING, loaded: false } }, "missing"],
    ["win32", { installed: false, status: undefined }, "missing"],
  ] as const) {
    test(`is "${text}" on ${platform} with ${JSON.stringify(change)}`, () => {
      const service = serviceOn(platform, change);

      expect(printed(loadedText(service))).toBe(text);
      const { yes, no } = loadedWords(service);
      if (service.status !== undefined || !service.installed) {
        expect(printed(isLoaded(service) ? yes : no)).toBe(text);
      }
    });
  }

  test("has the label of the system", () => {
    expect(
      (["linux", "darwin", "win32"] as const).map((platform) => serviceOn(platform).identity.label),
    ).toEqual(["systemd", "LaunchAgent", "Scheduled Task"]);
  });
});

test.describe("the runtime in the box", () => {
  test("is that of the gateway, by whomever it is kept", () => {
    const kept = (change: Partial<Findings>) => printed(runtimeText(findingsOn("linux", change)));

    expect(kept({})).toBe("running (PID 12)");
    expect(kept({ holder: { kind: "foreground" } })).toBe("running in foreground (PID 12)");
    expect(kept({ holder: { kind: "other", name: "house.service", scope: "system" } })).toBe(
      "running as house.service (system) (PID 12)",
    );
    expect(kept({ holder: { kind: "other", name: "house.service", scope: undefined } })).toBe(
      "running as house.service (PID 12)",
    );
    const facts = {
      pid: 12,
      startId: "s",
      instanceId: "i",
      port: 18_789,
      hosts: ["127.0.0.1"],
      version: "1",
      startedAtMs: 0,
    };
    expect(kept({ facts: { ...facts, phase: "stopping" } })).toBe("stopping (PID 12)");
    expect(kept({ facts: { ...facts, phase: "starting" }, holder: { kind: "foreground" } })).toBe(
      "starting in foreground (PID 12)",
    );
  });

  for (const [status, text] of [
    [{ runtime: "stopped" }, "stopped"],
    [{ runtime: "running", pid: 13 }, "running (PID 13)"],
    [{ runtime: "running" }, "running"],
    [{ runtime: "starting", pid: 13 }, "starting (PID 13)"],
    [{ runtime: "stopping", pid: 13 }, "stopping (PID 13)"],
    [{ runtime: "unknown", state: "queued" }, "unknown (queued)"],
    [
      { runtime: "crash-looping", restarts: 3, lastExit: { how: "exited", status: 1 } },
      "crash-looping (restarts 3, last exit 1)",
    ],
    [
      { runtime: "crash-looping", restarts: 3, lastExit: { how: "killed", status: 9 } },
      "crash-looping (restarts 3, killed by signal 9)",
    ],
    [
      { runtime: "crash-looping", restarts: 0, lastExit: { how: "dumped", status: 6 } },
      "crashed, restarting (dumped core on signal 6)",
    ],
    [
      { runtime: "blocked", restarts: 10, lastExit: { how: "exited", status: 1 }, detail: "systemd gave up" },
      "blocked: systemd gave up, restarts 10, last exit 1",
    ],
  ] as [Partial<ServiceStatus>, string][]) {
    test(`is "${text}" while no gateway runs`, () => {
      expect(printed(runtimeText(down(status)))).toBe(text);
    });
  }

  test("is stopped where nothing is installed or the manager is silent", () => {
    expect(
      printed(
        runtimeText(down({}, { service: serviceOn("linux", { installed: false, status: undefined }) })),
      ),
    ).toBe("stopped");
    expect(printed(runtimeText(down({}, { service: serviceOn("linux", { status: undefined }) })))).toBe(
      "stopped",
    );
  });

  test("says in one line why a blocked service does not start", () => {
    const reason = "Invalid configuration: /c\n  gateway.prot: unknown key";
    const blocked = { code: "CONFIG_INVALID", message: reason, atMs: 0 };

    expect(printed(runtimeText(down({ runtime: "blocked" }, { blocked, lastError: reason })))).toBe(
      "blocked: Invalid configuration: /c",
    );
  });

  test("names who holds the port of a blocked service now, else who held it then", () => {
    const message =
      "Error: listen EADDRINUSE: address already in use 127.0.0.1:18789\nPort 18789 is held by pid 9 (nginx, user www) on 127.0.0.1";
    const blocked = { code: "PORT_IN_USE", message, atMs: 0, pid: 9 };
    const port = (...pids: (number | undefined)[]) => ({
      port: 18_789,
      status: "busy" as const,
      listeners: pids.map((pid) => listener(pid, "apache")),
    });
    const text = (change: Partial<Findings>) =>
      printed(runtimeText(down({ runtime: "blocked" }, { blocked, lastError: message, ...change })));

    expect(text({ port: port(8) })).toBe("blocked: port 18789 held by pid 8 (apache, user ute)");
    expect(text({ port: port(undefined) })).toBe("blocked: port 18789 held by a process of user ute");
    expect(text({})).toBe(
      "blocked: port 18789 was held by pid 9 (nginx, user www) on 127.0.0.1; nobody holds it now",
    );
  });
});

test.describe("who holds the port", () => {
  test("is no stranger when it is the gateway or the process that the manager knows", () => {
    const listeners = [listener(12), listener(13), listener(14), listener(undefined)];
    const found = findingsOn("linux", {
      port: { port: 18_789, status: "busy", listeners },
      service: serviceOn("linux", { status: { ...RUNNING, pid: 13 } }),
    });

    expect(strangers(found).map(({ pid }) => pid)).toEqual([14, undefined]);
  });

  test("is an orphan when the service has lost it, with the command that ends it", () => {
    const lost = { holder: { kind: "orphan" as const } };

    expect(orphanText(findingsOn("linux"))).toBeUndefined();
    expect(printed(orphanText(findingsOn("linux", lost)))).toBe(
      "port 18789 held by orphan pid 12 (node, user ute), which the service started and has lost; kill 12, then: clawdbot gateway restart",
    );
    expect(printed(orphanText(findingsOn("win32", lost)))).toContain("taskkill /F /PID 12, then");
  });

  test("does not hide what the service does meanwhile", () => {
    const status: ServiceStatus = {
      ...RUNNING,
      runtime: "crash-looping",
      restarts: 2,
      lastExit: { how: "exited", status: 78 },
    };
    const service = serviceOn("linux", { status });
    const text = "crash-looping (restarts 2, last exit 78)";

    expect(printed(runtimeText(findingsOn("linux", { holder: { kind: "orphan" }, service })))).toBe(text);
    expect(troubleText(findingsOn("linux", { holder: { kind: "orphan" }, service }))).toBeUndefined();
    expect(printed(troubleText(findingsOn("linux", { holder: { kind: "foreground" }, service })))).toBe(text);
    expect(troubleText(findingsOn("linux", { holder: { kind: "foreground" } }))).toBeUndefined();
  });
});

test.describe("row 52: another service on the same state directory", () => {
  const holder = { kind: "other", name: "clawdbot-gateway.service", scope: "system" } as const;

  test("row 52: is named together with ours", () => {
    expect(printed(rivalText(findingsOn("linux", { holder })))).toBe(
      "two services for one state directory: clawdbot-gateway.service of this user, and clawdbot-gateway.service (system), which runs the gateway (PID 12); keep one of them",
    );
  });

  test("row 52: is none too many when ours is not installed", () => {
    expect(
      rivalText(
        findingsOn("linux", { holder, service: serviceOn("linux", { installed: false, status: undefined }) }),
      ),
    ).toBeUndefined();
    expect(rivalText(findingsOn("linux"))).toBeUndefined();
  });
});

test.describe("the environment of the service", () => {
  test("is shown where it moves something, as a shell would take it", () => {
    const definition = {
      command: [],
      environment: {
        PATH: "/bin",
        CLAWDBOT_STATE_DIR: "/srv/my bot",
        CLAWDBOT_GATEWAY_TOKEN: "t",
        CLAWDBOT_SERVICE_VERSION: "1",
      },
      sourcePath: "/unit",
      overridePaths: [],
    };

    expect(environmentText(serviceOn("linux", { definition }))).toBe("CLAWDBOT_STATE_DIR='/srv/my bot'");
    expect(environmentText(serviceOn("linux"))).toBe("");
  });
});
