import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { dirname, join } from "node:path";
import { isAlive } from "../../../../../../shared/node/process-identity.ts";
import { TEST_TOKEN } from "../../../../../helpers/gateway/wire-client.ts";
import { freePort } from "../../../../../helpers/network/ports.ts";
import { LAUNCHER } from "../../../../../helpers/process/clawdbot.ts";
import { startProgram } from "../../../../../helpers/process/program.ts";
import {
  expect,
  localConfig,
  type ServicePlace,
  test,
  until,
} from "../../../../../helpers/service/gateway-service.ts";

const statusOf = async (place: ServicePlace, ...args: string[]) => {
  const { code, stdout, stderr } = await place.clawdbot("gateway", "status", ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
};

test.describe("gateway status of a service", () => {
  test("shows one that runs, with its definition and nothing to complain about", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    const pid = place.facts()?.pid;

    const text = await statusOf(place);
    const { document } = await place.json("gateway", "status");

    expect(text).toMatch(
      new RegExp(
        `^Gateway service status\\n┌─+┐\\n│ Service: systemd \\(enabled\\) +│\\n│ Runtime: running \\(PID ${pid}\\) +│\\n` +
          `│ Port: ${place.port} +│\\n│ Last gateway error: none +│\\n└─+┘\\nRPC probe\\n┌─+┐\\n` +
          `│ Target: ws://127\\.0\\.0\\.1:${place.port} +│\\n│ Status: ✓ connected +│\\n│ Latency: \\d+ms +│\\n└─+┘\\n`,
      ),
    );
    expect(text).toContain(`Service file: ${place.unitFile}\n`);
    expect(text).toMatch(/^Service command: \S*node \S+ gateway run --supervised$/m);
    expect(text).toContain(`Working directory: ${place.systemd.home}\n`);
    expect(text).toContain(
      `Service environment: CLAWDBOT_PROFILE=${place.profile} CLAWDBOT_STATE_DIR=${place.stateDir}\n`,
    );
    expect(text).not.toMatch(/issue|Error:|Restarts|Mismatch|is held by|foreground/);
    expect(document).toMatchObject({
      service: {
        label: "systemd",
        loaded: true,
        loadedText: "enabled",
        notLoadedText: "disabled",
        command: {
          programArguments: expect.arrayContaining(["gateway", "run", "--supervised"]),
          workingDirectory: place.systemd.home,
          environment: { CLAWDBOT_PROFILE: place.profile, CLAWDBOT_STATE_DIR: place.stateDir },
          sourcePath: place.unitFile,
        },
        runtime: {
          status: "running",
          state: "active",
          subState: "running",
          pid,
          restarts: 0,
          keptBy: "service",
        },
        configAudit: { ok: true, issues: [] },
      },
      config: { daemon: { path: place.context.paths.configFile, exists: true, valid: true } },
      legacyServices: [],
      extraServices: [],
    });
    expect(text + JSON.stringify(document)).not.toContain(TEST_TOKEN);
  });

  test("shows what was stopped and disabled on purpose as that, and a gateway beside it", async ({
    place,
  }) => {
    await place.clawdbot("gateway", "install");
    await place.clawdbot("gateway", "stop");
    place.systemd.systemctl("disable", place.unit);

    const resting = await statusOf(place, "--no-probe");
    const foreground = place.start(["gateway"]);
    await foreground.waitFor(/log file: /);
    const beside = await statusOf(place);
    const { document } = await place.json("gateway", "status");
    await foreground.stop();

    expect(resting).toContain("│ Service: systemd (disabled) ");
    expect(resting).toContain("│ Runtime: stopped ");
    expect(resting).toContain("│ Last gateway error: none ");
    expect(beside).toContain(`│ Runtime: running in foreground (PID ${foreground.pid}) `);
    expect(beside).toContain("│ Status: ✓ connected ");
    expect(beside).toMatch(/^Command: .*launch\.cjs --profile \S+ gateway$/m);
    expect(beside).not.toMatch(/orphan|is held by|Error:/);
    expect(document).toMatchObject({
      service: {
        loaded: false,
        runtime: {
          status: "stopped",
          state: "inactive",
          keptBy: "foreground",
          text: `running in foreground (PID ${foreground.pid})`,
        },
      },
      gateway: { pid: foreground.pid },
    });
  });

  test("finds the port of its command while it does not run, whatever this shell says", async ({ place }) => {
    const port = await freePort();
    await place.clawdbot("gateway", "install", "--port", String(port));
    await place.clawdbot("gateway", "stop");

    const shell = { CLAWDBOT_GATEWAY_PORT: String(place.port) };
    const { stdout } = await place.start(["gateway", "status"], shell).ended;
    const health = await place.clawdbot("gateway", "health");

    expect(stdout).toContain(`│ Port: ${port} `);
    expect(stdout).toContain(`port=${port} (service args)\n`);
    expect(stdout).toContain(
      `Service issue: the service uses port ${port} from its command, gateway.port is ${place.port} (`,
    );
    expect(stdout).toContain("[gateway-port-drift]\n");
    expect(health.stderr).toContain(
      `ECONNREFUSED 127.0.0.1:${port} (ws://127.0.0.1:${port}, from service args)`,
    );
  });

  test("names the configuration of the service when it is another one, and how to use it", async ({
    place,
  }) => {
    const other = join(place.stateDir, "other.json");
    writeFileSync(other, JSON.stringify(localConfig(place.port)), { mode: 0o600 });
    await place.start(["gateway", "install"], { CLAWDBOT_CONFIG_PATH: other }).ended;
    writeFileSync(other, "{ gateway: { prot: 1 } }");
    const { configFile } = place.context.paths;

    const text = await statusOf(place);
    const { document } = await place.json("gateway", "status", "--no-probe");

    expect(text).toContain(`Config (cli): ${configFile}\n`);
    expect(text).toContain(`Config (service): ${other} (invalid)\n  gateway.prot: unknown key; did you mean`);
    expect(text).toContain(`Mismatch: this command reads ${configFile}, the service reads ${other}\n`);
    expect(text).toContain(
      `CLAWDBOT_PROFILE=${place.profile} CLAWDBOT_CONFIG_PATH=${other} clawdbot gateway status\n`,
    );
    expect(text).toContain(`: clawdbot --profile ${place.profile} gateway install\n`);
    expect(text).toContain("[gateway-state-mismatch]\n");
    expect(document).toMatchObject({
      config: {
        daemon: { path: other, exists: true, valid: false, issues: expect.any(Array) },
        mismatch: true,
      },
    });
  });

  test("shows no secret of a definition that holds one, and says that it does", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    editUnit(place, (unit) =>
      unit
        .replace('"--supervised"', '"--supervised" "--token" "in-args-secret"')
        .replace("[Install]", 'Environment="MY_API_KEY=in-unit-secret"\n[Install]'),
    );

    const text = await statusOf(place, "--no-probe");
    const { document } = await place.json("gateway", "status", "--no-probe");

    expect(text).toMatch(/^Service command: .* --supervised --token '\*\*\*'$/m);
    expect(text).toContain(
      "Service issue: the definition holds --token, MY_API_KEY, which others may read (",
    );
    expect(text).toContain("[gateway-token-in-unit]");
    expect(text).toContain("[gateway-token-drift]");
    expect(text + JSON.stringify(document)).not.toContain("-secret");
  });
});

test.describe("gateway status of a service in trouble", () => {
  test("row 12: after a SIGKILL shows the crash, then the new process and its restart, and no orphan", async ({
    place,
  }) => {
    await place.clawdbot("gateway", "install");
    const before = place.facts();
    process.kill(before?.pid ?? 0, "SIGKILL");
    await until(() => (place.property("SubState") === "auto-restart" ? true : undefined));

    const crashed = await statusOf(place, "--no-probe");
    const after = await until(() => {
      const facts = place.facts();
      return facts?.instanceId !== before?.instanceId ? facts : undefined;
    });
    const recovered = await statusOf(place);

    expect(crashed).toContain("│ Runtime: crashed, restarting (killed by signal 9) ");
    expect(crashed).toContain("│ Last gateway error: killed by signal 9 ");
    expect(crashed).not.toContain("orphan");
    expect(recovered).toContain(`│ Runtime: running (PID ${after.pid}) `);
    expect(recovered).toContain("│ Last gateway error: none ");
    expect(recovered).toContain("Restarts: 1 since the service was started\n");
    expect(recovered).not.toMatch(/orphan|Error:/);
  });

  test("row 16: names who holds the port of a blocked service, and what to do when nobody does any more", async ({
    place,
  }) => {
    await place.clawdbot("gateway", "install");
    await place.clawdbot("gateway", "stop");
    dropIn(place, "RestartSec=100ms");
    const server = await occupy(place.port);
    let held: string;
    try {
      await place.clawdbot("gateway", "start");
      await until(() => (place.property("ActiveState") === "failed" ? true : undefined), 60_000);
      held = await statusOf(place, "--no-probe");
    } finally {
      server.close();
    }
    const free = await statusOf(place);

    expect(held).toMatch(
      new RegExp(
        `│ Runtime: blocked: port ${place.port} held by pid ${process.pid} \\(node, user \\S+\\) +│`,
      ),
    );
    expect(held).toContain(
      "│ Last gateway error: Error: listen EADDRINUSE: address already in use 127.0.0.1:",
    );
    expect(held).toMatch(
      /^ {2}end pid \d+ .* or choose another port, then: clawdbot --profile \S+ gateway start$/m,
    );
    expect(free).toContain(`│ Runtime: blocked: port ${place.port} was held by pid ${process.pid} (`);
    expect(free).toContain("; nobody holds it now");
  });

  test("row 34: says that the runtime is missing when Node has moved away", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    const node = join(place.stateDir, "node");
    symlinkSync(process.execPath, node);
    editUnit(place, (unit) => unit.replace(/ExecStart="[^"]+"/, `ExecStart="${node}"`));
    place.systemd.systemctl("restart", place.unit);
    expect(await statusOf(place)).not.toContain("runtime missing");

    rmSync(node);
    expect(() => place.systemd.systemctl("restart", place.unit)).toThrow();
    const text = await statusOf(place, "--no-probe");
    const { document } = await place.json("gateway", "status", "--no-probe");

    expect(text).toMatch(
      /│ Runtime: (crashed, restarting \(|crash-looping \(restarts \d+, )last exit 203\) /,
    );
    expect(text).toContain(`│ Last gateway error: runtime missing: ${node} cannot be run `);
    expect(text).toContain(
      `Service issue: runtime missing: ${node} cannot be run (clawdbot --profile ${place.profile} gateway install takes one that is there) [gateway-runtime-missing]\n`,
    );
    expect(document).toMatchObject({
      service: {
        runtime: { status: "crash-looping", lastExitStatus: 203 },
        configAudit: { ok: false, issues: [{ code: "gateway-runtime-missing" }] },
      },
      lastError: `runtime missing: ${node} cannot be run`,
    });
  });

  test("row 37: reports all the same where the manager cannot be reached, with its hint in one line", async ({
    place,
  }) => {
    await place.clawdbot("gateway", "install");
    const { pid } = place.facts() ?? {};
    const { XDG_RUNTIME_DIR: _, ...afterSu } = place.env;
    const nowhere = join(place.stateDir, "bin");
    mkdirSync(nowhere);

    const words = [process.execPath, LAUNCHER, "--profile", place.profile, "gateway", "status"];
    const without = [
      "unshare",
      "--mount",
      "sh",
      "-c",
      'umount "/run/user/$(id -u)" && exec "$@"',
      "sh",
      ...words,
    ];
    const found = await startProgram([...place.systemd.booted, ...words], afterSu).ended;
    const su = await startProgram([...place.systemd.booted, ...without], afterSu).ended;
    const slim = await startProgram(words, { ...place.env, PATH: nowhere }).ended;

    expect(found.stdout).toContain("│ Service: systemd (enabled) ");
    for (const { code, stdout, stderr } of [su, slim]) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain("│ Service: systemd (installed) ");
      expect(stdout).toContain(`│ Runtime: running (PID ${pid}) `);
      expect(stdout).toContain("│ Status: ✓ connected ");
      expect(stdout.match(/^Service note: .*$/gm)).toHaveLength(1);
      expect(stdout).toContain(`Service file: ${place.unitFile}\n`);
    }
    expect(su.stdout).toMatch(/^Service note: .*XDG_RUNTIME_DIR is not set, as after su or sudo: log in as/m);
    expect(slim.stdout).toMatch(
      /^Service note: No service can be kept .*there is no systemctl: .*clawdbot --profile \S+ gateway/m,
    );
  });

  test("ends with its report where the manager hangs", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    const bin = join(place.stateDir, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "systemctl"), "#!/bin/sh\nexec sleep 60\n", { mode: 0o755 });
    const words = [process.execPath, LAUNCHER, "--profile", place.profile, "gateway", "status", "--json"];

    const status = startProgram([...place.systemd.booted, ...words], {
      ...place.env,
      PATH: `${bin}:${place.env.PATH}`,
    });
    await status.waitFor(/did not answer within 3 s/);
    const reportedAt = performance.now();
    const { code, stdout } = await status.ended;

    // The two other ways to the manager would take three seconds each to fail.
    expect(performance.now() - reportedAt).toBeLessThan(5_500);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ service: { runtime: { status: "running" } } });
  });

  test("row 52: names both services of one state directory", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    await place.clawdbot("gateway", "stop");
    const rival = installRival(place);
    try {
      place.systemd.systemctl("start", rival);
      const facts = await until(() => place.facts());
      expect(() => place.systemd.systemctl("start", place.unit)).toThrow();

      const text = await statusOf(place);
      const { document } = await place.json("gateway", "status");

      expect(place.property("ExecMainStatus")).toBe("78");
      expect(text).toContain(`│ Runtime: running as ${rival} (user) (PID ${facts.pid}) `);
      expect(text).toContain(
        `Error: two services for one state directory: ${place.unit} of this user, and ${rival} (user), which runs the gateway (PID ${facts.pid}); keep one of them\n`,
      );
      expect(text).toMatch(/^Service runtime: blocked: Gateway already running locally \(PID /m);
      expect(text).toContain(`Other service: ${rival} (user, `);
      expect(text).toContain(`  systemctl --user disable --now ${rival}\n`);
      expect(document).toMatchObject({
        service: { runtime: { status: "blocked", keptBy: "other", state: "failed" } },
        gateway: { pid: facts.pid },
        extraServices: [{ label: rival, scope: "user" }],
      });
    } finally {
      place.systemd.systemctl("stop", rival);
      removeRival(place, rival);
    }
  });

  test("finds with --deep what else would run a gateway, also where nothing is installed", async ({
    place,
  }) => {
    const rival = installRival(place);

    const plain = await statusOf(place, "--no-probe");
    const deep = await statusOf(place, "--no-probe", "--deep");
    removeRival(place, rival);

    expect(plain).not.toContain("Other service");
    expect(deep).toContain("│ Service: systemd (not installed) ");
    expect(deep).toContain(`Other service: ${rival} (user, ${join(dirname(place.unitFile), rival)})\n`);
  });

  test("names a gateway that the service has lost, and is not fooled by its answers", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    const wrapper = join(place.stateDir, "wrapper.sh");
    writeFileSync(wrapper, '#!/bin/sh\n"$@"\n', { mode: 0o755 });
    dropIn(place, "KillMode=process", "Type=exec");
    editUnit(place, (unit) => unit.replace(/ExecStart="/, `ExecStart="${wrapper}" "`));
    place.systemd.systemctl("restart", place.unit);
    const orphan = await until(() => {
      const facts = place.facts();
      return facts !== undefined && isAlive(facts.pid) && place.property("MainPID") !== String(facts.pid)
        ? facts
        : undefined;
    });
    expect(await statusOf(place)).toContain(`│ Runtime: running (PID ${orphan.pid}) `);

    process.kill(Number(place.property("MainPID")), "SIGKILL");
    await until(() => (place.property("SubState") === "auto-restart" ? true : undefined));
    const text = await statusOf(place);
    const { document } = await place.json("gateway", "status");
    process.kill(orphan.pid, "SIGTERM");
    await until(() => (isAlive(orphan.pid) ? undefined : true));

    expect(text).toMatch(/│ Runtime: (crashed, restarting|crash-looping|blocked)/);
    expect(text).toContain("│ Status: ✓ connected ");
    expect(text).toMatch(
      new RegExp(
        `^Error: port ${place.port} held by orphan pid ${orphan.pid} \\(node, user \\S+\\), .*kill ${orphan.pid}, then: clawdbot --profile ${place.profile} gateway restart$`,
        "m",
      ),
    );
    expect(document).toMatchObject({
      service: { runtime: { keptBy: "orphan" } },
      port: {
        hints: [
          expect.stringMatching(
            `held by orphan pid ${orphan.pid} .*: clawdbot --profile ${place.profile} gateway restart$`,
          ),
        ],
      },
    });
  });
});

/** A unit of somebody else's making for the same state directory; returns its name. */
function installRival(place: ServicePlace): string {
  const name = `house-${place.profile}.service`;
  const command = join(place.stateDir, "clawdbot");
  symlinkSync(LAUNCHER, command);
  const words = [process.execPath, command, "--profile", place.profile, "gateway", "run", "--supervised"];
  const file = join(dirname(place.unitFile), name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `[Service]\nExecStart=${words.map((word) => `"${word}"`).join(" ")}\n`);
  place.systemd.systemctl("daemon-reload");
  return name;
}

function removeRival(place: ServicePlace, name: string): void {
  rmSync(join(dirname(place.unitFile), name));
  place.systemd.systemctl("daemon-reload");
}

function editUnit(place: ServicePlace, change: (unit: string) => string): void {
  writeFileSync(place.unitFile, change(readFileSync(place.unitFile, "utf8")));
  place.systemd.systemctl("daemon-reload");
}

function dropIn(place: ServicePlace, ...lines: string[]): void {
  const folder = `${place.unitFile}.d`;
  mkdirSync(folder);
  writeFileSync(join(folder, "test.conf"), ["[Service]", ...lines, ""].join("\n"));
  place.systemd.systemctl("daemon-reload");
}

function occupy(port: number): Promise<Server> {
  const server = createServer().listen(port, "127.0.0.1");
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("listening", () => resolve(server));
  });
}
