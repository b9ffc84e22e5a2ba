import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect } from "@playwright/test";
import { MIN_NODE_VERSION } from "../../../shared/version.ts";
import { type TempHome, test } from "../../helpers/home/temp-home.ts";
import { freePort } from "../../helpers/network/ports.ts";
import { LAUNCHER, SOURCE_LAUNCHER } from "../../helpers/process/clawdbot.ts";
import { startNode } from "../../helpers/process/cli.ts";

const SYSTEM_NODE = "/usr/bin/node";
const NO_OLD_NODE = `${SYSTEM_NODE} is missing or not older than ${MIN_NODE_VERSION}`;

/** Prints who runs it with which arguments; `wait` waits for a signal, `die` ends by one, a number is the exit code. */
const FAKE_PROGRAM = `
const [mode] = process.argv.slice(2);
if (mode === "wait") {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => { console.log(signal); process.exit(7); });
  setInterval(() => {}, 1000);
} else if (mode !== "die") process.exitCode = Number(mode) || 0;
console.log(JSON.stringify({ node: process.version, args: process.argv.slice(2), pid: process.pid }));
if (mode === "die") process.kill(process.pid, "SIGKILL");
`;

/** A package as npm installs it, with programs that only report. */
function createPackage(home: TempHome): { root: string; launcher: string } {
  const root = join(home.path, "package");
  mkdirSync(join(root, "dist"), { recursive: true });
  writeFileSync(join(root, "package.json"), JSON.stringify({ version: "9.8.7", type: "module" }));
  copyFileSync(SOURCE_LAUNCHER, join(root, "dist", "launch.cjs"));
  writeFileSync(join(root, "dist", "sidecar.js"), `console.log("gateway program");${FAKE_PROGRAM}`);
  writeFileSync(join(root, "dist", "tray.js"), `console.log("tray program");${FAKE_PROGRAM}`);
  return { root, launcher: join(root, "dist", "launch.cjs") };
}

/** The system's Node when it is older than the program needs. */
function oldNode(): string | undefined {
  if (!existsSync(SYSTEM_NODE)) return undefined;
  const version = execFileSync(SYSTEM_NODE, ["--version"], { encoding: "utf8" });
  const [major = 0, minor = 0] = version.slice(1).split(".").map(Number);
  const [minMajor = 0, minMinor = 0] = MIN_NODE_VERSION.split(".").map(Number);
  return major < minMajor || (major === minMajor && minor < minMinor) ? SYSTEM_NODE : undefined;
}

test.describe("the launcher on a Node that is new enough", () => {
  test("answers --version from the package, without loading a program", async ({ home }) => {
    const { launcher } = createPackage(home);

    for (const flag of ["--version", "-V"]) {
      expect(await startNode([launcher, flag], { env: home.env() }).ended).toMatchObject({
        code: 0,
        stdout: "9.8.7\n",
      });
    }
  });

  test("loads the tray for the word tray and the gateway's program for everything else", async ({ home }) => {
    const { launcher } = createPackage(home);
    const run = (...args: string[]) => startNode([launcher, ...args], { env: home.env() }).ended;

    expect((await run("tray", "--status")).stdout).toMatch(/^tray program\n/);
    expect((await run("0", "tray")).stdout).toMatch(/^gateway program\n/);
    for (const words of [["tray"], ["tray", "--or-foreground", "--profile", "work"], ["tray", "--dev"]]) {
      expect((await run(...words)).stdout, words.join(" ")).toMatch(/^tray program\n/);
    }
    // What only people type is read where every command line is.
    for (const words of [
      ["--json", "tray"],
      ["tray", "--help"],
      ["tray", "--profile"],
      ["tray", "x"],
    ]) {
      expect((await run(...words)).stdout, words.join(" ")).toMatch(/^gateway program\n/);
    }
    expect((await run("42")).code).toBe(42);
  });

  test("works through the link that npm makes", async ({ home }) => {
    const { launcher } = createPackage(home);
    const link = join(home.path, "clawdbot");
    symlinkSync(launcher, link);

    expect(await startNode([link, "3"], { env: home.env() }).ended).toMatchObject({ code: 3 });
  });

  test("keeps compiled code inside the package, and does without where it cannot", async ({ home }) => {
    const { root, launcher } = createPackage(home);
    const cache = join(root, "dist", ".compile-cache");

    await startNode([launcher, "0"], { env: home.env() }).ended;
    expect(readdirSync(cache)).not.toHaveLength(0);

    const other = createPackage({ ...home, path: join(home.path, "other") });
    writeFileSync(join(other.root, "dist", ".compile-cache"), "in the way");
    expect(await startNode([other.launcher, "0"], { env: home.env() }).ended).toMatchObject({
      code: 0,
      stderr: "",
    });
  });

  test("starts from the source tree too", async ({ home }) => {
    const { code, stdout } = await startNode([SOURCE_LAUNCHER, "config", "path"], { env: home.env() }).ended;

    expect({ code, stdout }).toEqual({ code: 0, stdout: `${home.configFile}\n` });
  });
});

test.describe("the launcher on a Node that is too old", () => {
  const old = oldNode();
  test.skip(old === undefined, NO_OLD_NODE);

  const run = (home: TempHome, launcher: string, args: string[], path?: string) =>
    startNode([launcher, ...args], { env: home.env(path === undefined ? {} : { PATH: path }) }, old);

  test("runs on the Node that lies in the package, with the same arguments and exit code", async ({
    home,
  }) => {
    const { root, launcher } = createPackage(home);
    mkdirSync(join(root, "node_modules", "node", "bin"), { recursive: true });
    symlinkSync(process.execPath, join(root, "node_modules", "node", "bin", "node"));

    const { code, stdout } = await run(home, launcher, ["5", "two words", "--x=ä"], "/usr/bin").ended;

    expect(code).toBe(5);
    expect(JSON.parse(stdout.split("\n")[1] ?? "")).toMatchObject({
      node: process.version,
      args: ["5", "two words", "--x=ä"],
    });
  });

  test("U10: starts the Node of the package once, not a first time for its version", async ({ home }) => {
    const { root, launcher } = createPackage(home);
    const pinned = join(root, "node_modules", "node");
    const calls = join(home.path, "calls");
    mkdirSync(join(pinned, "bin"), { recursive: true });
    writeFileSync(join(pinned, "package.json"), JSON.stringify({ name: "node", version: "24.1.0" }));
    const script = `#!/bin/sh\necho "$@" >> '${calls}'\nexec '${process.execPath}' "$@"\n`;
    writeFileSync(join(pinned, "bin", "node"), script, { mode: 0o755 });

    expect(await run(home, launcher, ["6"], "/usr/bin:/bin").ended).toMatchObject({ code: 6 });
    expect(readFileSync(calls, "utf8")).toBe(`${launcher} 6\n`);
  });

  test("U10: passes over a Node of the package that is too old, without starting it", async ({ home }) => {
    const { root, launcher } = createPackage(home);
    const pinned = join(root, "node_modules", "node");
    mkdirSync(join(pinned, "bin"), { recursive: true });
    writeFileSync(join(pinned, "package.json"), JSON.stringify({ name: "node", version: "20.1.0" }));
    writeFileSync(join(pinned, "bin", "node"), "#!/bin/sh\nexit 66\n", { mode: 0o755 });
    const folder = join(home.path, "bin");
    mkdirSync(folder);
    symlinkSync(process.execPath, join(folder, "node"));

    expect(await run(home, launcher, ["4"], `/usr/bin:${folder}`).ended).toMatchObject({ code: 4 });
  });

  test("runs on a newer Node of PATH", async ({ home }) => {
    const { launcher } = createPackage(home);
    const folder = join(home.path, "bin");
    mkdirSync(folder);
    symlinkSync(process.execPath, join(folder, "node"));

    expect(await run(home, launcher, ["4"], `/usr/bin:${folder}`).ended).toMatchObject({ code: 4 });
  });

  test("says in one line what it needs when there is none", async ({ home }) => {
    const { launcher } = createPackage(home);

    const { code, stdout, stderr } = await run(home, launcher, ["gateway"], "/usr/bin").ended;

    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      new RegExp(
        `^clawdbot needs Node ${MIN_NODE_VERSION} or newer, this is \\d+[^\n]+: run npm install --global node@24, [^\n]+\n$`,
      ),
    );
  });

  test("answers --version all the same", async ({ home }) => {
    const { launcher } = createPackage(home);

    expect(await run(home, launcher, ["--version"], "/usr/bin").ended).toMatchObject({
      code: 0,
      stdout: "9.8.7\n",
    });
  });

  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    test(`passes ${signal} on and waits for the end`, async ({ home }) => {
      const { launcher } = createPackage(home);
      const launched = run(home, launcher, ["wait"]);
      await launched.waitFor(/"pid":\d+/);

      expect(await launched.stop(signal)).toMatchObject({ code: 7, stdout: expect.stringContaining(signal) });
    });
  }

  test("ends by the signal that ended the program", async ({ home }) => {
    const { launcher } = createPackage(home);

    expect(await run(home, launcher, ["die"]).ended).toMatchObject({ code: null, signal: "SIGKILL" });
  });

  test("runs the real program of the source tree", async ({ home }) => {
    expect(await run(home, SOURCE_LAUNCHER, ["config", "path"]).ended).toMatchObject({
      code: 0,
      stdout: `${home.configFile}\n`,
    });
  });
});

test.describe("the bundled program", () => {
  /** The built program in a package of its own, with a tray that only reports. */
  function bundle(home: TempHome): string {
    const { root, launcher } = createPackage(home);
    const built = dirname(LAUNCHER);
    const isOurs = (file: string) => basename(file) !== "tray.js";
    cpSync(built, join(root, "dist"), { recursive: true, filter: isOurs });
    return launcher;
  }

  test("runs gateway, health, config and discovery, and is replaced by the tray on a desktop", async ({
    home,
  }) => {
    const launcher = bundle(home);
    const port = String(await freePort());
    const env = home.env({ CLAWDBOT_GATEWAY_PORT: port });
    const run = (...args: string[]) => startNode([launcher, ...args], { env });

    const gateway = run("start");
    await gateway.waitFor(/✓ log file/);
    const health = await run("gateway", "health").ended;
    const set = await run("config", "set", "logging.level", "debug").ended;
    const discover = await run("gateway", "discover", "--timeout", "200", "--json").ended;
    await gateway.stop();
    const onDesktop = startNode([launcher, "start", "--profile", "work"], {
      env: home.env({ DISPLAY: ":77" }),
    });
    const { stdout, stderr } = await onDesktop.ended;

    expect(health).toMatchObject({ code: 0, stderr: "" });
    expect(set).toMatchObject({ code: 0 });
    expect(discover.stdout).not.toContain("is not a constructor");
    expect(discover.signal).toBe(null);
    const tray = JSON.parse(stdout.split("\n").find((line) => line.startsWith("{")) ?? "");
    expect(tray).toMatchObject({
      args: ["tray", "--or-foreground", "--profile", "work"],
      pid: onDesktop.pid,
    });
    expect(stderr).toBe("");
  });
});
