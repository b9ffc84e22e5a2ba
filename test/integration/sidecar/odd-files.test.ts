/** Anything but a file in every place where the program reads one. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "@playwright/test";
import { connectWire, TEST_TOKEN } from "../../helpers/gateway/wire-client.ts";
import { type TempHome, test } from "../../helpers/home/temp-home.ts";
import { freePort } from "../../helpers/network/ports.ts";
import { runCli, startCli } from "../../helpers/process/cli.ts";

test.skip(process.platform === "win32", "Windows has no such files");
test.describe.configure({ timeout: 180_000 });

/** Below the home directory: what the gateway, its commands and the service managers of Linux read. */
const PLACES = [
  ".clawdbot/.env",
  ".clawdbot/service.env",
  ".clawdbot/restart-sentinel.json",
  ".clawdbot/tray.json",
  ".clawdbot/clawdbot.last-good.json",
  ".clawdbot/run/gateway.json",
  ".clawdbot/run/start-blocked.json",
  ".clawdbot/run/tray.json",
  ".clawdbot/devices/paired.json",
  ".clawdbot/devices/pending.json",
  ".clawdbot/credentials/oauth.json",
  ".clawdbot/credentials/auth-profiles.json",
  ".clawdbot/agents/main/sessions/sessions.json",
  ".clawdbot/agents/main/agent/auth-profiles.json",
  ".clawdbot/logs/gateway-restart.log",
  ".config/systemd/user/clawdbot-gateway.service",
  ".config/systemd/user/other-clawdbot.service",
  ".config/autostart/clawdbot.desktop",
] as const;

const ODDITIES: readonly [what: string, put: (path: string) => void][] = [
  ["pipes", (path) => execFileSync("mkfifo", [path])],
  ["directories", (path) => mkdirSync(path)],
  ["links that lead in a circle", (path) => symlinkSync(path, path)],
  ["links to a device without an end", (path) => symlinkSync("/dev/zero", path)],
  [
    "files of 2 GB",
    (path) => {
      writeFileSync(path, "");
      truncateSync(path, 2 * 1024 ** 3);
    },
  ],
];

async function furnish(home: TempHome, put: (path: string) => void): Promise<number> {
  const port = await freePort();
  for (const place of PLACES) {
    const path = join(home.path, place);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    put(path);
  }
  home.writeConfig({ gateway: { mode: "local", port, auth: { mode: "token", token: TEST_TOKEN } } });
  return port;
}

const COMMANDS = [
  ["gateway", "status"],
  ["doctor", "--non-interactive"],
  ["gateway", "health"],
  ["logs", "--limit", "1"],
  ["gateway", "stop"],
  ["reset", "--scope", "config", "--dry-run"],
  ["tray", "--status"],
] as const;

for (const [what, put] of ODDITIES) {
  test(`S10: a gateway that finds ${what} where its files belong starts, answers and ends`, async ({
    home,
  }) => {
    const port = await furnish(home, put);
    const gateway = startCli(["gateway"], { env: home.env(), timeoutMs: 60_000 });
    await gateway.waitFor(/log file: /);

    const { client } = await connectWire(port);
    const answers = [];
    for (const method of ["health", "status", "device.pair.list", "logs.tail"]) {
      answers.push(await client.request(method, {}));
    }
    await client.close();
    const commands = await Promise.all(
      COMMANDS.map((args) => runCli([...args], { env: home.env(), timeoutMs: 80_000 })),
    );
    const { code, signal } = await gateway.stop();

    expect(answers.map(({ type }) => type)).toEqual(["res", "res", "res", "res"]);
    expect(commands.filter(({ signal: each }) => each !== null)).toEqual([]);
    expect(commands.filter(({ stderr }) => stderr.includes("    at "))).toEqual([]);
    expect({ code, signal }).toEqual({ code: 0, signal: null });
  });

  test(`S10: no command waits for ${what} while no gateway runs`, async ({ home }) => {
    await furnish(home, put);

    const commands = await Promise.all(
      COMMANDS.map((args) => runCli([...args], { env: home.env(), timeoutMs: 80_000 })),
    );

    expect(commands.filter(({ signal }) => signal !== null)).toEqual([]);
    expect(commands.filter(({ stderr }) => stderr.includes("    at "))).toEqual([]);
  });
}

test("S10: a log that is a pipe or a link takes no line, and is said to be none", async ({ home }) => {
  const port = await freePort();
  const log = join(home.stateDir, "logs", "gateway.log");
  mkdirSync(dirname(log), { recursive: true, mode: 0o700 });
  home.writeConfig({ gateway: { mode: "local", port, auth: { mode: "token", token: TEST_TOKEN } } });
  for (const put of [
    (path: string) => execFileSync("mkfifo", [path]),
    (path: string) => symlinkSync(home.configFile, path),
  ]) {
    put(log);
    const gateway = startCli(["gateway"], { env: home.env() });
    await gateway.waitFor(/log file: /);

    const response = await fetch(`http://127.0.0.1:${port}/readyz`);
    const { code } = await gateway.stop();
    rmSync(log);

    expect(response.status).toBe(503);
    expect(code).toBe(0);
  }
});
