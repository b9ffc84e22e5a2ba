import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "@playwright/test";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { treeChecksum } from "../../../../helpers/home/tree-checksum.ts";
import { freePort } from "../../../../helpers/network/ports.ts";
import { runCli, startCli } from "../../../../helpers/process/cli.ts";

const READY = /✓ log file: /;
const FIRST_FILES = ["AGENTS.md", "IDENTITY.md", "SOUL.md", "TOOLS.md", "USER.md"];

interface Homes {
  production: string;
  work: string;
  dev: string;
  devWork: string;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, text, { mode: 0o600 });
}

/** A production profile and a dev profile with a history. */
function settle(home: TempHome, devConfig: object = {}, productionConfig: object = {}): Homes {
  const homes = {
    production: join(home.path, ".clawdbot"),
    work: join(home.path, "clawd"),
    dev: join(home.path, ".clawdbot-dev"),
    devWork: join(home.path, "clawd-dev"),
  };
  for (const [state, work, config] of [
    [homes.production, homes.work, productionConfig],
    [homes.dev, homes.devWork, devConfig],
  ] as const) {
    write(join(state, "clawdbot.json"), JSON.stringify({ gateway: { mode: "local" }, ...config }));
    write(join(state, "clawdbot.json.bak"), "{}");
    write(join(state, "clawdbot.last-good.json"), "{}");
    write(join(state, "credentials", "oauth.json"), "secret");
    write(join(state, "identity", "device.json"), "key");
    write(join(state, "devices", "paired.json"), "{}");
    write(join(state, "agents", "main", "sessions", "1.jsonl"), "hello");
    write(join(work, "diary.md"), "dear diary");
  }
  return homes;
}

const workspace = (path: string) => ({ agents: { defaults: { workspace: path } } });

function git(directory: string, ...args: string[]): void {
  execFileSync("git", ["-C", directory, "-c", "user.name=T", "-c", "user.email=t@example.org", ...args], {
    stdio: "ignore",
  });
}

/** Starts, waits until the gateway listens, stops. */
async function reset(home: TempHome, args: string[], env: Record<string, string> = {}): Promise<string> {
  const gateway = startCli([...args, "--port", String(await freePort())], { env: home.env(env) });
  await gateway.waitFor(READY);
  const { code, stdout } = await gateway.stop();
  expect(code).toBe(0);
  return stdout;
}

test.describe("gateway --dev --reset", () => {
  const spellings: [args: string[], env: Record<string, string>][] = [
    [["gateway", "--dev", "--reset"], {}],
    [["gateway", "--reset", "--dev"], {}],
    [["--dev", "gateway", "--reset"], {}],
    [["--reset", "gateway", "--dev"], {}],
    [["--dev", "--reset", "gateway", "run"], {}],
    [["gateway", "--profile", "dev", "--reset"], {}],
    [["gateway", "--reset"], { CLAWDBOT_PROFILE: "dev" }],
    [["gateway", "--dev", "--reset"], { CLAWDBOT_PROFILE: "Dev" }],
    [["--reset", "gateway"], { CLAWDBOT_PROFILE: " DEV " }],
  ];
  for (const [args, env] of spellings) {
    const spelling = [...Object.entries(env).map(([name, value]) => `${name}="${value}"`), ...args].join(" ");
    test(`row 49: ${spelling} leaves the production profile byte-identical`, async ({ home }) => {
      const { production, work, dev, devWork } = settle(home);
      const before = [treeChecksum(production), treeChecksum(work)];

      const stdout = await reset(home, args, env);

      expect([treeChecksum(production), treeChecksum(work)]).toEqual(before);
      const lines = stdout.split("\n");
      expect(lines).toContain("✓ dev config created at ~/.clawdbot-dev/clawdbot.json");
      expect(lines).toContain("✓ dev workspace initialized at ~/clawd-dev");
      for (const name of ["credentials", "identity", "agents/main/sessions"]) {
        expect(existsSync(join(dev, name)), name).toBe(false);
      }
      expect(existsSync(join(dev, "devices", "paired.json"))).toBe(false);
      expect(readdirSync(devWork).sort()).toEqual(FIRST_FILES);
      expect(JSON.parse(readFileSync(join(dev, "clawdbot.json"), "utf8"))).toMatchObject({
        gateway: { mode: "local", bind: "loopback" },
        agents: { defaults: { workspace: devWork } },
      });
    });
  }

  test("row 49: leaves alone a production profile that the environment keeps elsewhere", async ({ home }) => {
    const { production, work, dev } = settle(home);
    const elsewhere = join(home.path, "srv", "clawdbot");
    mkdirSync(dirname(elsewhere));
    renameSync(production, elsewhere);
    const before = [treeChecksum(elsewhere), treeChecksum(work)];

    await reset(home, ["gateway", "--dev", "--reset"], { CLAWDBOT_STATE_DIR: elsewhere });

    expect([treeChecksum(elsewhere), treeChecksum(work)]).toEqual(before);
    expect(existsSync(join(dev, "credentials"))).toBe(false);
  });

  test("says what it moved to the trash, and works on a profile that never was", async ({ home }) => {
    const first = await reset(home, ["gateway", "--dev", "--reset"]);
    const again = await reset(home, ["gateway", "--dev", "--reset"]);

    expect(first).not.toContain("moved to the trash");
    expect(again).toMatch(/^✓ moved to the trash: ~\/\.clawdbot-dev\/clawdbot\.json\n/);
    expect(again).toContain("✓ moved to the trash: ~/clawd-dev\n");
  });

  test("makes a profile with a broken configuration start again", async ({ home }) => {
    const { dev } = settle(home);
    writeFileSync(join(dev, "clawdbot.json"), "{ gateway: ");

    expect(await reset(home, ["gateway", "--dev", "--reset"])).toContain("dev config created");
  });

  test("takes a work directory that is a git repository without uncommitted work", async ({ home }) => {
    const { devWork } = settle(home);
    git(devWork, "init", "-q");
    git(devWork, "add", ".");
    git(devWork, "commit", "-qm", "x");

    await reset(home, ["gateway", "--dev", "--reset"]);

    expect(readdirSync(devWork).sort()).toEqual(FIRST_FILES);
  });
});

test.describe("gateway --dev --reset refuses", () => {
  type Trap = (home: TempHome) => { env?: Record<string, string> } | undefined;
  const inDevConfig =
    (path: string): Trap =>
    (home) => {
      settle(home, workspace(path.replace("$HOME", home.path)));
      return undefined;
    };
  const traps: [what: string, because: RegExp, trap: Trap][] = [
    ["a work directory /", /\/ is not deleted: it is the root of a file system/, inDevConfig("/")],
    ["a work directory ~", /it is the home directory/, inDevConfig("~")],
    ["a work directory above home", /it is the home directory or holds it/, inDevConfig("$HOME/..")],
    [
      "the production work directory",
      /it touches .*clawd, which belongs to another profile/,
      inDevConfig("~/clawd"),
    ],
    [
      "a way out by dots",
      /it touches .*\.clawdbot, which belongs to another profile/,
      inDevConfig("~/clawd-dev/../.clawdbot"),
    ],
    [
      "a state directory that is the production one by the environment",
      /it touches .*, which belongs to another profile/,
      (home) => ({ env: { CLAWDBOT_PROFILE: "dev", CLAWDBOT_STATE_DIR: settle(home).production } }),
    ],
    [
      "a state directory of the environment, which the default profile would use as well",
      /it touches .*, which belongs to another profile/,
      (home) => ({ env: { CLAWDBOT_PROFILE: "dev", CLAWDBOT_STATE_DIR: settle(home).dev } }),
    ],
    [
      "a configuration elsewhere by the environment",
      /it touches .*, which belongs to another profile/,
      (home) => {
        const { production } = settle(home);
        return { env: { CLAWDBOT_PROFILE: "dev", CLAWDBOT_CONFIG_PATH: join(production, "clawdbot.json") } };
      },
    ],
    [
      "a dev state directory that is a link to the production one",
      /symbolic link|which belongs to another profile/,
      (home) => {
        const { production, dev } = settle(home);
        renameSync(dev, `${dev}-old`);
        symlinkSync(production, dev);
        return undefined;
      },
    ],
    [
      "a dev work directory that is a link to the production one",
      /symbolic link/,
      (home) => {
        const { work, devWork } = settle(home);
        renameSync(devWork, `${devWork}-old`);
        symlinkSync(work, devWork);
        return undefined;
      },
    ],
    [
      "credentials that are a link to the production ones",
      /symbolic link/,
      (home) => {
        const { production, dev } = settle(home);
        renameSync(join(dev, "credentials"), join(dev, "old"));
        symlinkSync(join(production, "credentials"), join(dev, "credentials"));
        return undefined;
      },
    ],
    [
      "a work directory that the production profile uses",
      /it touches .*clawd-dev, which belongs to another profile/,
      (home) => {
        settle(home, {}, workspace("~/clawd-dev"));
        return undefined;
      },
    ],
    [
      "a work directory that holds the production profile's",
      /it touches .*inner, which belongs to another profile/,
      (home) => {
        settle(home, {}, workspace("~/clawd-dev/inner"));
        return undefined;
      },
    ],
    [
      "a git repository with uncommitted work",
      /clawd-dev is a git repository with 1 uncommitted change/,
      (home) => {
        git(settle(home).devWork, "init", "-q");
        return undefined;
      },
    ],
    [
      "a git repository with uncommitted work deep inside",
      /a\/b is a git repository with 1 uncommitted change/,
      (home) => {
        const inner = join(settle(home).devWork, "a", "b");
        write(join(inner, "new.txt"), "new");
        git(inner, "init", "-q");
        return undefined;
      },
    ],
    [
      "a damaged git repository",
      /is a git repository that git cannot read/,
      (home) => {
        mkdirSync(join(settle(home).devWork, ".git"));
        return undefined;
      },
    ],
  ];
  for (const [what, because, trap] of traps) {
    test(`${what}, and touches nothing`, async ({ home }) => {
      const { env = {} } = trap(home) ?? {};
      const before = treeChecksum(home.path);

      const args = env.CLAWDBOT_PROFILE ? ["gateway", "--reset"] : ["gateway", "--dev", "--reset"];
      const { code, stdout, stderr } = await runCli(args, { env: home.env(env) });

      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(/ is not deleted: |^Nothing was deleted: /);
      expect(stderr).toMatch(because);
      expect(treeChecksum(home.path)).toBe(before);
    });
  }

  test("while a dev gateway runs", async ({ home }) => {
    const { dev, devWork } = settle(home);
    const port = String(await freePort());
    const running = startCli(["gateway", "--dev", "--port", port], { env: home.env() });
    await running.waitFor(READY);
    const before = treeChecksum(devWork);

    const refused = await runCli(["gateway", "--dev", "--reset"], { env: home.env() });

    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(`Gateway already running locally (PID ${running.pid}, port ${port}`);
    expect(treeChecksum(devWork)).toBe(before);
    expect(existsSync(join(dev, "agents", "main", "sessions", "1.jsonl"))).toBe(true);
    await running.stop();
  });
});
