/** `clawdbot gateway stop`, `start` and `restart` of a gateway that a tray keeps. */
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { expect } from "@playwright/test";
import { isAlive } from "../../../shared/node/process-identity.ts";
import { keeperFile, liveKeeper, type TrayKeeper } from "../../../shared/node/tray/keeper.ts";
import { askTray, REQUEST_FRESH_MS } from "../../../shared/node/tray/request.ts";
import { RequestServer } from "../../../tray/requests/request-server.ts";
import { test as base, type TempHome } from "../../helpers/home/temp-home.ts";
import { runCli } from "../../helpers/process/cli.ts";
import { FakeClock } from "../../helpers/time/fake-clock.ts";
import { configure, endGateways, kill, TestTray, TrayProcess } from "../../helpers/tray/tray.ts";

const test = base.extend<{ startTray: () => TestTray; startProgram: () => TrayProcess }>({
  startTray: async ({ home }, use) => {
    const trays: TestTray[] = [];
    await use(() => {
      const tray = new TestTray(home);
      trays.push(tray);
      return tray;
    });
    for (const tray of trays) await tray.dispose();
  },
  startProgram: async ({ home }, use) => {
    const trays: TrayProcess[] = [];
    await use(() => {
      const tray = new TrayProcess(home.stateDir, [], { env: home.env() });
      trays.push(tray);
      return tray;
    });
    for (const { process } of trays) {
      kill(process.pid, "SIGCONT");
      kill(process.pid, "SIGKILL");
      await process.ended;
    }
    endGateways(home);
  },
});

const runDirOf = ({ stateDir }: TempHome) => join(stateDir, "run");
const gateway = (home: TempHome, ...words: string[]) => runCli(["gateway", ...words], { env: home.env() });

test.describe("a gateway that the tray keeps", () => {
  test("U9: gateway stop has the tray stop it and keep it stopped, start and restart bring it back", async ({
    home,
    startTray,
  }) => {
    await configure(home);
    const tray = startTray();
    await tray.reach("running");
    const first = tray.gatewayPid;

    const stop = await gateway(home, "stop");

    expect(stop).toMatchObject({ code: 0, stderr: "" });
    expect(stop.stdout).toBe(
      `✓ the tray (PID ${process.pid}) stopped the gateway; it stays stopped until you start it\n`,
    );
    expect(isAlive(first)).toBe(false);
    expect(tray.state).toBe("stopped");
    expect(tray.tray.model.intent.desired).toBe("stopped");
    expect((await gateway(home, "stop")).stdout).toContain("is stopped, and the tray");
    const start = await gateway(home, "start", "--json");
    const second = tray.gatewayPid;
    expect(JSON.parse(start.stdout)).toMatchObject({
      ok: true,
      action: "start",
      result: "started",
      tray: { pid: process.pid },
      gateway: { pid: second },
    });
    expect((await gateway(home, "start")).stdout).toContain(`runs already (PID ${second}), kept by the tray`);
    const restart = await gateway(home, "restart");
    expect(restart.stdout).toBe(
      `✓ the tray (PID ${process.pid}) restarted the gateway (PID ${tray.gatewayPid})\n`,
    );
    expect(tray.gatewayPid).not.toBe(second);
  });

  test("U9: gateway status says that the tray keeps it, and nothing advises to kill it", async ({
    home,
    startTray,
  }) => {
    await configure(home);
    const tray = startTray();
    await tray.reach("running");

    const status = await gateway(home, "status");
    const document = JSON.parse((await gateway(home, "status", "--json")).stdout);
    const install = await gateway(home, "install");

    const pid = tray.gatewayPid;
    expect(status.stdout).toContain(`Runtime: running (PID ${pid}), kept by the tray (PID ${process.pid})`);
    expect(document.service.runtime).toMatchObject({ keptBy: "tray", pid });
    expect(install.stdout + install.stderr).not.toMatch(/\bkill\b/);
  });

  test("U9: a start that is refused fails with what the tray shows", async ({ home, startTray }) => {
    await configure(home);
    const tray = startTray();
    await tray.reach("running");
    await gateway(home, "stop");
    home.writeConfig("{ gateway: ");

    const start = await gateway(home, "start");

    expect(start.code).toBe(1);
    expect(start.stderr).toMatch(
      /^gateway start: the tray could not do it: Configuration invalid: .*\nFix: /,
    );
  });

  test("U9: a tray that stands still is told of in time, and what it was asked for is not done later", async ({
    home,
    startProgram,
  }) => {
    await configure(home);
    const tray = startProgram();
    await tray.reach("running");
    const pid = tray.gatewayPid;
    await expect.poll(() => liveKeeper({ runDir: runDirOf(home) })?.gatewayPid).toBe(pid);
    process.kill(tray.process.pid, "SIGSTOP");

    const stop = await gateway(home, "stop");
    process.kill(tray.process.pid, "SIGCONT");
    const start = await gateway(home, "start");

    expect(stop).toMatchObject({ code: 1, stdout: "" });
    expect(stop.stderr).toBe(
      `The tray (PID ${tray.process.pid}) keeps the gateway and cannot be asked: it does not answer within 3 s. Use its menu, or end the tray and try again.\n`,
    );
    expect(start.stdout).toContain(`runs already (PID ${pid})`);
    expect(isAlive(pid)).toBe(true);
  });

  test("U9: what a killed tray left behind counts for nothing", async ({ home, startProgram }) => {
    await configure(home);
    const tray = startProgram();
    await tray.reach("running");
    await expect.poll(() => existsSync(keeperFile({ runDir: runDirOf(home) }))).toBe(true);
    tray.process.child.kill("SIGKILL");
    await tray.process.ended;

    const status = await gateway(home, "status", "--no-probe");

    expect(liveKeeper({ runDir: runDirOf(home) })).toBeUndefined();
    expect(status.stdout).toContain("in foreground");
  });

  test("U9: only this user reaches the tray, and a tray that leaves takes its contact away", async ({
    home,
    startTray,
  }) => {
    await configure(home);
    const tray = startTray();
    await tray.reach("running");
    const file = keeperFile({ runDir: runDirOf(home) });
    const { address } = JSON.parse(readFileSync(file, "utf8"));

    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(address).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(address)).mode & 0o777).toBe(0o700);
    await tray.tray.stop();
    expect(existsSync(file)).toBe(false);
    expect(existsSync(address)).toBe(false);
  });
});

test.describe("the socket for requests", () => {
  const listening = test.extend<{ server: { clock: FakeClock; asked: string[]; keeper: TrayKeeper } }>({
    server: async ({ home }, use) => {
      const clock = new FakeClock();
      const asked: string[] = [];
      const handle = async (verb: string) => {
        asked.push(verb);
        return { kind: "done", result: "stopped", pid: null } as const;
      };
      const server = new RequestServer("key", handle, clock);
      const address = await server.listen(join(home.path, "x".repeat(120)), process.platform, () => {});
      const keeper = { pid: 1, startId: "", address, key: "key", owner: "child", gatewayPid: 2 } as const;
      await use({ clock, asked, keeper });
      server.dispose();
      expect(existsSync(address ?? "")).toBe(false);
    },
  });

  listening(
    "U9: lies elsewhere where the path would be too long for one",
    async ({ server: { asked, keeper } }) => {
      expect(await askTray(keeper, "stop", 5_000)).toMatchObject({ result: "stopped" });
      expect(asked).toEqual(["stop"]);
    },
  );

  listening(
    "U9: takes nothing from who cannot read the tray's file",
    async ({ server: { asked, keeper } }) => {
      const attempt = askTray({ ...keeper, key: "guessed" }, "stop", 5_000);

      await expect(attempt).rejects.toThrow("it closed the connection");
      expect(asked).toEqual([]);
    },
  );

  listening("U9: does not carry out what comes long after the greeting", async ({ server }) => {
    const socket = connect(server.keeper.address ?? "");
    await once(socket, "data");
    const closed = new Promise((resolve) => socket.on("error", resolve).on("close", resolve).resume());
    server.clock.advance(REQUEST_FRESH_MS + 1);
    socket.write('{"key":"key","verb":"stop"}\n');
    await closed;

    expect(server.asked).toEqual([]);
  });
});
