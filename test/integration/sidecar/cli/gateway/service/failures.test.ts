import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { isAlive } from "../../../../../../shared/node/process-identity.ts";
import { freePort } from "../../../../../helpers/network/ports.ts";
import { recordTailscale } from "../../../../../helpers/network/tailscale.ts";
import { LAUNCHER } from "../../../../../helpers/process/clawdbot.ts";
import type { CliProcess } from "../../../../../helpers/process/cli.ts";
import { startProgram } from "../../../../../helpers/process/program.ts";
import {
  expect,
  localConfig,
  type ServicePlace,
  servicePlace,
  test,
  until,
} from "../../../../../helpers/service/gateway-service.ts";

test.describe("a service that runs", () => {
  test("row 3: is named by a start in the foreground, which leaves it alone", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    const before = place.facts();

    const { code, stdout, stderr } = await place.clawdbot("gateway");

    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^Gateway already running locally/m);
    expect(stderr).toContain(`(PID ${before?.pid}, port ${place.port}`);
    expect(stderr).toContain(
      `stop it with clawdbot --profile ${place.profile} gateway stop (systemctl --user stop ${place.unit})`,
    );
    expect(await place.instanceAt(place.port)).toBe(before?.instanceId);
  });

  test("row 4: is stopped through its manager by --force, and not started again", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    const before = place.facts();

    const foreground = place.start(["gateway", "--force"]);
    await foreground.waitFor(/log file: /);

    const { stdout, stderr } = foreground.output();
    expect(stdout).toContain(
      `✓ force: stopped the service ${place.unit} (PID ${before?.pid}) on port ${place.port}\n`,
    );
    expect(stderr).toContain(`Start it again with clawdbot --profile ${place.profile} gateway start`);
    expect(place.property("ActiveState")).toBe("inactive");
    expect(place.facts()).toMatchObject({ pid: foreground.pid, port: place.port });
    expect(place.facts()?.service).toBeUndefined();
    expect((await foreground.stop()).code).toBe(0);
    expect((await place.clawdbot("gateway", "start")).code).toBe(0);
  });

  test("row 12: comes back after RestartSec when its main process is killed, and leaves no orphan", async ({
    place,
  }) => {
    await place.clawdbot("gateway", "install");
    const before = place.facts();
    const killedAt = performance.now();
    process.kill(before?.pid ?? 0, "SIGKILL");

    const after = await until(() => {
      const facts = place.facts();
      return facts !== undefined && facts.instanceId !== before?.instanceId ? facts : undefined;
    });
    const tookMs = performance.now() - killedAt;

    expect(await place.instanceAt(place.port)).toBe(after.instanceId);
    expect(tookMs).toBeGreaterThan(4_500);
    expect(isAlive(before?.pid ?? 0)).toBe(false);
    expect(place.systemd.processesOf(place.unit)).toEqual([after.pid]);
    expect(place.property("NRestarts")).toBe("1");
  });

  test("row 28: moves to another gateway.port while it runs, and the verbs follow", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    const before = place.facts();
    const other = await freePort();

    place.writeConfig(localConfig(other));
    await until(() => (place.facts()?.port === other ? true : undefined));

    expect(await place.instanceAt(other)).toBe(before?.instanceId);
    expect(await place.instanceAt(place.port)).toBeUndefined();
    const { document } = await place.json("gateway", "restart");
    expect(document).toMatchObject({ result: "restarted", gateway: { port: other } });
    const status = await place.json("gateway", "status");
    expect(status.document).toMatchObject({ gateway: { port: other }, rpc: { ok: true } });
  });

  test("is not ended by a restart that would be refused, and every reason is named", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    const before = place.facts();
    const server = await occupy(await freePort());
    const taken = (server.address() as AddressInfo).port;
    const unit = readFileSync(place.unitFile, "utf8");
    const gone = unit.replace(/ "gateway" "run"/, "/gone$&").replace(/"(\/gone)/, '$1"');
    const attempts: [change: () => void, reason: string][] = [
      [() => place.writeConfig("{ gateway: "), "Invalid configuration"],
      [() => rmSync(place.context.paths.configFile), "No configuration yet"],
      [() => place.writeConfig(localConfig(taken)), `port ${taken} is held by pid ${process.pid}`],
      [() => writeFileSync(place.unitFile, gone), "/gone, which is not there"],
    ];
    try {
      for (const [change, reason] of attempts) {
        change();
        const { code, document } = await place.json("gateway", "restart");

        expect({ reason, code }).toEqual({ reason, code: 1 });
        expect(document.message).toContain(`its gateway (PID ${before?.pid}) goes on.`);
        expect(document.message).toContain(reason);
        expect(document).toMatchObject({ service: { runtime: { status: "running", pid: before?.pid } } });
      }
      expect(await place.instanceAt(place.port)).toBe(before?.instanceId);
      await place.clawdbot("gateway", "stop");
      expect((await place.json("gateway", "start")).document.message).toContain("/gone, which is not there");
    } finally {
      server.close();
      writeFileSync(place.unitFile, unit);
      place.writeConfig(localConfig(place.port));
    }
    expect((await place.json("gateway", "restart")).document).toMatchObject({ result: "restarted" });
  });

  test("row 47: works where it cannot write down that it does, which is a warning", async ({ place }) => {
    const { factsFile } = place.context.paths;
    await place.clawdbot("gateway", "install");
    await place.clawdbot("gateway", "stop");
    // Nothing can take the place of a directory with something in it.
    for (const file of [factsFile, join(place.stateDir, "restart-sentinel.json")]) {
      mkdirSync(join(file, "in the way"), { recursive: true });
    }

    const start = await place.json("gateway", "start");
    const install = await place.json("gateway", "install");
    const restart = await place.json("gateway", "restart");
    const stop = await place.json("gateway", "stop");

    for (const { code, document } of [start, install, restart]) {
      expect(code).toBe(0);
      expect(document).toMatchObject({ gateway: { port: place.port } });
      expect(document.warnings).toEqual([expect.stringContaining(`could not write ${factsFile}`)]);
    }
    expect(stop.document).toMatchObject({ result: "stopped" });
  });

  test("row 45: ends within its budget with code 0 when the stop hangs, and says what hung", async ({
    place,
  }) => {
    const recorder = recordTailscale();
    try {
      writeFileSync(
        join(place.stateDir, "service.env"),
        `PATH="${recorder.folder}:/usr/local/bin:/usr/bin:/bin"\n`,
        { mode: 0o600 },
      );
      place.writeConfig(localConfig(place.port, { tailscale: { mode: "serve", resetOnExit: true } }));
      await place.clawdbot("gateway", "install");
      await until(() => (recorder.calls().some((call) => call.includes("serve --bg")) ? true : undefined));
      recorder.set({ slow: { serve: 60_000 } });

      const stopped = await place.clawdbot("gateway", "stop");

      expect(stopped).toMatchObject({ code: 0, stdout: "✓ service stopped\n" });
      expect(stopped.durationMs).toBeGreaterThan(4_000);
      expect(stopped.durationMs).toBeLessThan(10_000);
      expect(place.property("ExecMainStatus")).toBe("0");
      expect(place.property("Result")).toBe("success");
      expect(readFileSync(place.context.paths.logFile, "utf8")).toContain('"hung":["Tailscale"]');
      expect(place.systemd.processesOf(place.unit)).toEqual([]);
    } finally {
      recorder.dispose();
    }
  });

  test("row 51: restarts when a program asks for it that the gateway itself runs", async ({ place }) => {
    const folder = join(place.stateDir, "bin");
    const answer = join(place.stateDir, "answer.json");
    mkdirSync(folder);
    // The first thing that the gateway runs: it asks once for a restart of what runs it.
    writeFileSync(
      join(folder, "tailscale"),
      [
        "#!/bin/sh",
        `[ -e "${answer}" ] && exit 1`,
        `exec "${process.execPath}" "${LAUNCHER}" --profile ${place.profile} gateway restart --json > "${answer}"`,
        "",
      ].join("\n"),
      { mode: 0o755 },
    );
    writeFileSync(
      join(place.stateDir, "service.env"),
      `PATH="${folder}:/usr/bin:/bin"\nXDG_RUNTIME_DIR=${place.systemd.runtimeDir}\n`,
      { mode: 0o600 },
    );
    await place.clawdbot("gateway", "install");
    const before = place.facts();
    place.writeConfig(localConfig(place.port, { tailscale: { mode: "serve" } }));

    const after = await until(() => {
      const facts = place.facts();
      return facts !== undefined && facts.pid !== before?.pid ? facts : undefined;
    });

    expect(await place.instanceAt(place.port)).toBe(after.instanceId);
    // The gateway is there again before its program has said the last word.
    const told = await until(() => readFileSync(answer, "utf8").trim() || undefined);
    expect(JSON.parse(told)).toMatchObject({ ok: true, result: "restarting" });
    expect(readFileSync(place.context.paths.logFile, "utf8")).toMatch(
      /"reason":"gateway restart, from inside the gateway".*restarted as planned/,
    );
    expect(place.property("NRestarts")).toBe("0");
  });

  test("row 51: is not installed, stopped or removed from inside itself", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    const before = place.facts();
    // A shell in the control group of the service, wherever its parent is.
    const group = controlGroupOf(before?.pid ?? 0);
    for (const verb of ["install", "stop", "uninstall"]) {
      const command = [process.execPath, LAUNCHER, "--profile", place.profile, "gateway", verb, "--json"];
      const join = `echo $$ > "${group}" && exec "$@"`;
      const { code, stdout } = await startProgram(["sh", "-c", join, "sh", ...command], place.env).ended;

      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({
        ok: false,
        error: {
          code: "SERVICE_REFUSED",
          message: expect.stringContaining(`gateway ${verb} is not possible`),
        },
      });
    }
    expect(await place.instanceAt(place.port)).toBe(before?.instanceId);
  });
});

test.describe("a service that cannot start", () => {
  test("row 1: is blocked without a single restart, and every verb says why", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    await place.clawdbot("gateway", "stop");
    place.writeConfig({ gateway: { mode: "remote" } });

    const { code, stderr } = await place.clawdbot("gateway", "start");

    expect(code).toBe(1);
    expect(stderr).toContain(`The service (${place.unit}) does not run: blocked`);
    expect(stderr).toContain("Gateway start blocked: set gateway.mode=local (current: remote)");
    expect(place.property("ActiveState")).toBe("failed");
    expect(place.property("NRestarts")).toBe("0");
    expect(place.property("ExecMainStatus")).toBe("78");
    expect(place.blocked()).toMatchObject({ code: "MODE_NOT_LOCAL" });

    place.writeConfig(localConfig(place.port));
    expect((await place.clawdbot("gateway", "start")).code).toBe(0);
    expect(place.blocked()).toBeUndefined();
  });

  test("row 30: is blocked by an invalid configuration and starts once it is repaired", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    await place.clawdbot("gateway", "stop");
    place.writeConfig("{ gateway: { mode: 'local', ");

    const broken = await place.json("gateway", "start");
    expect(broken.code).toBe(1);
    expect(broken.document).toMatchObject({
      ok: false,
      action: "start",
      service: { runtime: { status: "blocked" } },
    });
    expect(broken.document.message).toContain(`Invalid configuration: ${place.context.paths.configFile}`);
    expect(place.property("NRestarts")).toBe("0");

    place.writeConfig(localConfig(place.port));
    expect((await place.json("gateway", "restart")).document).toMatchObject({ result: "restarted" });
  });

  test("row 16: gives up on an occupied port after a few attempts, and names the holder", async ({
    place,
  }) => {
    await place.clawdbot("gateway", "install");
    await place.clawdbot("gateway", "stop");
    // The same limits in less time.
    hurry(place);
    const server = await occupy(place.port);
    try {
      const { code, stderr } = await place.clawdbot("gateway", "start");

      expect(code).toBe(1);
      expect(stderr).toContain(`address already in use 127.0.0.1:${place.port}`);
      expect(stderr).toContain(`is held by pid ${process.pid} (node`);
      await until(() => (place.property("ActiveState") === "failed" ? true : undefined), 60_000);
      expect(place.property("ExecMainStatus")).toBe("75");
      expect(place.blocked()).toMatchObject({ code: "PORT_IN_USE", pid: process.pid });
      expect((await place.json("gateway", "stop")).document).toMatchObject({
        result: "stopped",
        service: { runtime: { status: "blocked" } },
      });
    } finally {
      server.close();
    }
    expect((await place.clawdbot("gateway", "start")).code).toBe(0);
  });
});

test.describe("a service whose manager lost its process", () => {
  test("row 12: ends the orphan when it is stopped, and before it starts", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    await place.clawdbot("gateway", "stop");

    const first = await startOrphan(place);
    const stop = await place.json("gateway", "stop");
    expect((await first.ended).code).toBe(0);
    const second = await startOrphan(place);
    const start = await place.json("gateway", "start");
    expect((await second.ended).code).toBe(0);

    for (const [{ code, document }, orphan] of [
      [stop, first],
      [start, second],
    ] as const) {
      expect(code).toBe(0);
      expect(document.warnings).toEqual([
        expect.stringContaining(`process ${orphan.pid} of an earlier start`),
      ]);
    }
    expect(place.property("MainPID")).toBe(String(place.facts()?.pid));
  });
});

test.describe("a service elsewhere", () => {
  test("row 36: is not installed for root because of sudo", async ({ place }) => {
    const { code, stdout, stderr } = await place.start(["gateway", "install"], { SUDO_USER: "ada" }).ended;

    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^Run by sudo, .* instead of .*ada/);
    expect(stderr).toContain("run it as ada, without sudo");
  });

  test("row 37: is refused with the way out where the manager cannot be reached", async ({ place }) => {
    const nowhere = { XDG_RUNTIME_DIR: join(place.systemd.home, "nowhere"), PATH: "/nonexistent" };
    for (const verb of ["install", "start", "stop", "restart", "uninstall"]) {
      const human = await place.start(["gateway", verb], nowhere).ended;
      const machine = await place.start(["gateway", verb, "--json"], nowhere).ended;

      expect(human).toMatchObject({ code: 1, stdout: "" });
      expect(human.stderr).toMatch(/^No service can be kept .*\nFix: .*clawdbot --profile \S+ gateway.*\n$/);
      expect(JSON.parse(machine.stdout)).toMatchObject({
        ok: false,
        action: verb,
        error: { code: "SERVICE_UNAVAILABLE" },
      });
    }
  });

  test("row 37: names a gateway in the foreground where there is no service to stop", async ({ place }) => {
    const foreground = place.start(["gateway", "run"]);
    await foreground.waitFor(/log file: /);

    const stop = await place.start(["gateway", "stop"], { PATH: "/nonexistent" }).ended;
    const restart = await place.start(["gateway", "restart"], { PATH: "/nonexistent" }).ended;
    expect((await foreground.stop()).code).toBe(0);

    expect(stop).toMatchObject({ code: 1, stdout: "" });
    expect(stop.stderr).toContain(
      `A gateway runs in the foreground (PID ${foreground.pid}, port ${place.port}).`,
    );
    expect(stop.stderr).toContain(
      `Fix: stop it in its terminal or in the tray, or with kill ${foreground.pid}`,
    );
    expect(restart.stderr).toMatch(
      new RegExp(`or with kill ${foreground.pid}, then start it again: clawdbot .*gateway\n$`),
    );
  });

  test("row 56: uses exactly the state directory it was installed with", async ({ systemd }) => {
    const odd = join(systemd.home, "my bot 100% & «Größe»");
    mkdirSync(odd);
    const place = await servicePlace(systemd, `odd${process.pid}`, { CLAWDBOT_STATE_DIR: odd });
    try {
      const { code } = await place.clawdbot("gateway", "install");

      expect(code).toBe(0);
      expect(place.stateDir).toBe(odd);
      const answer = await place.clawdbot("gateway", "call", "status", "--json");
      expect(answer.code).toBe(0);
      expect(answer.stdout).toContain(JSON.stringify(odd).slice(1, -1));
      expect(place.facts()?.service).toBe(place.unit);
    } finally {
      await place.clawdbot("gateway", "uninstall");
      rmSync(odd, { recursive: true, force: true });
    }
  });
});

/** A gateway that says it is the service's, and of which systemd knows nothing. */
async function startOrphan(place: ServicePlace): Promise<CliProcess> {
  const orphan = place.start(["gateway", "run", "--supervised"], {
    CLAWDBOT_SERVICE_MARKER: "clawdbot",
    CLAWDBOT_SERVICE_KIND: "gateway",
    CLAWDBOT_SYSTEMD_UNIT: place.unit,
  });
  await orphan.waitFor(/log file: /);
  expect(place.facts()).toMatchObject({ pid: orphan.pid, service: place.unit });
  return orphan;
}

/** The control group of a process as a file that takes others in. */
function controlGroupOf(pid: number): string {
  const own = readFileSync(`/proc/${pid}/cgroup`, "utf8").trim().split("\n");
  const line =
    own.find((each) => each.includes("name=systemd")) ?? own.find((each) => each.startsWith("0::"));
  const path = line?.split(":").slice(2).join(":") ?? "";
  const mount = line?.includes("name=systemd") ? "/sys/fs/cgroup/systemd" : "/sys/fs/cgroup";
  return join(mount, path, "cgroup.procs");
}

function hurry(place: ServicePlace): void {
  const folder = `${place.unitFile}.d`;
  mkdirSync(folder);
  writeFileSync(join(folder, "hurry.conf"), "[Service]\nRestartSec=100ms\n");
  place.systemd.systemctl("daemon-reload");
}

function occupy(port: number): Promise<Server> {
  const server = createServer().listen(port, "127.0.0.1");
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("listening", () => resolve(server));
  });
}
