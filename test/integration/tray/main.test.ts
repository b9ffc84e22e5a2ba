/** The tray's program as a process, on a machine without a display. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "@playwright/test";
import { acquireLock } from "../../../shared/node/lock.ts";
import { isAlive } from "../../../shared/node/process-identity.ts";
import { test as base } from "../../helpers/home/temp-home.ts";
import { LAUNCHER } from "../../helpers/process/clawdbot.ts";
import { startNode } from "../../helpers/process/cli.ts";
import { configure, countStarts, endGateways, kill, TrayProcess } from "../../helpers/tray/tray.ts";

interface Options {
  stateDir?: string;
  env?: Record<string, string>;
}

const test = base.extend<{ startTray: (args?: readonly string[], options?: Options) => TrayProcess }>({
  startTray: async ({ home }, use) => {
    const trays: TrayProcess[] = [];
    await use((args = [], { stateDir = home.stateDir, env } = {}) => {
      const tray = new TrayProcess(stateDir, args, { env: home.env(env) });
      trays.push(tray);
      return tray;
    });
    for (const { process } of trays) await process.stop("SIGKILL");
    endGateways(home);
  },
});

test.describe("clawdbot tray", () => {
  test("supervises without an icon where there is no display, and says so in one line", async ({
    home,
    startTray,
  }) => {
    await configure(home);
    const tray = startTray();

    await tray.reach("running");

    const lines = tray.process.output().stderr.trim().split("\n");
    expect(lines).toEqual([
      expect.stringContaining(`(PID ${tray.process.pid})`),
      expect.stringMatching(/^No tray icon: there is no display\. .+ all the same\. .+: clawdbot gateway$/),
    ]);
    expect(tray.status).toMatchObject({ running: true, iconLoss: { reason: expect.any(String) } });
  });

  test("U12: a German start speaks German alone in the terminal, and its log is English alone", async ({
    home,
    startTray,
  }) => {
    await configure(home);
    writeFileSync(join(home.stateDir, "tray.json"), "{");

    const tray = startTray([], { env: { LANG: "de_DE.UTF-8" } });
    await tray.reach("running");

    const { stderr } = tray.process.output();
    expect(stderr).toMatch(/^Die Tray-Anwendung läuft/m);
    expect(stderr).toMatch(/tray\.json ist beschädigt: /);
    expect(stderr).toMatch(
      /^Kein Symbol in der Leiste: .+ trotzdem gestartet und überwacht\. .+: clawdbot gateway$/m,
    );
    expect(stderr).not.toMatch(/\b(the|is|icon|runs|damaged|display|with)\b/);
    const log = readFileSync(join(home.stateDir, "logs", "tray.log"), "utf8");
    expect(log).toContain("No tray icon: there is no display.");
    expect(log).not.toMatch(/[äöüß]|Symbol|Leiste/);
  });

  test("U12: the configuration's language is spoken before the locale's", async ({ home, startTray }) => {
    await configure(home);
    writeFileSync(
      home.configFile,
      JSON.stringify({ ...JSON.parse(readFileSync(home.configFile, "utf8")), language: "en" }),
    );

    const tray = startTray([], { env: { LANG: "de_DE.UTF-8" } });

    await tray.process.waitFor(/^The tray runs/m);
  });

  test("stays without icon and gateway while the configuration is invalid, and starts when it is corrected", async ({
    home,
    startTray,
  }) => {
    await configure(home);
    const config = readFileSync(home.configFile, "utf8");
    const tray = startTray();
    for (let crash = 1; crash < 5; crash += 1) {
      await tray.reach("running");
      kill(tray.gatewayPid, "SIGKILL");
      await tray.reach("backoff");
      writeFileSync(home.configFile, crash === 4 ? "{ gateway: {" : config);
    }
    await tray.reach("blocked");
    expect(isAlive(tray.process.pid)).toBe(true);

    writeFileSync(home.configFile, config);
    await tray.reach("running");

    expect(tray.process.output().stderr).toContain("line 1, column 13");
  });

  test("is there once: a second one says so with the pid and ends well", async ({ home, startTray }) => {
    await configure(home);
    const tray = startTray();
    await tray.reach("running");

    const second = await startTray().process.ended;

    expect(second).toMatchObject({ code: 0, stdout: "" });
    expect(second.stderr).toBe(`The tray runs already (PID ${tray.process.pid}).\n`);
    expect(tray.state).toBe("running");
  });

  test("leaves the gateway running when it is killed; the next tray attaches to the same pid", async ({
    home,
    startTray,
  }) => {
    await configure(home);
    const first = startTray();
    await first.reach("running");
    const pid = first.gatewayPid;

    await first.process.stop("SIGKILL");
    await delay(500);
    expect(isAlive(pid)).toBe(true);
    const next = startTray();
    await next.reach("attached");

    expect(next.gatewayPid).toBe(pid);
    expect(countStarts(home.stateDir)).toBe(1);
  });

  test("ends its gateway on Ctrl-C and leaves it running at the end of the session", async ({
    home,
    startTray,
  }) => {
    await configure(home);
    const interrupted = startTray();
    await interrupted.reach("running");
    const first = interrupted.gatewayPid;
    expect((await interrupted.process.stop("SIGINT")).code).toBe(0);
    expect(isAlive(first)).toBe(false);
    expect(existsSync(join(home.stateDir, "run", "tray.json"))).toBe(false);

    const tray = startTray();
    await tray.reach("running");
    const second = tray.gatewayPid;
    expect((await tray.process.stop("SIGTERM")).code).toBe(0);
    expect(isAlive(second)).toBe(true);
  });

  test("F5: rm -rf run/ lets no second tray and no second gateway come to be", async ({
    home,
    startTray,
  }) => {
    test.setTimeout(60_000);
    test.skip(process.platform !== "linux", "who holds a deleted file is told by /proc");
    await configure(home);
    const tray = startTray();
    await tray.reach("running");
    const gatewayPid = tray.gatewayPid;

    rmSync(join(home.stateDir, "run"), { recursive: true });
    const second = await startTray().process.ended;
    await tray.reach("running");
    const third = await startTray().process.ended;

    expect([second, third].map(({ code, stderr }) => ({ code, stderr }))).toEqual([
      { code: 0, stderr: expect.stringContaining("runs already") },
      { code: 0, stderr: expect.stringContaining(`${tray.process.pid}`) },
    ]);
    expect(tray.gatewayPid).toBe(gatewayPid);
    expect(countStarts(home.stateDir)).toBe(1);
    // By these facts it is found and ended as well.
    await expect.poll(() => existsSync(join(home.stateDir, "run", "gateway.json"))).toBe(true);
  });

  test("F5: a tray whose lock somebody else keeps leaves, and leaves its gateway running", async ({
    home,
    startTray,
  }) => {
    test.setTimeout(60_000);
    await configure(home);
    const tray = startTray();
    await tray.reach("running");
    const { gatewayPid } = tray;

    rmSync(join(home.stateDir, "run", "tray.lock"));
    const rival = await acquireLock(join(home.stateDir, "run", "tray.lock"));
    const { code } = await tray.process.ended;
    rival?.dispose();

    expect({ code, isAlive: isAlive(gatewayPid) }).toEqual({ code: 0, isAlive: true });
  });

  test("F4: goes on logging under the name when its log is deleted", async ({ home, startTray }) => {
    await configure(home);
    const tray = startTray();
    await tray.reach("running");
    const log = join(home.stateDir, "logs", "tray.log");

    rmSync(log);
    kill(tray.gatewayPid, "SIGKILL");
    await tray.reach("backoff");
    await tray.reach("running");
    await tray.process.stop("SIGTERM");

    expect(readFileSync(log, "utf8")).toContain('"leaving"');
  });

  test("works in a home with spaces and umlauts", async ({ startTray }) => {
    const { createTempHome } = await import("../../helpers/home/temp-home.ts");
    const home = createTempHome("Jürgens Rechner (alt)");
    await configure(home);
    const tray = startTray([], { stateDir: home.stateDir, env: { HOME: home.path } });

    await tray.reach("running");

    await tray.process.stop("SIGINT");
    home.dispose();
  });

  test("speaks German in a German locale", async ({ home, startTray }) => {
    await configure(home);
    const tray = startTray([], { env: { LANG: "de_DE.UTF-8" } });

    await tray.reach("running");

    expect(tray.status).toMatchObject({ label: "Läuft" });
    expect(tray.process.output().stderr).toContain("Kein Symbol in der Leiste");
  });

  test("--dev keeps everything in the dev profile", async ({ home, startTray }) => {
    const tray = startTray(["--dev"], { stateDir: `${home.stateDir}-dev` });

    await tray.reach("running");

    expect(existsSync(home.stateDir)).toBe(false);
    expect(tray.status).toMatchObject({ tooltip: expect.stringContaining("Dev mode") });
  });

  test("--profile keeps a tray and a gateway of its own beside the default ones", async ({
    home,
    startTray,
  }) => {
    const { freePort } = await import("../../helpers/network/ports.ts");
    await configure(home);
    const work = `${home.stateDir}-work`;
    mkdirSync(work);
    const gateway = { mode: "local", port: await freePort(), auth: { token: "work-token" } };
    writeFileSync(join(work, "clawdbot.json"), JSON.stringify({ gateway }));

    const tray = startTray();
    const other = startTray(["--profile", "work"], { stateDir: work });
    await Promise.all([tray.reach("running"), other.reach("running")]);

    expect(other.gatewayPid).not.toBe(tray.gatewayPid);
    kill(other.gatewayPid, "SIGKILL");
  });

  test("says in one line that the state directory cannot be written", async ({ home, startTray }) => {
    writeFileSync(home.stateDir, "a file where the directory should be");

    const { code, stderr } = await startTray().process.ended;

    expect(code).toBe(1);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toContain("tray.lock");
  });

  for (const [args, message] of [
    [["--iconless"], "Unknown option --iconless"],
    [["now"], '"tray" takes no argument "now"'],
    [["--profile"], "--profile needs a value: --profile <name>"],
    [["--dev=yes"], '--dev takes no value, got "yes"'],
    [["--profile", "a b"], '--profile: "a b" is not a profile name (letters, digits, _ and -)'],
    [["--dev", "--profile", "x"], "--dev and --profile exclude each other"],
  ] as const) {
    test(`refuses ${args.join(" ")} in one line`, async ({ startTray }) => {
      const { code, stdout, stderr } = await startTray(args).process.ended;

      expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: `${message}\n` });
    });
  }
});

test.describe("clawdbot tray --status", () => {
  test("prints what the running tray shows as JSON", async ({ home, startTray }) => {
    await configure(home);
    const tray = startTray();
    await tray.reach("running");

    const { code, stdout, stderr } = await startTray(["--status"]).process.ended;

    expect(code).toBe(0);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({
      running: true,
      pid: tray.process.pid,
      state: "running",
      icon: "normal",
      gateway: { pid: tray.gatewayPid },
    });
  });

  test("says that no tray runs, also when one died and left its file", async ({ home, startTray }) => {
    await configure(home);
    const before = await startTray(["--status"]).process.ended;
    const tray = startTray();
    await tray.reach("running");
    await tray.process.stop("SIGKILL");

    const after = await startTray(["--status"]).process.ended;

    for (const { code, stdout } of [before, after]) {
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toEqual({
        running: false,
        message: expect.stringContaining("no tray runs"),
      });
    }
  });
});

test.describe("clawdbot tray --or-foreground", () => {
  test("becomes the gateway where there is no display, after one line with the remedy", async ({
    home,
    startTray,
  }) => {
    await configure(home);
    const { process: gateway } = startTray(["--or-foreground"]);

    const [, pid] = await gateway.waitFor(/\(PID (\d+)\)/);

    expect(Number(pid)).toBe(gateway.pid);
    expect(gateway.output().stderr.trim().split("\n")).toEqual([
      expect.stringMatching(
        /^No tray icon: there is no display\. The gateway runs in the foreground instead\. .+: clawdbot gateway$/,
      ),
    ]);
    expect((await gateway.stop()).code).toBe(0);
  });
});

test.describe("P2: clawdbot tray is read like every other command", () => {
  for (const words of [
    ["--json", "tray", "--status"],
    ["tray", "--status", "--json"],
    ["--profile", "work", "tray", "--status"],
  ]) {
    test(`as ${words.join(" ")}`, async ({ home }) => {
      const { code, stdout, stderr } = await startNode([LAUNCHER, ...words], { env: home.env() }).ended;

      expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
      expect(JSON.parse(stdout)).toMatchObject({ running: false });
    });
  }

  test("with one help text, and failures as JSON", async ({ home }) => {
    const run = (...words: string[]) => startNode([LAUNCHER, ...words], { env: home.env() }).ended;

    const [first, second, failed] = [
      await run("tray", "--help"),
      await run("help", "tray"),
      await run("tray", "--json", "--nope"),
    ];

    expect(first).toMatchObject({ code: 0, stdout: second.stdout });
    expect(failed.code).toBe(2);
    expect(JSON.parse(failed.stdout)).toMatchObject({ ok: false, error: { code: "USAGE" } });
  });
});

test.describe("clawdbot tray --help", () => {
  test("tells the options", async ({ startTray }) => {
    const { code, stdout } = await startTray(["--help"]).process.ended;

    expect(code).toBe(0);
    for (const option of ["--status", "--or-foreground", "--profile", "--dev"])
      expect(stdout).toContain(option);
  });
});
