import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { expect } from "@playwright/test";
import { acquireLock } from "../../../../shared/node/lock.ts";
import { resolveProfileContext } from "../../../../shared/node/profile-context.ts";
import { autostartFor } from "../../../../tray/autostart.ts";
import { startGatewayProcess } from "../../../helpers/gateway/gateway-process.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { LAUNCHER } from "../../../helpers/process/clawdbot.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";
import { startInTerminal } from "../../../helpers/process/program.ts";
import { findProgram } from "../../../helpers/run/desktop-needs.ts";
import { test as serviceTest } from "../../../helpers/service/gateway-service.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url)).replace(/\/$/, "");

/** Whoever runs the tests may have a service of the usual name. */
const UNIT = { CLAWDBOT_SYSTEMD_UNIT: `clawdbot-test-${process.pid}` };

const uninstall = (home: TempHome, ...args: string[]) =>
  runInProcess(["uninstall", ...args], { env: home.env(UNIT) });
const trashed = (home: string) => readdirSync(join(home, ".local", "share", "Trash", "files")).sort();

/** A profile that was used, with everything that uninstall knows, and something of the user's own beside it. */
function usedHome(home: TempHome): string {
  mkdirSync(join(home.stateDir, "logs"), { recursive: true });
  writeFileSync(home.configFile, "{ gateway: { mode: 'local' } }");
  mkdirSync(join(home.path, "clawd"));
  mkdirSync(join(home.path, ".clawdbot-work"));
  writeFileSync(join(home.path, "diary.txt"), "mine");
  const context = resolveProfileContext({ profile: undefined, dev: false }, home.env(), process.platform);
  autostartFor(context, ["/usr/bin/clawdbot", "tray"]).set(true);
  return join(home.path, ".config", "autostart", "clawdbot.desktop");
}

test.describe("uninstall", () => {
  test.skip(process.platform !== "linux", "the trash of this test is that of Linux desktops");

  test("takes the state and nothing else", async ({ home }) => {
    const entry = usedHome(home);

    const { code, stdout } = await uninstall(home, "--state", "--yes");

    expect(code).toBe(0);
    expect(stdout).toContain(
      "This is removed:\n  ~/.clawdbot (everything the gateway keeps, to the trash)\n",
    );
    expect(stdout).toContain(`Another profile stays: ${join(home.path, ".clawdbot-work")}\n`);
    expect(trashed(home.path)).toEqual([".clawdbot"]);
    expect(existsSync(entry)).toBe(true);
    expect(readdirSync(home.path).sort()).toEqual([
      ".clawdbot-work",
      ".config",
      ".local",
      "clawd",
      "diary.txt",
    ]);
  });

  test("takes the work directory and nothing else", async ({ home }) => {
    usedHome(home);

    expect((await uninstall(home, "--workspace", "--yes")).code).toBe(0);

    expect(trashed(home.path)).toEqual(["clawd"]);
    expect(existsSync(home.configFile)).toBe(true);
  });

  test("takes the place at login, and says how to remove the program without deleting a checkout", async ({
    home,
  }) => {
    const entry = usedHome(home);

    const { code, stdout } = await uninstall(home, "--app", "--yes");

    expect(code).toBe(0);
    expect(stdout).toContain(`The program runs from ${ROOT}, which is yours to delete.\n`);
    expect(existsSync(entry)).toBe(false);
    expect(existsSync(home.configFile)).toBe(true);
    expect(existsSync(LAUNCHER)).toBe(true);
  });

  test("only shows with --dry-run, as one document with --json", async ({ home }) => {
    const entry = usedHome(home);

    const { code, stdout } = await uninstall(home, "--all", "--dry-run", "--json");

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      dryRun: true,
      parts: ["service", "state", "workspace", "app"],
      targets: [{ path: home.stateDir }, { path: join(home.path, "clawd") }, { path: entry }],
      moved: [],
    });
    expect(existsSync(home.configFile) && existsSync(entry)).toBe(true);
  });

  test("wants to know what goes, and --yes where nobody can answer", async ({ home }) => {
    usedHome(home);

    expect(await uninstall(home, "--yes")).toMatchObject({
      code: 2,
      stderr: "uninstall: say what goes: --service, --state, --workspace, --app or --all\n",
    });
    expect(await uninstall(home, "--all")).toMatchObject({
      code: 2,
      stderr: "uninstall asks before it deletes: pass --yes, or --dry-run to see what would go\n",
    });
    expect(existsSync(home.configFile)).toBe(true);
  });

  test("has nothing to do where nothing exists, and creates nothing", async ({ home }) => {
    const { code, stdout } = await uninstall(home, "--service", "--state", "--workspace");

    expect({ code, stdout }).toEqual({ code: 0, stdout: "Nothing to remove: none of it exists.\n" });
    expect(readdirSync(home.path)).toEqual([]);
  });

  test("lists before it asks, and takes an empty answer for no", async ({ home }) => {
    test.skip(findProgram("script") === undefined, "script (util-linux) is not installed");
    usedHome(home);
    const words = [process.execPath, LAUNCHER, "uninstall", "--workspace"];

    const no = await startInTerminal(words, home.env(UNIT), "\n").ended;
    expect(stripVTControlCharacters(no.stdout)).toMatch(
      /This is removed:\s+~\/clawd \(work directory, to the trash\)\s+Remove this\? \[y\/N\]/,
    );
    expect(existsSync(join(home.path, "clawd"))).toBe(true);

    expect((await startInTerminal(words, home.env(UNIT), "y\n").ended).code).toBe(0);
    expect(existsSync(join(home.path, "clawd"))).toBe(false);
  });

  test("deletes nothing while a gateway runs that no service started", async ({ home }) => {
    const gateway = await startGatewayProcess(home);

    const { code, stderr } = await uninstall(home, "--all", "--yes");
    await gateway.process.stop();

    expect(code).toBe(1);
    expect(stderr).toContain(`Nothing was deleted: a gateway runs on ${home.stateDir} (PID ${gateway.pid}).`);
    expect(existsSync(home.configFile)).toBe(true);
  });

  test("deletes nothing while the tray runs", async ({ home }) => {
    usedHome(home);
    const lock = await acquireLock(join(home.stateDir, "run", "tray.lock"));

    const { code, stderr } = await uninstall(home, "--all", "--yes");
    lock?.dispose();

    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        "Nothing was deleted: the tray runs and would write its files again.\nFix: quit the tray first\n",
    });
    expect(existsSync(home.configFile)).toBe(true);
  });
});

serviceTest.describe("uninstall with a service", () => {
  serviceTest("stops and removes the service alone", async ({ place }) => {
    await place.clawdbot("gateway", "install");

    const { code, stdout } = await place.clawdbot("uninstall", "--service", "--yes");

    expect(code).toBe(0);
    expect(stdout).toContain(
      `(service ${place.unit}: stopped and deleted)\n✓ service ${place.unit} removed\n`,
    );
    expect(existsSync(place.unitFile)).toBe(false);
    expect(place.systemd.processesOf(place.unit)).toEqual([]);
    expect(readFileSync(place.context.paths.configFile, "utf8")).toContain("local");
  });

  serviceTest("takes the service of the node along", async ({ place }) => {
    const node = `clawdbot-node-${place.profile}.service`;
    const installed = await place.clawdbot("node", "install", "--display-name", "Here");

    const state = await place.clawdbot("uninstall", "--state", "--dry-run");
    const { code, document } = await place.json("uninstall", "--service", "--yes");
    const again = await place.clawdbot("uninstall", "--service", "--yes");

    expect(installed.code).toBe(0);
    expect(state.stdout).toContain(`The service (${node}) stays`);
    expect({ code, document }).toMatchObject({
      code: 0,
      document: { nodeService: { name: node } },
    });
    expect(place.systemd.processesOf(node)).toEqual([]);
    expect(again.stdout).toBe("Nothing to remove: none of it exists.\n");
  });

  serviceTest("leaves nothing behind where the state went before the service", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    await place.clawdbot("gateway", "stop");
    const state = await place.clawdbot("uninstall", "--state", "--yes");

    const { code, document } = await place.json("uninstall", "--all", "--yes");

    expect(state.code).toBe(0);
    expect({ code, moved: document.moved }).toEqual({
      code: 0,
      moved: [expect.objectContaining({ path: place.stateDir })],
    });
    expect(existsSync(place.stateDir)).toBe(false);
  });

  serviceTest(
    "stops it before the state goes, and refuses to take the state from under it",
    async ({ place }) => {
      await place.clawdbot("gateway", "install");

      const alone = await place.clawdbot("uninstall", "--state", "--yes");
      const both = await place.json("uninstall", "--service", "--state", "--yes");

      expect(alone.code).toBe(1);
      expect(alone.stderr).toContain(
        `clawdbot --profile ${place.profile} gateway stop (systemctl --user stop`,
      );
      expect(both.code).toBe(0);
      expect(both.document).toMatchObject({
        ok: true,
        service: { name: place.unit, file: place.unitFile, running: true },
        moved: [{ path: place.stateDir }],
      });
      expect(existsSync(place.unitFile) || existsSync(place.stateDir)).toBe(false);
      expect(await place.instanceAt(place.port)).toBeUndefined();
    },
  );
});
