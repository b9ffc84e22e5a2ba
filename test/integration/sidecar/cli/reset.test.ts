import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect } from "@playwright/test";
import { startGatewayProcess } from "../../../helpers/gateway/gateway-process.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { LAUNCHER } from "../../../helpers/process/clawdbot.ts";
import { startNode } from "../../../helpers/process/cli.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";
import { startInTerminal } from "../../../helpers/process/program.ts";
import { findProgram } from "../../../helpers/run/desktop-needs.ts";

const reset = (home: TempHome, args: string[], env: Record<string, string> = {}) =>
  runInProcess(["reset", ...args], { env: home.env(env) });
const trashed = (home: TempHome) => readdirSync(join(home.path, ".local", "share", "Trash", "files")).sort();

/** A profile that was used, and something of the user's own beside it. */
function usedHome(home: TempHome, suffix = ""): void {
  const state = join(home.path, `.clawdbot${suffix}`);
  for (const folder of ["credentials", "agents/main/sessions", "logs"])
    mkdirSync(join(state, folder), { recursive: true });
  writeFileSync(join(state, "clawdbot.json"), "{ gateway: { mode: 'local' } }");
  writeFileSync(join(state, "agents", "main", "sessions", "sessions.json"), "{}");
  mkdirSync(join(home.path, `clawd${suffix}`));
  writeFileSync(join(home.path, `clawd${suffix}`, "USER.md"), "mine");
  writeFileSync(join(home.path, "diary.txt"), "mine");
}

test.describe("reset", () => {
  test.skip(process.platform !== "linux", "the trash of this test is that of Linux desktops");

  test("moves the configuration to the trash and nothing else", async ({ home }) => {
    usedHome(home);

    const { code, stdout } = await reset(home, ["--scope", "config", "--yes"]);

    const place = join(home.path, ".local", "share", "Trash", "files", "clawdbot.json");
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `This goes to the trash:\n  ~/.clawdbot/clawdbot.json (configuration)\n✓ ${home.configFile} → ${place}\n`,
    });
    expect(readFileSync(place, "utf8")).toBe("{ gateway: { mode: 'local' } }");
    expect(readdirSync(home.stateDir).sort()).toEqual(["agents", "credentials", "logs"]);
  });

  test("moves credentials and chats with it, as JSON", async ({ home }) => {
    usedHome(home);

    const { code, stdout } = await reset(home, ["--scope", "config+creds+sessions", "--yes", "--json"]);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      scope: "config+creds+sessions",
      dryRun: false,
      moved: [
        { path: home.configFile, kind: "trash" },
        { path: join(home.stateDir, "credentials") },
        { path: join(home.stateDir, "agents", "main", "sessions") },
      ],
    });
    expect(trashed(home)).toEqual(["clawdbot.json", "credentials", "sessions"]);
    expect(readdirSync(home.stateDir).sort()).toEqual(["agents", "logs"]);
  });

  test("takes state and work directory of its own profile only", async ({ home }) => {
    usedHome(home);
    usedHome(home, "-dev");

    const { code } = await reset(home, ["--scope", "full", "--yes", "--dev"]);

    expect(code).toBe(0);
    expect(trashed(home)).toEqual([".clawdbot-dev", "clawd-dev"]);
    expect(readdirSync(home.path).sort()).toEqual([".clawdbot", ".local", "clawd", "diary.txt"]);
  });

  test("only shows what would go with --dry-run, and changes nothing", async ({ home }) => {
    usedHome(home);

    const { code, stdout } = await reset(home, ["--scope", "full", "--dry-run"]);

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        "This would go to the trash:\n  ~/.clawdbot (everything the gateway keeps)\n  ~/clawd (work directory)\n",
    });
    expect(readdirSync(home.path).sort()).toEqual([".clawdbot", "clawd", "diary.txt"]);
  });

  test("leaves nothing half-made in the trash of a full disk, and renames instead", async ({ home }) => {
    test.skip(process.getuid?.() !== 0, "a disk of its own needs root");
    test.skip(findProgram("unshare") === undefined, "unshare (util-linux) is missing");
    const script = [
      'mount -t tmpfs -o size=16k tmpfs "$1"; cd "$1"',
      "mkdir -p .clawdbot .local/share/Trash/files .local/share/Trash/info",
      "echo '{}' > .clawdbot/clawdbot.json; head -c 99999 /dev/zero > fill 2> /dev/null",
      '"$2" "$3" reset --scope config --yes; code=$?',
      "find .local .clawdbot -type f; exit $code",
    ].join("; ");
    const words = ["--mount", "sh", "-c", script, "sh", home.path, process.execPath, LAUNCHER];

    const { code, stdout, stderr } = await startNode(words, { env: home.env() }, "unshare").ended;

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/\n\.clawdbot\/clawdbot\.json\.trash-\d{8}-\d{6}\n$/);
    expect(stdout).not.toContain(".trashinfo");
  });

  test("has nothing to do where nothing exists, and creates nothing", async ({ home }) => {
    for (const yes of [["--yes"], []])
      expect(await reset(home, ["--scope", "full", ...yes])).toMatchObject({
        code: 0,
        stdout: "Nothing to reset: none of it exists.\n",
      });
    expect(readdirSync(home.path)).toEqual([]);
  });

  test("asks for a scope, and for --yes where nobody can answer", async ({ home }) => {
    usedHome(home);

    expect(await reset(home, ["--yes"])).toMatchObject({
      code: 2,
      stderr: "--scope: expected one of config, config+creds+sessions, full\n",
    });
    expect(await reset(home, ["--scope", "config"])).toMatchObject({
      code: 2,
      stderr: "reset asks before it deletes: pass --yes, or --dry-run to see what would go\n",
    });
    expect(existsSync(home.configFile)).toBe(true);
  });

  test("lists before it asks, and takes an empty answer for no", async ({ home }) => {
    test.skip(findProgram("script") === undefined, "script (util-linux) is not installed");
    usedHome(home);
    const words = [process.execPath, LAUNCHER, "reset", "--scope", "config"];

    const no = await startInTerminal(words, home.env(), "\n").ended;
    expect(stripVTControlCharacters(no.stdout)).toMatch(
      /This goes to the trash:\s+~\/\.clawdbot\/clawdbot\.json.*\s+Reset config: move this to the trash\? \[y\/N\]/,
    );
    expect(existsSync(home.configFile)).toBe(true);

    const yes = await startInTerminal(words, home.env(), "y\n").ended;
    expect({ no: no.code, yes: yes.code, left: existsSync(home.configFile) }).toEqual({
      no: 0,
      yes: 0,
      left: false,
    });
  });

  test("refuses while a gateway runs", async ({ home }) => {
    const gateway = await startGatewayProcess(home);

    const { code, stderr } = await reset(home, ["--scope", "full", "--yes"]);
    await gateway.process.stop();

    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(
        `^Nothing was deleted: a gateway runs on .* \\(PID ${gateway.pid}\\)\\.\nFix: stop it first: kill`,
      ),
    );
    expect(existsSync(home.configFile)).toBe(true);
  });

  test("refuses traps: a state directory that is a link, the home, the production profile", async ({
    home,
  }) => {
    usedHome(home);
    symlinkSync(home.stateDir, join(home.path, ".clawdbot-dev"));
    const before = readdirSync(home.path, { recursive: true }).sort();

    for (const [args, env] of [
      [["--dev"], {}],
      [[], { CLAWDBOT_PROFILE: "dev" }],
      [[], { CLAWDBOT_PROFILE: "dev", CLAWDBOT_STATE_DIR: home.stateDir }],
      [["--profile", "x"], { CLAWDBOT_PROFILE: "x", CLAWDBOT_STATE_DIR: home.path }],
      [["--profile", "x"], { CLAWDBOT_PROFILE: "x", CLAWDBOT_STATE_DIR: `${home.path}/.clawdbot/..` }],
    ] as const) {
      writeFileSync(join(home.path, ".env"), "");
      const { code, stdout } = await reset(home, ["--scope", "full", "--yes", "--json", ...args], env);

      expect({ code, ...JSON.parse(stdout) }, JSON.stringify({ args, env })).toMatchObject({
        code: 1,
        ok: false,
        error: { type: "setup", code: "PATH_PROTECTED" },
      });
    }
    expect(readdirSync(home.path, { recursive: true }).sort()).toEqual([...before, ".env"].sort());
  });

  test("refuses a work directory with work that is not committed", async ({ home }) => {
    test.skip(findProgram("git") === undefined, "git is not installed");
    usedHome(home);
    execFileSync("git", ["init", "-q", join(home.path, "clawd")], { env: home.env(), stdio: "pipe" });

    const { code, stderr } = await reset(home, ["--scope", "full", "--yes"]);

    expect(code).toBe(1);
    expect(stderr).toContain(
      `Nothing was deleted: ${join(home.path, "clawd")} is a git repository with 1 uncommitted change.\n`,
    );
    expect(existsSync(join(home.path, "clawd", "USER.md"))).toBe(true);
  });
});
