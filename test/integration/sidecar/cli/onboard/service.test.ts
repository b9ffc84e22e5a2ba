import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LAUNCHER } from "../../../../helpers/process/clawdbot.ts";
import { openTerminal, type Terminal } from "../../../../helpers/process/terminal.ts";
import { missingReason } from "../../../../helpers/run/desktop-needs.ts";
import {
  expect,
  filesBelow,
  localConfig,
  type ServicePlace,
  test,
} from "../../../../helpers/service/gateway-service.ts";

const CONSENT = ["onboard", "--non-interactive", "--accept-risk"];

/** Nothing but a free port where the service finds it, so that several can run at once. */
function withoutConfig({ stateDir, port }: ServicePlace): void {
  rmSync(stateDir, { recursive: true });
  mkdirSync(stateDir, { mode: 0o700 });
  writeFileSync(join(stateDir, ".env"), `CLAWDBOT_GATEWAY_PORT=${port}\n`, { mode: 0o600 });
}

function tokenIn({ context }: ServicePlace): string {
  return JSON.parse(readFileSync(context.paths.configFile, "utf8")).gateway.auth.token;
}

async function inTerminal(
  { env, profile }: ServicePlace,
  use: (terminal: Terminal) => Promise<void>,
): Promise<void> {
  const terminal = openTerminal([process.execPath, LAUNCHER, "--profile", profile, "onboard"], { env });
  try {
    await use(terminal);
  } finally {
    terminal.close();
  }
}

test.describe("onboard with a service manager, without questions", () => {
  test("installs a healthy service; again, it says already-installed and keeps token and process", async ({
    place,
  }) => {
    withoutConfig(place);

    const first = await place.json(...CONSENT, "--install-daemon");
    const token = tokenIn(place);
    const second = await place.json(...CONSENT, "--install-daemon");

    expect(first).toMatchObject({
      code: 0,
      document: {
        ok: true,
        healthy: true,
        service: { result: "installed" },
        gateway: { url: `ws://127.0.0.1:${place.port}`, auth: { source: "generated" } },
        dashboard: `http://127.0.0.1:${place.port}/`,
      },
    });
    expect(second).toMatchObject({
      code: 0,
      document: {
        healthy: true,
        changed: { config: false },
        service: { result: "already-installed" },
        gateway: { auth: { source: "kept" } },
      },
    });
    expect(tokenIn(place)).toBe(token);
    expect(place.property("NRestarts")).toBe("0");
    expect(JSON.stringify([first.document, second.document])).not.toContain(token);
    expect(readFileSync(place.unitFile, "utf8")).not.toContain(token);
  });

  test("stops the service for a reset and has it run again with the new token", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    const before = place.facts();

    const { code, document } = await place.json(...CONSENT, "--reset", "--gateway-port", String(place.port));

    expect(code).toBe(0);
    expect(document).toMatchObject({
      healthy: true,
      service: { result: "started" },
      gateway: { auth: { source: "generated" } },
    });
    expect(document.moved).toContainEqual(expect.objectContaining({ path: place.context.paths.configFile }));
    expect(place.facts()?.instanceId).not.toBe(before?.instanceId);
  });

  test("has a service that is to be left alone run again after a reset", async ({ place }) => {
    await place.clawdbot("gateway", "install");

    const { code, document } = await place.json(
      ...[...CONSENT, "--reset", "--skip-daemon", "--gateway-port", String(place.port)],
    );

    expect(code).toBe(0);
    expect(document).toMatchObject({ healthy: true, service: { result: "started" } });
  });

  test("writes nothing before sudo is refused, which would change the service of somebody else", async ({
    place,
  }) => {
    await place.clawdbot("gateway", "install");
    const before = readFileSync(place.context.paths.configFile, "utf8");

    for (const daemon of ["install", "reinstall"]) {
      const args = [...CONSENT, "--daemon", daemon, "--workspace", join(place.stateDir, "w")];
      const { code, stdout, stderr } = await place.start(args, { SUDO_USER: "bob" }).ended;

      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain("instead of those of bob");
    }
    expect(readFileSync(place.context.paths.configFile, "utf8")).toBe(before);
    expect(existsSync(join(place.stateDir, "w"))).toBe(false);
  });

  test("installs the service again after a reset of everything", async ({ place }) => {
    await place.clawdbot("gateway", "install");

    const { code, document } = await place.json(
      ...[...CONSENT, "--reset", "--reset-scope", "full", "--install-daemon"],
      ...["--gateway-port", String(place.port)],
    );

    expect(code).toBe(0);
    expect(document).toMatchObject({ healthy: true, service: { result: "already-installed" } });
    expect(document.moved).toContainEqual(expect.objectContaining({ path: place.stateDir }));
    expect(place.facts()).toMatchObject({ service: place.unit, port: place.port });
  });

  test("leaves a stopped service stopped after a reset", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    await place.clawdbot("gateway", "stop");

    const { code, document } = await place.json(...CONSENT, "--reset", "--gateway-port", String(place.port));

    expect(code).toBe(0);
    expect(document).toMatchObject({ next: `clawdbot --profile ${place.profile} gateway start` });
    expect(place.property("ActiveState")).toBe("inactive");
  });

  test("changes nothing while a gateway runs without the service, unless it may take its place", async ({
    place,
  }) => {
    const foreground = place.start(["gateway"]);
    await foreground.waitFor(/log file: /);
    const other = ["--gateway-bind", "auto"];

    const refused = await place.json(...CONSENT, "--install-daemon", ...other);
    const config = JSON.parse(readFileSync(place.context.paths.configFile, "utf8"));
    const taken = await place.json(...CONSENT, "--daemon", "reinstall");
    const { code } = await foreground.ended;

    expect(refused).toMatchObject({
      code: 1,
      document: { error: { code: "ALREADY_RUNNING", pid: foreground.pid } },
    });
    expect(config.gateway.bind).toBeUndefined();
    expect(existsSync(place.unitFile)).toBe(true);
    expect(taken).toMatchObject({ code: 0, document: { healthy: true, service: { result: "installed" } } });
    expect(code).toBe(0);
  });

  test("has the configuration decide about the port again when it sets one", async ({ place }) => {
    await place.clawdbot("gateway", "install", "--port", String(place.port));
    place.writeConfig(localConfig(1));

    const { code, document } = await place.json(
      ...[...CONSENT, "--install-daemon", "--gateway-port", String(place.port)],
    );

    expect(code).toBe(0);
    expect(document).toMatchObject({ healthy: true, service: { result: "updated" } });
    expect(readFileSync(place.unitFile, "utf8")).not.toContain("--port");
  });
});

test.describe("onboard with a service manager, in a terminal", () => {
  const missing = missingReason("terminal");
  test.skip(missing !== undefined, missing ?? "");

  test("goes from nothing to a healthy service by QuickStart with at most 6 keystrokes", async ({
    place,
  }, testInfo) => {
    withoutConfig(place);
    await inTerminal(place, async (terminal) => {
      const startedAt = performance.now();
      await terminal.waitFor(/Go on\?/);
      terminal.press("y");
      await terminal.waitFor(/How do you want to set it up\?/);
      terminal.press("Enter");
      await terminal.waitFor(/Key of a model provider\?/);
      terminal.press("Enter");
      await terminal.waitFor(/How shall the gateway run\?/);
      terminal.press("Enter");
      const text = await terminal.waitFor(/^Dashboard: /m);
      const tookMs = Math.round(performance.now() - startedAt);

      expect(await terminal.ended()).toBe(0);
      expect(terminal.keystrokes()).toBeLessThanOrEqual(6);
      expect(text).toContain(
        "✓ systemd service enabled\n✓ service runtime: active\n✓ Gateway is healthy (ws://",
      );
      expect(text).toMatch(
        new RegExp(`Dashboard: http://127\\.0\\.0\\.1:${place.port}/#code=[\\w-]{32}(\\n|$)`),
      );
      expect(text).not.toContain(tokenIn(place));
      testInfo.annotations.push({
        type: "figure",
        description: `${terminal.keystrokes()} keystrokes, ${tookMs} ms to a healthy gateway`,
      });
    });
    expect(place.facts()?.service).toBe(place.unit);
  });

  test("run twice keeps the token and restarts the service on request", async ({ place }) => {
    withoutConfig(place);
    await place.json(...CONSENT, "--install-daemon");
    const token = tokenIn(place);
    const before = place.facts();

    await inTerminal(place, async (terminal) => {
      await terminal.waitFor(/Go on\?/);
      terminal.press("y");
      await terminal.waitFor(/How do you want to set it up\?/);
      terminal.press("Enter");
      await terminal.waitFor(/There is a configuration already/);
      terminal.press("Enter");
      await terminal.waitFor(/Key of a model provider\?/);
      terminal.press("Enter");
      await terminal.waitFor(/Restart the background service/);
      terminal.press("Enter");
      const text = await terminal.waitFor(/^Dashboard: /m);

      expect(await terminal.ended()).toBe(0);
      expect(terminal.keystrokes()).toBeLessThanOrEqual(6);
      expect(text).toContain("✓ configuration: ~/");
      expect(text).toContain("(unchanged)");
      expect(text).toContain("✓ service restarted");
    });
    expect(tokenIn(place)).toBe(token);
    expect(place.facts()?.instanceId).not.toBe(before?.instanceId);
  });

  test("leaves a whole configuration when Ctrl-C comes while the service is installed", async ({ place }) => {
    withoutConfig(place);
    await inTerminal(place, async (terminal) => {
      for (const [question, key] of [
        [/Go on\?/, "y"],
        [/How do you want/, "Enter"],
        [/Key of a model/, "Enter"],
        [/How shall the gateway run/, "Enter"],
        [/Installing the service/, "C-c"],
      ] as const) {
        await terminal.waitFor(question);
        terminal.press(key);
      }
      expect(await terminal.ended()).toBe(130);
    });
    const token = tokenIn(place);
    const left = filesBelow(place.stateDir).filter((name) => /\.(new|tmp)$/.test(name));

    const again = await place.json(...CONSENT, "--install-daemon");

    expect(left).toEqual([]);
    expect(again).toMatchObject({ code: 0, document: { healthy: true, changed: { config: false } } });
    expect(tokenIn(place)).toBe(token);
  });

  test("takes the place of a gateway that runs in a terminal", async ({ place }) => {
    const foreground = place.start(["gateway"]);
    await foreground.waitFor(/log file: /);

    await inTerminal(place, async (terminal) => {
      for (const [question, key] of [
        [/Go on\?/, "y"],
        [/How do you want/, "Enter"],
        [/There is a configuration/, "Enter"],
        [/Key of a model/, "Enter"],
        [/How shall the gateway run/, "Enter"],
      ] as const) {
        await terminal.waitFor(question);
        terminal.press(key);
      }
      const text = await terminal.waitFor(/^Dashboard: /m);

      expect(await terminal.ended()).toBe(0);
      expect(text).toContain(`The gateway with PID ${foreground.pid} was stopped`);
      expect(text).toContain("✓ Gateway is healthy");
    });
    expect((await foreground.ended).code).toBe(0);
    expect(place.facts()?.service).toBe(place.unit);
  });
});
