/** The tutorial's third step, "install as a daemon", typed as it stands there: every command and every promised line. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { readFacts } from "../../shared/node/run-state.ts";
import { runCli } from "../helpers/cli.ts";
import { localConfig } from "../helpers/gateway-service.ts";
import { noLaunchdReason, startLaunchd } from "../helpers/launchctl.ts";
import { freePort } from "../helpers/ports.ts";
import { serviceFor as schtasksServiceFor } from "../helpers/schtasks-service.ts";
import { createTempHome } from "../helpers/temp-home.ts";
import { startUserSystemd, userSystemdReason } from "../helpers/user-systemd.ts";

const AS_WIN32 = new URL("../fixtures/service/as-win32.ts", import.meta.url).href;

/** A machine on which the tutorial is followed: by the default profile, as a reader has it. */
interface Machine {
  home: string;
  env: Record<string, string>;
  end(): Promise<void>;
}

interface System {
  name: string;
  reason(): string | undefined;
  start(): Promise<Machine>;
  /** What the tutorial promises after the installation. */
  lines: [installed: string, running: string];
  /** How `gateway status` words it. */
  service: RegExp;
  /** Where the definition lies, below the home directory. */
  file: string;
}

const SYSTEMS: System[] = [
  {
    name: "Linux, on a real systemd",
    reason: userSystemdReason,
    start: async () => {
      const systemd = await startUserSystemd();
      return { home: systemd.home, env: systemd.env(), end: () => systemd.stop() };
    },
    lines: ["✓ systemd service enabled", "✓ service runtime: active"],
    service: /Service: systemd \(enabled\)/,
    file: ".config/systemd/user/clawdbot-gateway.service",
  },
  {
    name: "macOS, on a launchd that plays the real one",
    reason: noLaunchdReason,
    start: async () => {
      const home = createTempHome();
      const launchd = await startLaunchd();
      const end = async () => {
        await launchd.dispose();
        home.dispose();
      };
      return { home: home.path, env: launchd.macEnv(home), end };
    },
    lines: ["✓ LaunchAgent loaded", "✓ service runtime: active"],
    service: /Service: LaunchAgent \(loaded\)/,
    file: "Library/LaunchAgents/com.clawdbot.gateway.plist",
  },
  {
    name: "Windows, with programs that play the real ones",
    reason: () => (process.platform === "win32" ? "these programs are scripts of a Unix shell" : undefined),
    start: async () => {
      const home = createTempHome("Jürgen & Co");
      const { surroundings } = schtasksServiceFor(home, {
        NODE_OPTIONS: `--import=${AS_WIN32}`,
        WT_SESSION: "1",
      });
      tellStartTimes(surroundings.env.CLAWDBOT_TEST_WINDOWS ?? "");
      return {
        home: home.path,
        env: surroundings.env as Record<string, string>,
        end: async () => home.dispose(),
      };
    },
    lines: ["✓ Scheduled Task registered", "✓ service runtime: running"],
    service: /Service: Scheduled Task \(registered\)/,
    file: ".clawdbot/gateway.cmd",
  },
];

test.describe.configure({ timeout: 120_000 });

for (const system of SYSTEMS) {
  test(`step 3 of the tutorial holds on ${system.name}`, async () => {
    const reason = system.reason();
    test.skip(reason !== undefined, reason);
    const machine = await system.start();
    try {
      await followStep(system, machine);
    } finally {
      await machine.end();
    }
  });
}

async function followStep(system: System, { home, env }: Machine): Promise<void> {
  const port = await freePort();
  const state = join(home, ".clawdbot");
  const factsFile = join(state, "run", "gateway.json");
  const clawdbot = async (command: string) => {
    const { code, stdout, stderr } = await runCli(command.split(" ").slice(1), { env, timeoutMs: 60_000 });
    return { code, stdout, stderr };
  };
  write(home, port);

  // Als Systemdienst installieren
  expect(await clawdbot("clawdbot gateway install")).toMatchObject({
    code: 0,
    stdout: `${system.lines.join("\n")}\n`,
  });
  expect(existsSync(join(home, system.file))).toBe(true);

  // Dienst starten: it runs already, which is said and changes nothing
  const first = readFacts(factsFile);
  const start = await clawdbot("clawdbot gateway start");
  expect(start).toMatchObject({ code: 0 });
  expect(start.stdout).toMatch(new RegExp(`${system.lines[1]}\n$`));
  expect(readFacts(factsFile)).toEqual(first);

  // Dienststatus anzeigen
  const status = await clawdbot("clawdbot gateway status");
  expect(status.code).toBe(0);
  expect(status.stdout).toMatch(system.service);
  expect(status.stdout).toContain(`Runtime: running (PID ${first?.pid})`);
  expect(status.stdout).toContain(`Port: ${port}`);
  expect(status.stdout).toContain("Last gateway error: none");
  expect(status.stdout).toContain("Status: ✓ connected");

  // Dienst neu starten
  const restart = await clawdbot("clawdbot gateway restart");
  const second = readFacts(factsFile);
  expect(restart).toMatchObject({ code: 0 });
  expect(restart.stdout).toMatch(new RegExp(`${system.lines[1]}\n$`));
  expect(second?.instanceId).not.toBe(first?.instanceId);

  // Dienst stoppen
  expect(await clawdbot("clawdbot gateway stop")).toMatchObject({ code: 0, stdout: "✓ service stopped\n" });
  expect((await clawdbot("clawdbot gateway health")).code).toBe(1);
  expect((await clawdbot("clawdbot gateway status")).stdout).toContain("Runtime: stopped");

  // Prüfpunkt: a service that is loaded and inactive starts by `gateway start`
  expect(await clawdbot("clawdbot gateway start")).toMatchObject({ code: 0, stdout: `${system.lines[1]}\n` });
  expect((await clawdbot("clawdbot gateway health")).stdout).toContain("✓ Gateway is healthy");
  expect(readFileSync(join(state, "logs", "gateway.log"), "utf8")).toContain("listening");

  expect(await clawdbot("clawdbot gateway uninstall")).toMatchObject({ code: 0 });
  expect(existsSync(join(home, system.file))).toBe(false);
}

/** The recorder's PowerShell does not know processes; this one tells when they were started. */
function tellStartTimes(root: string): void {
  const program = join(root, "bin", "powershell.exe");
  renameSync(program, `${program}.tasks`);
  const script = [
    "#!/bin/sh",
    `pid=$(printf '%s' "$*" | sed -n "s/.*ProcessId=\\([0-9]*\\).*CreationDate.*/\\1/p")`,
    `[ -z "$pid" ] && exec "$0.tasks" "$@"`,
    'sed "s/.*) //" "/proc/$pid/stat" | cut -d " " -f 20',
    "",
  ].join("\n");
  writeFileSync(program, script, { mode: 0o755 });
}

function write(home: string, port: number): void {
  const file = join(home, ".clawdbot", "clawdbot.json");
  mkdirSync(join(home, ".clawdbot"), { mode: 0o700 });
  writeFileSync(file, JSON.stringify(localConfig(port)), { mode: 0o600 });
}
