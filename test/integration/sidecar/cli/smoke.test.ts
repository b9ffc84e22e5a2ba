/**
 * Every verb once as the process that people start: the built program, its launcher, real streams and its exit code. What each
 * verb does is tested beside this file, mostly inside the test's process.
 */
import { expect } from "@playwright/test";
import { COMMANDS } from "../../../../sidecar/cli/commands.ts";
import { test } from "../../../helpers/home/temp-home.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { runCli } from "../../../helpers/process/cli.ts";

/** Arguments after the verb, and the exit code where no gateway runs and no service is installed. */
const ENDING: Record<string, [args: string[], code: number]> = {
  onboard: [["--non-interactive", "--accept-risk", "--skip-health"], 0],
  "gateway status": [["--no-probe"], 0],
  "gateway health": [[], 1],
  "gateway call": [["status"], 1],
  "gateway probe": [["--timeout", "1000"], 1],
  agent: [["--message", "hi"], 1],
  sessions: [[], 1],
  "sessions reopen": [["main", "x"], 1],
  budget: [[], 1],
  "budget add": [["5"], 1],
  "sessions import": [["--from", "/dev/null"], 1],
  "agents list": [[], 0],
  "agents add": [["work"], 0],
  "agents delete": [["nobody", "--yes"], 1],
  "agents set-identity": [["--name", "Wanda"], 0],
  "sessions delete": [["main"], 1],
  "models list": [[], 1],
  "models set": [["local/echo"], 0],
  "models status": [[], 1],
  "models auth": [[], 1],
  "skills list": [[], 0],
  "skills info": [["weather"], 0],
  "skills check": [[], 0],
  "skills trust": [["weather"], 0],
  "skills enable": [["weather"], 0],
  "skills disable": [["nothing"], 1],
  "skills install": [["weather", "--yes"], 1],
  "browser install": [["superfluous"], 2],
  "browser status": [[], 1],
  "browser start": [[], 1],
  "browser stop": [[], 1],
  "browser profiles": [[], 1],
  "browser tabs": [[], 1],
  "browser open": [["example.org"], 1],
  "browser snapshot": [[], 1],
  "browser screenshot": [[], 1],
  outbox: [[], 1],
  "cron list": [[], 1],
  "cron add": [["--name", "cake", "--at", "20m", "--system-event", "Cake"], 1],
  "cron edit": [["nothing", "--disable"], 1],
  "cron rm": [["nothing"], 1],
  "cron enable": [["nothing"], 1],
  "cron disable": [["nothing"], 1],
  "cron run": [["nothing"], 1],
  "cron runs": [["nothing"], 1],
  "cron status": [[], 1],
  "system event": [["--text", "The backup failed"], 1],
  "system heartbeat": [["last"], 1],
  "outbox resend": [["nothing"], 1],
  "approvals list": [[], 1],
  "approvals allow": [["nothing"], 1],
  "approvals deny": [["nothing"], 1],
  "approvals rules": [[], 1],
  "approvals revoke": [["nothing"], 1],
  "approvals get": [[], 1],
  "approvals set": [["not-there.json"], 2],
  "pairing list": [[], 1],
  "pairing approve": [["telegram", "ABCD2345"], 1],
  "pairing dismiss": [["telegram", "ABCD2345"], 1],
  "node status": [[], 0],
  "nodes list": [[], 1],
  "nodes status": [[], 1],
  "nodes pending": [[], 1],
  "nodes describe": [["--node", "x"], 1],
  "nodes approve": [["3f2a91c0"], 1],
  "nodes reject": [["3f2a91c0"], 1],
  "nodes rename": [["--node", "x", "--name", "y"], 1],
  "nodes invoke": [["--node", "x", "--command", "system.which"], 1],
  "nodes run": [["--node", "x", "--", "true"], 1],
  "nodes notify": [["--node", "x", "--title", "y"], 1],
  devices: [[], 1],
  "devices approve": [["3f2a91c0"], 1],
  "devices reject": [["3f2a91c0"], 1],
  "devices rotate": [["9c1e44d2"], 1],
  "devices revoke": [["9c1e44d2"], 1],
  dashboard: [[], 1],
  "backup create": [["/dev/null/nowhere"], 1],
  "backup verify": [["/dev/null"], 1],
  "backup restore": [["/dev/null"], 1],
  completion: [["bash"], 0],
  doctor: [["--non-interactive"], 0],
  logs: [[], 1],
  "config get": [["gateway.mode"], 0],
  "config set": [["logging.level", "debug"], 0],
  "config unset": [["gateway.mode"], 0],
  "config validate": [[], 0],
  "config path": [[], 0],
  reset: [["--scope", "config", "--dry-run"], 0],
  uninstall: [["--all", "--dry-run"], 0],
};

/** These serve, ask, or need a network or a service manager; the files that start them as processes. */
const ELSEWHERE: Record<string, string> = {
  start: "verbs.test.ts",
  tray: "../../tray/main.test.ts",
  chat: "chat/terminal.test.ts",
  "sessions export": "sessions/import.test.ts",
  "node run": "node.test.ts",
  "node install": "node-service.test.ts",
  "node uninstall": "node-service.test.ts",
  gateway: "gateway-run.test.ts",
  "gateway run": "gateway-run.test.ts",
  "gateway discover": "../host/net/discovery.test.ts",
  "config edit": "config/change.test.ts",
  ...Object.fromEntries(
    ["install", "uninstall", "start", "stop", "restart"].map((verb) => [
      `gateway ${verb}`,
      "gateway/service/verbs.test.ts",
    ]),
  ),
};

test("every verb is run as a process", () => {
  const names = COMMANDS.map(({ name }) => name);

  expect([...Object.keys(ENDING), ...Object.keys(ELSEWHERE)].sort()).toEqual(names.sort());
});

for (const [name, [args, expected]] of Object.entries(ENDING)) {
  test(`${name} prints one document and ends with ${expected}`, async ({ home }) => {
    const port = await freePort();
    home.writeConfig({
      gateway: { mode: "local", port, auth: { mode: "token", token: "a-token-for-tests" } },
    });

    const { code, stdout, stderr } = await runCli([...name.split(" "), ...args, "--json"], {
      env: home.env(),
    });

    expect({ code, stderr }).toMatchObject({ code: expected, stderr: expect.not.stringMatching(/^ +at /m) });
    expect(JSON.parse(stdout)).toEqual(expect.anything());
  });
}
