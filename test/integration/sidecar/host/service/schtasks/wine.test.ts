/** The launcher and the task on the Windows that Wine is; what Wine lacks is named in the titles. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "@playwright/test";
import { build } from "rolldown";
import { type RuntimeInfo, readFacts } from "../../../../../../shared/node/run-state.ts";
import {
  HIDDEN_LAUNCHER,
  renderStartupEntry,
} from "../../../../../../sidecar/host/service/schtasks/hidden-launcher.ts";
import {
  encodeScript,
  type LaunchScript,
  renderLaunchScript,
} from "../../../../../../sidecar/host/service/schtasks/launch-script.ts";
import { renderRestartScript } from "../../../../../../sidecar/host/service/schtasks/restart-script.ts";
import type { ServiceDefinition } from "../../../../../../sidecar/host/service/service-manager.ts";
import { ODD_ARGS, ODD_ENVIRONMENT } from "../../../../../contracts/service-manager.ts";
import { createTempHome, type TempHome } from "../../../../../helpers/home/temp-home.ts";
import { freePort } from "../../../../../helpers/network/ports.ts";
import { runCli } from "../../../../../helpers/process/cli.ts";
import { test as base, type Wine, windowsPath } from "../../../../../helpers/service/wine.ts";

const ROOT = fileURLToPath(new URL("../../../../../../", import.meta.url));
const WITNESS = join(ROOT, "test/fixtures/schtasks/witness.cjs");
const CRASHING = join(ROOT, "test/fixtures/schtasks/crash-on-request.cjs");
/** Wine's console is one of the United States. */
const CODE_PAGE = 437;

const test = base.extend<{ home: TempHome }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
  home: async ({}, use) => {
    const home = createTempHome("Jürgen & Co 100% ^x");
    await use(home);
    home.dispose();
  },
});
test.describe.configure({ timeout: 180_000 });

/** What the program saw at one of its starts. */
interface Witnessed {
  args: string[];
  cwd: string;
  env: Record<string, string>;
}

function script(home: TempHome, wine: Wine, change: Partial<LaunchScript> = {}): LaunchScript {
  return {
    command: [wine.node, windowsPath(WITNESS), ...(change.command ?? [])],
    workingDirectory: change.workingDirectory ?? windowsPath(home.path),
    environment: { WITNESS_FILE: windowsPath(join(home.path, "seen.jsonl")), ...change.environment },
    logDir: change.logDir ?? windowsPath(join(home.stateDir, "logs")),
  };
}

/** Writes both files; the launcher as ASCII, because Wine's script host reads nothing else, and without its pause, which Wine lacks. */
function writeLauncher(home: TempHome, wanted: LaunchScript, userProfile?: string): Buffer {
  mkdirSync(home.stateDir, { recursive: true });
  const bytes = renderLaunchScript(wanted, { userProfile, codePage: CODE_PAGE });
  writeFileSync(join(home.stateDir, "gateway.cmd"), bytes);
  writeFileSync(
    join(home.stateDir, "gateway.vbs"),
    HIDDEN_LAUNCHER.replace("    WScript.Sleep 250\r\n", ""),
    "ascii",
  );
  return bytes;
}

function witnessed(home: TempHome): Witnessed[] {
  const text = readFileSync(join(home.path, "seen.jsonl"), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Witnessed);
}

/** What a console of Windows can be given. */
const holds = (text: string) => !text.includes('"') && !/[^\0-\u00ff]/.test(text);
const ARGS = [...ODD_ARGS.filter(holds), "größe", ""];
const ENVIRONMENT = Object.fromEntries(
  Object.entries({ ...ODD_ENVIRONMENT, CLAWDBOT_TEST_UMLAUTS: "Jürgen & Söhne" }).filter(
    ([, value]) => holds(value) && value !== "",
  ),
);

test.describe("gateway.cmd in Wine's cmd.exe", () => {
  test("rows 32 and 43: hands on arguments, directory and environment unchanged, below a home like Jürgen & Co 100% ^x", async ({
    wine,
    home,
  }) => {
    writeLauncher(home, script(home, wine, { command: ARGS, environment: ENVIRONMENT }));

    const { code } = await wine.run("cmd", ["/d", "/c", "gateway.cmd"], { cwd: home.stateDir });

    expect(code).toBe(0);
    const [seen] = witnessed(home);
    expect(seen?.args).toEqual(ARGS);
    expect(seen?.cwd).toBe(windowsPath(home.path));
    expect(seen?.env).toMatchObject(ENVIRONMENT);
  });

  test("row 43: is ASCII where %USERPROFILE% stands for the only name that is not", async ({ wine }) => {
    const home = createTempHome("Jürgen & Co ^x");
    const userProfile = windowsPath(home.path);
    const bytes = writeLauncher(home, script(home, wine), userProfile);
    // Wine sets the variable anew for every program that it starts.
    const outer = `set "USERPROFILE=${userProfile}"\r\ncall gateway.cmd\r\n`;
    writeFileSync(join(home.stateDir, "outer.cmd"), encodeScript(outer, CODE_PAGE));

    const { code } = await wine.run("cmd", ["/d", "/c", "outer.cmd"], { cwd: home.stateDir });

    expect(code).toBe(0);
    expect(bytes.every((byte) => byte < 128)).toBe(true);
    expect(witnessed(home)[0]?.cwd).toBe(userProfile);
    home.dispose();
  });

  test("writes what the program prints beside the gateway's log and ends with its exit code", async ({
    wine,
    home,
  }) => {
    writeLauncher(home, script(home, wine, { environment: { WITNESS_EXIT: "78" } }));

    const { code } = await wine.run("cmd", ["/d", "/c", "gateway.cmd"], { cwd: home.stateDir });

    expect(code).toBe(78);
    expect(readFileSync(join(home.stateDir, "logs/gateway.out.log"), "utf8")).toBe("printed ü\n");
    expect(readFileSync(join(home.stateDir, "logs/gateway.err.log"), "utf8")).toBe("complained\n");
  });

  test("row 48: begins a new log when the former one is larger than 10 MiB", async ({ wine, home }) => {
    writeLauncher(home, script(home, wine));
    const log = join(home.stateDir, "logs/gateway.err.log");
    mkdirSync(join(home.stateDir, "logs"));
    writeFileSync(log, Buffer.alloc(10 * 1024 * 1024 + 1, "x"));

    await wine.run("cmd", ["/d", "/c", "gateway.cmd"], { cwd: home.stateDir });

    expect(readFileSync(log, "utf8")).toBe("complained\n");
    expect(readFileSync(`${log}.1`)).toHaveLength(10 * 1024 * 1024 + 1);
  });
});

test.describe("gateway.vbs in Wine's script host (as ASCII and without its pause, which Wine lacks)", () => {
  const launch = (wine: Wine, home: TempHome, args: readonly string[] = []) =>
    wine.run("wscript", ["//B", "//Nologo", windowsPath(join(home.stateDir, "gateway.vbs")), ...args]);

  test("row 43: runs the batch file beside it, from wherever it is started", async ({ wine, home }) => {
    writeLauncher(home, script(home, wine, { command: ARGS, environment: ENVIRONMENT }));

    const { code } = await launch(wine, home);

    expect(code).toBe(0);
    expect(witnessed(home)).toHaveLength(1);
    expect(witnessed(home)[0]).toMatchObject({ args: ARGS, cwd: windowsPath(home.path), env: ENVIRONMENT });
  });

  test("does not start a refused gateway again", async ({ wine, home }) => {
    writeLauncher(home, script(home, wine, { environment: { WITNESS_EXIT: "78" } }));

    const { code } = await launch(wine, home);

    expect(code).toBe(78);
    expect(witnessed(home)).toHaveLength(1);
  });

  test("starts a failing gateway again, and gives up with its exit code after ten times in five minutes", async ({
    wine,
    home,
  }) => {
    writeLauncher(home, script(home, wine, { environment: { WITNESS_EXIT: "3" } }));

    const { code } = await launch(wine, home);

    expect(code).toBe(3);
    expect(witnessed(home)).toHaveLength(10);
  });

  test("runs another batch file once, and deletes it", async ({ wine, home }) => {
    const other = script(home, wine, { command: ["other"], environment: { WITNESS_EXIT: "4" } });
    writeLauncher(home, script(home, wine));
    const file = join(home.stateDir, "gateway.restart.cmd");
    writeFileSync(file, renderLaunchScript(other, { userProfile: undefined, codePage: CODE_PAGE }));

    const { code } = await launch(wine, home, ["once", "gateway.restart.cmd"]);

    expect(code).toBe(4);
    expect(witnessed(home).map(({ args }) => args)).toEqual([["other"]]);
    expect(() => readFileSync(file)).toThrow("ENOENT");
  });

  test("ends at once when it is to run detached, and the batch file runs nevertheless", async ({
    wine,
    home,
  }) => {
    writeLauncher(home, script(home, wine, { command: ["detached"] }));

    const { code } = await launch(wine, home, ["detach"]);

    expect(code).toBe(0);
    await expect.poll(() => readSeen(home), { timeout: 60_000 }).toContain("detached");
  });
});

test.describe("the entry in the Startup folder, in Wine's script host (as ASCII)", () => {
  test("starts the launcher in its folder", async ({ wine }) => {
    const home = createTempHome("plain & 100% ^x");
    writeLauncher(home, script(home, wine, { command: ["at login"] }));
    const entry = join(home.path, "Clawdbot Gateway.vbs");
    const launcher = windowsPath(join(home.stateDir, "gateway.vbs"));
    writeFileSync(entry, renderStartupEntry("Clawdbot Gateway", launcher), "ascii");

    const { code } = await wine.run("wscript", ["//B", "//Nologo", windowsPath(entry)]);

    expect(code).toBe(0);
    await expect.poll(() => readSeen(home), { timeout: 60_000 }).toContain("at login");
    home.dispose();
  });
});

test.describe("the batch file of restartDetached, in Wine's cmd.exe", () => {
  for (const [what, exit, starts] of [
    ["starts the service when the gateway stopped as it was asked to", 0, ["stop", "start"]],
    ["leaves the start to the launcher when it had to end the gateway", 1, ["stop"]],
  ] as const) {
    test(`row 51: ${what}`, async ({ wine, home }) => {
      writeLauncher(home, script(home, wine, { command: ["start"] }));
      const file = windowsPath(join(home.path, "seen.jsonl"));
      const restart = renderRestartScript(
        {
          target: { launcher: join(home.stateDir, "gateway.vbs") },
          pid: 999_999,
          polite: {
            command: [wine.node, windowsPath(WITNESS), "stop"],
            environment: { WITNESS_FILE: file, WITNESS_EXIT: String(exit) },
          },
        },
        { userProfile: undefined, codePage: CODE_PAGE },
      );
      writeFileSync(join(home.stateDir, "gateway.restart.cmd"), restart);

      await wine.run("cmd", ["/d", "/c", "gateway.restart.cmd"], { cwd: home.stateDir });

      await expect
        .poll(() => witnessed(home).map(({ args }) => args[0]), { timeout: 60_000 })
        .toEqual(starts);
    });
  }
});

test.describe("an installation in Wine, by a Node 20 for Windows", () => {
  test("row 32: writes the files, is read back as it was given, and its task is accepted by schtasks /Create /XML", async ({
    wine,
    home,
  }) => {
    const bundle = await bundleFor("test/fixtures/schtasks/in-windows.ts", home.path);
    const definition: ServiceDefinition = {
      description: 'Clawdbot Gateway (profile: "Jürgen & Co", v1)',
      environmentFile: windowsPath(join(home.stateDir, "service.env")),
      ...script(home, wine, { command: ARGS, environment: ENVIRONMENT }),
    };
    const input = join(home.path, "definition.json");
    writeFileSync(input, JSON.stringify(definition));
    const env = { CLAWDBOT_STATE_DIR: windowsPath(home.stateDir) };

    const { stdout, stderr, code } = await wine.run(wine.node, [bundle, input].map(windowsPath), { env });

    expect(code, stderr).toBe(0);
    const { command, workingDirectory, environment } = definition;
    expect(JSON.parse(stdout)).toMatchObject({
      platform: "win32",
      file: `${windowsPath(home.stateDir)}\\gateway.cmd`,
      codePage: CODE_PAGE,
      runsScripts: true,
      isCurrent: true,
      refused: expect.stringContaining("Windows did not register the task"),
      definition: { command, workingDirectory, environment },
    });
    expect(readFileSync(join(home.stateDir, "gateway.vbs"), "utf16le")).toBe(`\uFEFF${HIDDEN_LAUNCHER}`);
  });
});

test.describe("the gateway itself in Wine, by a Node 20 for Windows (without the lock, for which that one is too old)", () => {
  test("rows 12 and 43: starts by its launcher below Jürgen & Co 100% ^x, comes back after a crash, and ends when it is asked to", async ({
    wine,
    home,
  }) => {
    const port = await freePort();
    const token = "a token for this test";
    home.writeConfig({ gateway: { mode: "local", port, auth: { mode: "token", token } } });
    const bundle = await bundleFor("sidecar/main.ts", home.path);
    const stateDir = windowsPath(home.stateDir);
    const crashFile = join(home.path, "crash");
    writeLauncher(home, {
      command: [
        wine.node,
        "--require",
        windowsPath(CRASHING),
        windowsPath(bundle),
        "gateway",
        "run",
        "--supervised",
      ],
      workingDirectory: stateDir,
      environment: {
        CRASH_FILE: windowsPath(crashFile),
        HOME: windowsPath(home.path),
        CLAWDBOT_STATE_DIR: stateDir,
        CLAWDBOT_SERVICE_MARKER: "clawdbot",
        CLAWDBOT_SERVICE_KIND: "gateway",
        CLAWDBOT_WINDOWS_TASK_NAME: "Clawdbot Gateway",
      },
      logDir: `${stateDir}\\logs`,
    });

    const launcher = wine.run("wscript", [
      "//B",
      "//Nologo",
      windowsPath(join(home.stateDir, "gateway.vbs")),
    ]);
    try {
      const first = await healthyAt(port);
      expect(factsIn(home)).toMatchObject({ service: "Clawdbot Gateway", pid: first.pid, port });
      // A process that somebody kills has the exit code 0 in Wine.
      writeFileSync(crashFile, "");
      const second = await healthyAt(port, first.instanceId);
      expect(second.pid).not.toBe(first.pid);
      const env = home.env({ CLAWDBOT_GATEWAY_TOKEN: token });
      const asked = await runCli(["gateway", "call", "shutdown", "--url", `ws://127.0.0.1:${port}`], { env });
      expect(asked.code, asked.stderr).toBe(0);
      expect((await launcher).code).toBe(0);
    } finally {
      writeFileSync(join(home.stateDir, "gateway.stop"), "");
      const left = factsIn(home);
      if (left !== undefined) await wine.run("taskkill", ["/PID", String(left.pid), "/F"]);
      await launcher;
    }
  });
});

function factsIn(home: TempHome): RuntimeInfo | undefined {
  return readFacts(join(home.stateDir, "run/gateway.json"));
}

interface Health {
  pid: number;
  instanceId: string;
}

/** What answers on the port, as soon as it is another one than `former`. */
async function healthyAt(port: number, former?: string): Promise<Health> {
  let health: Health | undefined;
  const look = async () => {
    try {
      health = (await (await fetch(`http://127.0.0.1:${port}/healthz`)).json()) as Health;
      return health.instanceId !== former;
    } catch {
      return false; // Not there yet, or just gone.
    }
  };
  await expect.poll(look, { timeout: 60_000 }).toBe(true);
  if (health === undefined) throw new Error("nothing answered");
  return health;
}

/** One of our programs for Node 20, in this directory. */
async function bundleFor(entry: string, folder: string): Promise<string> {
  const name = basename(entry, ".ts");
  await build({
    input: { [name]: join(ROOT, entry) },
    platform: "node",
    transform: { target: "node20" },
    resolve: { alias: { "node:sqlite": join(ROOT, "test/fixtures/schtasks/no-lock.mjs") } },
    external: ["node-notifier"],
    checks: { ineffectiveDynamicImport: false },
    output: {
      dir: folder,
      format: "esm",
      entryFileNames: "[name].mjs",
      chunkFileNames: "[name]-[hash].mjs",
      // The library that starts programs uses it, and Node 20 has it not yet.
      banner: "Set.prototype.union??=function(other){return new Set([...this,...other])};",
    },
  });
  return join(folder, `${name}.mjs`);
}

function readSeen(home: TempHome): string {
  try {
    return readFileSync(join(home.path, "seen.jsonl"), "utf8");
  } catch {
    return ""; // Not started yet.
  }
}
