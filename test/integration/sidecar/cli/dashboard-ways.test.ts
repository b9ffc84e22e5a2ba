/** U2: the ways to the dashboard: a browser on a desktop, a tunnel over ssh, the first start in a terminal. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { type GatewayProcess, startGatewayProcess } from "../../../helpers/gateway/gateway-process.ts";
import { codeOf, connectDevice } from "../../../helpers/gateway/running.ts";
import { TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { test as base, type TempHome } from "../../../helpers/home/temp-home.ts";
import { createNetwork, networkReason } from "../../../helpers/network/namespaces.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { startSshServer } from "../../../helpers/network/ssh-server.ts";
import { LAUNCHER } from "../../../helpers/process/clawdbot.ts";
import { startCli } from "../../../helpers/process/cli.ts";
import { startProgram } from "../../../helpers/process/program.ts";
import { runBuilt } from "../../../helpers/process/run-built.ts";
import { openTerminal } from "../../../helpers/process/terminal.ts";
import { missingReason } from "../../../helpers/run/desktop-needs.ts";

const test = base.extend<{ gateway: GatewayProcess }>({
  gateway: async ({ home }, use) => {
    const gateway = await startGatewayProcess(home);
    await use(gateway);
    await gateway.process.stop();
  },
});

const LINK = /http:\/\/127\.0\.0\.1:\d+\/#code=[\w-]{32}/;
const PAGE = { id: "clawdbot-control-ui", version: "1", platform: "web", mode: "webchat" };

/** Signs in as the page does: undefined, or the code of the refusal. */
async function signIn(link: string): Promise<unknown> {
  const { port, hash } = new URL(link);
  const auth = { code: hash.slice("#code=".length) };
  const { client, answer } = await connectDevice(Number(port), { client: PAGE, auth });
  client.socket.terminate();
  return codeOf(answer);
}

/** A browser that writes down what it is to open. */
function browser(home: TempHome): { program: string; opened: () => string | undefined } {
  const program = join(home.path, "bin", "my-browser");
  mkdirSync(join(program, ".."), { recursive: true });
  const log = join(home.path, "opened");
  writeFileSync(program, `#!/bin/sh\nprintf '%s' "$1" > '${log}'\n`);
  chmodSync(program, 0o755);
  return { program, opened: () => (existsSync(log) ? readFileSync(log, "utf8") : undefined) };
}

test.describe("clawdbot dashboard on a desktop", () => {
  test("U2: opens the browser by a page that only its user may read, and prints the link", async ({
    home,
    gateway,
  }) => {
    const { program, opened } = browser(home);
    const env = { CLAWDBOT_GATEWAY_PORT: String(gateway.port), DISPLAY: ":9", BROWSER: program };

    const { code, stdout, stderr } = await runBuilt(["dashboard"], { env: home.env(env) });

    const [link = ""] = LINK.exec(stdout) ?? [];
    const file = decodeURIComponent(new URL(opened() ?? "").pathname);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${link}\n` });
    expect(stderr).toContain("open in the browser");
    expect(stderr).not.toContain("ssh -N");
    expect(readFileSync(file, "utf8")).toContain(link);
    expect(await signIn(link)).toBeUndefined();
  });

  for (const option of ["--no-open", "--print", "--json"]) {
    test(`U2: opens nothing with ${option}`, async ({ home, gateway }) => {
      const { program, opened } = browser(home);
      const env = { CLAWDBOT_GATEWAY_PORT: String(gateway.port), DISPLAY: ":9", BROWSER: program };

      const { code, stdout } = await runBuilt(["dashboard", option], { env: home.env(env) });

      expect(code).toBe(0);
      expect(stdout).toMatch(LINK);
      expect(opened()).toBeUndefined();
    });
  }

  test("U2: says so when no program opens it", async ({ home, gateway }) => {
    const env = {
      CLAWDBOT_GATEWAY_PORT: String(gateway.port),
      DISPLAY: ":9",
      BROWSER: "absent",
      PATH: "/none",
    };

    const { code, stdout, stderr } = await runBuilt(["dashboard"], { env: home.env(env) });

    expect(code).toBe(0);
    expect(stdout).toMatch(LINK);
    expect(stderr).toContain("No program here opens it");
  });
});

test.describe("clawdbot dashboard elsewhere", () => {
  test("U2: names user, host and port by which somebody came over ssh, and opens nothing there", async ({
    home,
    gateway,
  }) => {
    const { program, opened } = browser(home);
    const env = {
      ...{ CLAWDBOT_GATEWAY_PORT: String(gateway.port), DISPLAY: "localhost:10.0", BROWSER: program },
      SSH_CONNECTION: "198.51.100.7 50000 198.51.100.1 2222",
    };

    const text = await runBuilt(["dashboard"], { env: home.env(env) });
    const json = await runBuilt(["dashboard", "--json"], { env: home.env(env) });

    const tunnel = `ssh -N -L ${gateway.port}:127.0.0.1:${gateway.port} -p 2222 ${userInfo().username}@198.51.100.1`;
    expect(text.stdout).toMatch(LINK);
    expect(text.stderr).toContain(`\n  ${tunnel}\n`);
    expect(JSON.parse(json.stdout)).toMatchObject({ tunnel });
    expect(opened()).toBeUndefined();
  });

  test("U2: the printed line brings the page to the other machine", async ({ home }) => {
    const reason = networkReason();
    test.skip(reason !== undefined, reason ?? "");
    const network = createNetwork();
    const { here, there } = network;
    const port = await freePort();
    home.writeConfig({ gateway: { mode: "local", port, auth: { mode: "token", token: TEST_TOKEN } } });
    const gateway = startProgram(here.on(process.execPath, LAUNCHER, "gateway"), home.env());
    const ssh = await startSshServer(home, { address: here.address, port: 2222, on: here.on });
    try {
      await gateway.waitFor(/log file: /);
      const env = home.env({ SSH_CONNECTION: `${there.address} 50000 ${here.address} 2222` });
      const told = await startProgram(here.on(process.execPath, LAUNCHER, "dashboard"), env).ended;
      const line = /^ {2}(ssh -N -L .*)$/m.exec(told.stderr)?.[1] ?? "false";
      const [link = ""] = LINK.exec(told.stdout) ?? [];

      // The key of whoever sits there; all else is the line as it was printed.
      const typed = line.replace(/^ssh /, `ssh -o ExitOnForwardFailure=yes -i '${ssh.identity}' `);
      const PATH = `${ssh.binFolder}:${process.env.PATH}`;
      const tunnel = startProgram(there.on("sh", "-c", `exec ${typed}`), home.env({ PATH }));
      const script = `
        const tryIt = () => fetch(${JSON.stringify(link)}).then(
          async (answer) => { console.log(answer.status, await answer.text()); process.exit(0); },
          () => setTimeout(tryIt, 100));
        tryIt();`;
      const page = await startProgram(there.on(process.execPath, "-e", script), home.env(), 30_000).ended;
      await tunnel.stop();

      expect(page.stdout).toMatch(/^200 /);
      expect(page.stdout).toContain("<title>");
    } finally {
      await gateway.stop();
      await ssh.stop();
      network.dispose();
    }
  });
});

test.describe("a start in the foreground", () => {
  test("U2: the first one in a terminal shows a link that lets in, and the command for later", async ({
    home,
  }) => {
    const reason = missingReason("terminal");
    test.skip(reason !== undefined, reason ?? "");
    const env = home.env({ CLAWDBOT_GATEWAY_PORT: String(await freePort()), CLAWDBOT_DISABLE_BONJOUR: "1" });
    const terminal = openTerminal([process.execPath, LAUNCHER, "start"], { env, columns: 120 });
    try {
      const text = await terminal.waitFor(/Later: clawdbot dashboard/);
      const [link = ""] = LINK.exec(text) ?? [];

      expect(text).toMatch(/log file: [\s\S]*Dashboard: http/);
      expect(await signIn(link)).toBeUndefined();
      terminal.press("C-c");
      expect(await terminal.ended()).toBe(0);
      expect(readFileSync(join(home.stateDir, "logs", "gateway.log"), "utf8")).not.toContain("#code=");
    } finally {
      terminal.close();
    }
  });

  test("U2: without a terminal it names the command and never shows a code", async ({ home }) => {
    const env = home.env({ CLAWDBOT_GATEWAY_PORT: String(await freePort()), CLAWDBOT_DISABLE_BONJOUR: "1" });
    const first = startCli(["start"], { env });
    await first.waitFor(/Dashboard: clawdbot dashboard\n/);
    const { stdout, stderr } = await first.stop();
    const service = startCli(["gateway"], { env });
    await service.waitFor(/log file: /);
    const plain = await service.stop();

    expect(`${stdout}${stderr}${plain.stdout}${plain.stderr}`).not.toContain("#code=");
    expect(stdout).toMatch(/log file: .*\nDashboard: /);
    expect(plain.stdout).not.toContain("Dashboard");
  });
});
