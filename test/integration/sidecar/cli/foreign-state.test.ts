/** Root, by `sudo` or by itself, in the home of somebody else; and what such a visit left, met by its owner. */
import { chownSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { LAUNCHER } from "../../../helpers/process/clawdbot.ts";
import { type CliResult, runCli, startCli, startNode } from "../../../helpers/process/cli.ts";
import { runBuilt } from "../../../helpers/process/run-built.ts";
import { findProgram } from "../../../helpers/run/desktop-needs.ts";

const NOBODY = 65_534;

test.skip(process.getuid?.() !== 0 || process.platform !== "linux", "only root can visit others");

/** A home of `nobody`, with a configuration that starts. */
async function homeOfNobody(home: TempHome): Promise<number> {
  const port = await freePort();
  home.writeConfig({ gateway: { mode: "local", port, auth: { mode: "token", token: TEST_TOKEN } } });
  for (const path of [join(home.path, ".."), home.path, home.stateDir, home.configFile])
    chownSync(path, NOBODY, NOBODY);
  return port;
}

function filesOf(home: TempHome): string[] {
  return readdirSync(home.path, { recursive: true, encoding: "utf8" }).sort();
}

const WRITERS: readonly (readonly string[])[] = [
  ["start"],
  ["gateway"],
  ["gateway", "run", "--supervised"],
  ["gateway", "--force"],
  ["gateway", "install"],
  ["gateway", "start"],
  ["gateway", "stop"],
  ["gateway", "restart"],
  ["gateway", "uninstall"],
  ["config", "set", "gateway.port", "1234"],
  ["config", "unset", "gateway.port"],
  ["config", "edit"],
  ["doctor", "--fix"],
  ["doctor", "--repair", "--non-interactive"],
  ["reset", "--scope", "config", "--yes"],
  ["uninstall", "--all", "--yes"],
  ["backup", "create"],
  ["backup", "restore", "a.tar.gz"],
  ["onboard", "--non-interactive", "--accept-risk"],
];

const READERS: readonly (readonly string[])[] = [
  ["gateway", "status"],
  ["config", "get", "gateway.port"],
  ["config", "validate"],
  ["reset", "--scope", "config", "--dry-run"],
  ["doctor", "--non-interactive"],
];

test.describe("root in the home of somebody else", () => {
  test.describe.configure({ timeout: 90_000 });

  test("F12: sudo leaves no file by any command that writes; each says what to run instead", async ({
    home,
  }) => {
    await homeOfNobody(home);
    const before = filesOf(home);
    const env = home.env({ SUDO_USER: "mira" });

    const results: CliResult[] = [];
    for (const args of WRITERS) results.push(await runBuilt([...args], { env, cwd: "/" }));

    const said = results.map(({ stderr }) => stderr.split("\n")[0]);
    expect(new Set(said)).toEqual(
      new Set(
        [home.path, home.stateDir].map(
          (path) => `Run by sudo, this would put files of root into ${path}, where mira could not use them.`,
        ),
      ),
    );
    expect(results.map(({ code }) => code)).toEqual(
      WRITERS.map((args) => (args.includes("--supervised") ? 78 : 1)),
    );
    expect(
      results.filter(({ stderr }) => !stderr.includes("Fix: run it as mira, without sudo: clawdbot ")),
    ).toEqual([]);
    expect(filesOf(home)).toEqual(before);
  });

  test("F12: root without sudo is told the owner, also by the tray", async ({ home }) => {
    await homeOfNobody(home);
    const gateway = await runCli(["gateway"], { env: home.env() });
    const tray = await runCli(["tray"], { env: home.env() });

    const said = `Run as root, this would put files of root into ${home.stateDir}, which belongs to nobody.`;
    expect(gateway).toMatchObject({
      code: 1,
      stderr: `${said}\nFix: run it as nobody: sudo -u nobody clawdbot gateway; CLAWDBOT_ALLOW_ROOT=1 insists, for containers\n`,
    });
    expect(tray).toMatchObject({ code: 1, stderr: expect.stringContaining(said) });
  });

  test("F12: what only reads goes on, and doctor says as whom to repair", async ({ home }) => {
    await homeOfNobody(home);
    const before = filesOf(home);

    const results = await Promise.all(
      READERS.map((args) => runBuilt([...args], { env: home.env({ SUDO_USER: "mira" }) })),
    );

    expect(results.filter(({ stderr }) => stderr.includes("Run by sudo"))).toEqual([]);
    expect(results.at(-1)?.stdout).toContain("sudo -u nobody clawdbot doctor");
    expect(filesOf(home)).toEqual(before);
  });

  test("F12: who insists starts, as a container may have to", async ({ home }) => {
    await homeOfNobody(home);

    const gateway = startCli(["gateway"], { env: home.env({ CLAWDBOT_ALLOW_ROOT: "1" }) });
    await gateway.waitFor(/log file: /);

    expect((await gateway.stop()).code).toBe(0);
  });

  test("S10: a state directory of its own that leads into a foreign one is refused as well", async ({
    home,
  }) => {
    const theirs = join(home.path, "theirs");
    mkdirSync(theirs);
    chownSync(theirs, NOBODY, NOBODY);

    const { code, stderr } = await runCli(["gateway", "--allow-unconfigured"], {
      env: home.env({ CLAWDBOT_STATE_DIR: join(theirs, "not", "there", "yet") }),
    });

    expect({ code, left: readdirSync(theirs) }).toEqual({ code: 1, left: [] });
    expect(stderr).toContain(`into ${theirs}, which belongs to nobody`);
  });
});

test.describe("what root left in a home", () => {
  const asNobody = (home: TempHome, ...args: string[]) => {
    const words = [
      `--reuid=${NOBODY}`,
      `--regid=${NOBODY}`,
      "--clear-groups",
      process.execPath,
      LAUNCHER,
      ...args,
    ];
    return startNode(words, { env: home.env() }, "setpriv").ended;
  };

  test.skip(findProgram("setpriv") === undefined, "setpriv (util-linux) is missing");

  test("F12: the very file is named with its owner and the command that gives it back", async ({ home }) => {
    await homeOfNobody(home);
    const run = join(home.stateDir, "run");
    mkdirSync(run);
    chownSync(run, NOBODY, NOBODY);
    const lock = join(run, "gateway.lock");
    writeFileSync(lock, "", { mode: 0o600 });

    const { code, stderr } = await asNobody(home, "gateway");

    expect(code).toBe(1);
    expect(stderr).toBe(
      `Cannot write ${lock}: permission denied (EACCES): it belongs to root\n` +
        `Fix: give it back to this user: sudo chown -R "$(id -un)" ${lock}\n`,
    );
  });

  test("F12: a directory on the way is named in the same manner", async ({ home }) => {
    await homeOfNobody(home);
    const run = join(home.stateDir, "run");
    mkdirSync(run, { mode: 0o755 });

    const { stderr } = await asNobody(home, "gateway");

    expect(stderr).toContain(`Cannot write ${run}: permission denied (EACCES): it belongs to root\n`);
    expect(stderr).toContain(`sudo chown -R "$(id -un)" ${run}\n`);
  });

  test("F12: a closed directory of one's own is told by its mode", async ({ home }) => {
    await homeOfNobody(home);
    const run = join(home.stateDir, "run");
    mkdirSync(run, { mode: 0o500 });
    chownSync(run, NOBODY, NOBODY);

    const { stderr } = await asNobody(home, "gateway");

    expect(stderr).toContain(`Cannot write ${run}: permission denied (EACCES): it has mode 0500\n`);
  });
});

test.describe("a Node that lacks something", () => {
  const withNode = (home: TempHome, options: readonly string[], ...args: string[]) =>
    startNode([...options, LAUNCHER, ...args], { env: home.env() }).ended;

  test("F12: without node:sqlite the missing module is named", async ({ home }) => {
    const { code, stderr } = await withNode(
      home,
      ["--no-experimental-sqlite"],
      "gateway",
      "--allow-unconfigured",
    );

    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^\S+ \(Node \S+\) was built without the module node:sqlite, which the gateway needs\.\nFix: use another Node/,
    );
    expect(statSync(home.stateDir, { throwIfNoEntry: false })).toBeUndefined();
  });

  test("F12: with the permission model of Node the option is named that opens the directory", async ({
    home,
  }) => {
    mkdirSync(home.stateDir, { mode: 0o700 });
    const options = ["--permission", "--allow-fs-read=*"];

    const { code, stderr } = await withNode(home, options, "gateway", "--allow-unconfigured");

    expect(code).toBe(1);
    expect(stderr).toContain(
      "Node's permission model forbids it (--permission)\nFix: start Node without --permission, or with --allow-fs-write=",
    );
    expect(stderr).not.toContain("    at ");
  });
});
