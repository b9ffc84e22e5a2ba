/** A real gateway whose files, directories and disk somebody takes away while it runs. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { resolveProfileContext } from "../../../shared/node/profile-context.ts";
import { readFacts } from "../../../shared/node/run-state.ts";
import { unseenGateway } from "../../../sidecar/host/net/unseen-gateway.ts";
import { type GatewayProcess, startGatewayProcess } from "../../helpers/gateway/gateway-process.ts";
import { TEST_TOKEN } from "../../helpers/gateway/wire-client.ts";
import { test as base, type TempHome } from "../../helpers/home/temp-home.ts";
import { freePort } from "../../helpers/network/ports.ts";
import { LAUNCHER } from "../../helpers/process/clawdbot.ts";
import { type CliResult, runCli } from "../../helpers/process/cli.ts";
import { until } from "../../helpers/service/gateway-service.ts";

const test = base.extend<{ gateway: GatewayProcess }>({
  gateway: async ({ home }, use) => {
    const gateway = await startGatewayProcess(home);
    await use(gateway);
    await gateway.process.stop();
  },
});

test.describe.configure({ timeout: 60_000 });

interface Readiness {
  status: number;
  components: Record<string, { ok: boolean; detail?: string }>;
}

async function readiness({ port }: { port: number }): Promise<Readiness> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  const { components } = (await response.json()) as Pick<Readiness, "components">;
  return { status: response.status, components };
}

/** Waits until `/readyz` answers with this status. */
function untilReady(gateway: { port: number }, status: number): Promise<Readiness> {
  return until(async () => {
    const now = await readiness(gateway);
    return now.status === status ? now : undefined;
  });
}

const factsOf = (home: TempHome) => readFacts(join(home.stateDir, "run", "gateway.json"));

const second = (home: TempHome, ...args: string[]): Promise<CliResult> =>
  runCli(["gateway", ...args], { env: home.env() });

test.describe("run/ of a running gateway", () => {
  test("F5: is made again with lock and facts when it was deleted", async ({ home, gateway }) => {
    const before = factsOf(home);

    rmSync(join(home.stateDir, "run"), { recursive: true });
    const after = await until(() => factsOf(home));

    expect(after).toEqual(before);
    expect(await second(home, "--port", String(await freePort()))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        `Gateway already running locally (PID ${gateway.pid}, port ${gateway.port}`,
      ),
    });
  });

  for (const [what, port] of [
    ["the same port", async (gateway: GatewayProcess) => gateway.port],
    ["another port", freePort],
  ] as const) {
    test(`F5: no second gateway comes to be on ${what} before that`, async ({ home, gateway }) => {
      test.skip(process.platform !== "linux", "who holds a deleted file is told by /proc");
      const number = String(await port(gateway));

      rmSync(join(home.stateDir, "run"), { recursive: true });
      const { code, stderr } = await second(home, "--port", number);

      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringContaining(`Gateway already running locally (PID ${gateway.pid}`),
      });
    });
  }

  test("F5: the gateway is found by the lock that was deleted under it", async ({ home, gateway }) => {
    test.skip(process.platform !== "linux", "who holds a deleted file is told by /proc");
    const { paths } = resolveProfileContext({ profile: undefined, dev: false }, { HOME: home.path }, "linux");

    rmSync(paths.runDir, { recursive: true });

    expect(await unseenGateway(paths)).toBe(gateway.pid);
  });

  test("F5: a newcomer believes the facts of a living gateway whose lock alone was deleted", async ({
    home,
    gateway,
  }) => {
    rmSync(join(home.stateDir, "run", "gateway.lock"));

    const { code, stderr } = await second(home, "--port", String(await freePort()));

    expect(code).toBe(1);
    expect(stderr).toContain(`Gateway already running locally (PID ${gateway.pid}`);
  });

  test("F5: reset deletes nothing under a gateway whose files were deleted", async ({ home, gateway }) => {
    test.skip(process.platform !== "linux", "who holds a deleted file is told by /proc");
    rmSync(join(home.stateDir, "run"), { recursive: true });

    const { code, stderr } = await runCli(["reset", "--scope", "config", "--yes"], { env: home.env() });

    expect({ code, isThere: existsSync(home.configFile) }).toEqual({ code: 1, isThere: true });
    expect(stderr).toContain(`(PID ${gateway.pid})`);
  });

  test("F5: --force takes the place of a gateway whose files were deleted", async ({ home }) => {
    test.skip(process.platform !== "linux", "who holds a deleted file is told by /proc");
    const old = await startGatewayProcess(home);
    rmSync(join(home.stateDir, "run"), { recursive: true });

    const next = await startGatewayProcess(home, ["--force", "--port", String(old.port)]);
    const { signal, code } = await old.process.ended;
    await next.process.stop();

    expect({ signal, code }).toEqual({ signal: null, code: 0 });
  });

  test("F5: a file in its place is named, and gone when that is", async ({ home, gateway }) => {
    const run = join(home.stateDir, "run");
    rmSync(run, { recursive: true });
    writeFileSync(run, "");

    const { components } = await untilReady(gateway, 503);
    const other = await second(home, "--port", String(await freePort()));
    rmSync(run);
    await untilReady(gateway, 200);

    expect(components.lock).toEqual({
      ok: false,
      detail: expect.stringContaining(`Cannot write ${run}/gateway.lock: a part of the path is a file`),
    });
    expect(other).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`Cannot write ${run}/gateway.lock`),
    });
    expect(factsOf(home)?.pid).toBe(gateway.pid);
  });

  test("F5: a gateway whose lock somebody else keeps says so and leaves", async ({ home }) => {
    const gateway = await startGatewayProcess(home);
    rmSync(join(home.stateDir, "run"), { recursive: true });
    const { acquireLock } = await import("../../../shared/node/lock.ts");
    const rival = await acquireLock(join(home.stateDir, "run", "gateway.lock"));

    const { code, stderr } = await gateway.process.ended;
    rival?.dispose();

    expect({ code, isTaken: rival !== undefined }).toEqual({ code: 0, isTaken: true });
    expect(stderr).toContain("there must not be two gateways");
  });
});

test.describe("the state directory of a running gateway", () => {
  test("F17: /readyz answers 503 with the reason while it is gone, and 200 when it is back", async ({
    home,
    gateway,
  }) => {
    const away = `${home.stateDir}.away`;
    const { components: well } = await readiness(gateway);

    renameSync(home.stateDir, away);
    const { components } = await untilReady(gateway, 503);
    const isMadeAgain = existsSync(home.stateDir);
    const lives = await fetch(`http://127.0.0.1:${gateway.port}/healthz`);
    renameSync(away, home.stateDir);
    await untilReady(gateway, 200);

    const fine = { ok: true };
    expect(well).toEqual({ log: fine, state: fine, lock: fine, memory: fine });
    expect(components.state).toEqual({ ok: false, detail: `${home.stateDir} is gone` });
    expect({ isMadeAgain, lives: lives.status }).toEqual({ isMadeAgain: false, lives: 200 });
    expect(readFileSync(join(home.stateDir, "logs", "gateway.log"), "utf8")).toContain('"msg":"well again"');
    expect(factsOf(home)?.pid).toBe(gateway.pid);
  });

  test("F17: a directory that is deleted for good is told, and not made again", async ({ home, gateway }) => {
    rmSync(home.stateDir, { recursive: true });

    const { components } = await untilReady(gateway, 503);
    const { stdout } = await runCli(["gateway", "status"], {
      env: home.env({ CLAWDBOT_GATEWAY_PORT: String(gateway.port) }),
    });

    expect(components.state).toEqual({ ok: false, detail: `${home.stateDir} is gone` });
    expect(existsSync(join(home.stateDir, "run"))).toBe(false);
    expect(stdout).toContain(`Not well: state: ${home.stateDir} is gone`);
  });

  test.describe("on a disk of its own", () => {
    test.skip(process.getuid?.() !== 0 || process.platform !== "linux", "mounting needs root and Linux");

    const onDisk = async (
      home: TempHome,
      work: (gateway: GatewayProcess, remount: (options: string) => void) => Promise<void>,
    ) => {
      mkdirSync(home.stateDir, { mode: 0o700 });
      const mount = (...args: string[]) => execFileSync("mount", args);
      mount("-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", home.stateDir);
      const gateway = await startGatewayProcess(home);
      try {
        await work(gateway, (options) => mount("-o", `remount,${options}`, home.stateDir));
      } finally {
        await gateway.process.stop();
        execFileSync("umount", ["--lazy", home.stateDir]);
      }
    };

    test("F17: says that it is full, and is ready again when there is room", async ({ home }) => {
      await onDisk(home, async (gateway) => {
        const filler = join(home.stateDir, "filler");
        expect(() => writeFileSync(filler, Buffer.alloc(2_000_000))).toThrow("ENOSPC");

        const { components } = await untilReady(gateway, 503);
        truncateSync(filler);
        await untilReady(gateway, 200);

        expect(components.state?.detail).toContain("the disk is full (ENOSPC)");
      });
    });

    test("F17: says that it takes no more files", async ({ home }) => {
      await onDisk(home, async (gateway, remount) => {
        const { files, ffree } = statfsSync(home.stateDir);
        remount(`nr_inodes=${files - ffree}`);

        const { components } = await untilReady(gateway, 503);
        remount("nr_inodes=1000");
        await untilReady(gateway, 200);

        expect(components.state?.detail).toContain("inodes are used up");
      });
    });

    test("F17: says that it is read-only", async ({ home }) => {
      await onDisk(home, async (gateway) => {
        execFileSync("mount", ["--bind", home.stateDir, home.stateDir]);
        execFileSync("mount", ["-o", "remount,ro,bind", home.stateDir]);

        const { components } = await untilReady(gateway, 503);
        execFileSync("umount", ["--lazy", home.stateDir]);
        await untilReady(gateway, 200);

        expect(components.state?.detail).toContain("read-only (EROFS)");
      });
    });

    test("F5: lock, facts and log are made again on a disk that was mounted over it", async ({ home }) => {
      await onDisk(home, async (gateway) => {
        execFileSync("mount", ["-t", "tmpfs", "-o", "mode=0700", "tmpfs", home.stateDir]);

        const facts = await until(() => factsOf(home));
        const log = await until(() => readdirSync(home.stateDir).find((name) => name === "logs"));
        const other = await second(home, "--allow-unconfigured", "--port", String(await freePort()));
        execFileSync("umount", ["--lazy", home.stateDir]);

        expect({ pid: facts.pid, log }).toEqual({ pid: gateway.pid, log: "logs" });
        expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining(`(PID ${gateway.pid}`) });
      });
    });
  });
});

test.describe("what a gateway was given for its output", () => {
  test.skip(process.platform !== "linux", "descriptors are read from /proc");

  /** As the tray starts it: its output in files of the log directory. */
  const supervised = async (home: TempHome, work: (files: Files) => Promise<void>) => {
    const port = await freePort();
    home.writeConfig({ gateway: { mode: "local", port, auth: { mode: "token", token: TEST_TOKEN } } });
    const logs = join(home.stateDir, "logs");
    mkdirSync(logs, { recursive: true });
    const [out, err] = ["gateway.out.log", "gateway.err.log"].map((name) => join(logs, name)) as [
      string,
      string,
    ];
    const descriptors = [out, err].map((path) => openSync(path, "a"));
    const child = spawn(process.execPath, [LAUNCHER, "gateway", "run", "--supervised"], {
      env: home.env(),
      stdio: ["ignore", ...descriptors],
    });
    for (const descriptor of descriptors) closeSync(descriptor);
    try {
      await until(() => (readFileSync(out, "utf8").includes("log file: ") ? true : undefined));
      await work({ out, err, port, pid: child.pid ?? 0 });
    } finally {
      child.kill();
      await once(child, "exit");
    }
  };

  interface Files {
    out: string;
    err: string;
    port: number;
    pid: number;
  }

  /** Undefined for the moment in which it is closed to be opened anew. */
  const placeOf = (pid: number, fd: number) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return undefined;
    }
  };

  test("F4: both files are opened anew when they, or their directory, are deleted", async ({ home }) => {
    await supervised(home, async ({ out, err, pid }) => {
      rmSync(join(out, ".."), { recursive: true });

      await until(() => (existsSync(out) && existsSync(err) ? true : undefined));
      await until(() => (placeOf(pid, 2) === err ? true : undefined));

      expect([placeOf(pid, 1), placeOf(pid, 2)]).toEqual([out, err]);
    });
  });

  test("F4: what is printed after a move goes to a file of the old name", async ({ home }) => {
    await supervised(home, async ({ out, err, pid }) => {
      renameSync(err, `${err}.moved`);
      await until(() => (placeOf(pid, 2) === err ? true : undefined));

      // A warning of the gateway.
      writeFileSync(home.configFile, "{ broken");

      const said = await until(() => readFileSync(err, "utf8") || undefined);
      expect(said).toContain("configuration not usable");
      expect(readFileSync(`${err}.moved`, "utf8")).not.toContain("configuration not usable");
      expect(placeOf(pid, 1)).toBe(out);
    });
  });

  test("F4: a file that grew too large is emptied in place, its end kept", async ({ home }) => {
    await supervised(home, async ({ out, pid }) => {
      // All of it is there before the gateway looks.
      process.kill(pid, "SIGSTOP");
      writeFileSync(out, `${"x".repeat(11 * 1024 * 1024)}the end\n`);
      process.kill(pid, "SIGCONT");

      await until(() => (existsSync(`${out}.1`) && readFileSync(out, "utf8") === "" ? true : undefined));

      expect(readFileSync(`${out}.1`, "utf8").endsWith("the end\n")).toBe(true);
      expect(placeOf(pid, 1)).toBe(out);
    });
  });
});
