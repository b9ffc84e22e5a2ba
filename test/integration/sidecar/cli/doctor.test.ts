/** Broken installations: `clawdbot doctor` finds what is wrong, `--fix` repairs what it says, and a second run reports nothing of it. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "@playwright/test";
import { isAlive } from "../../../../shared/node/process-identity.ts";
import type { FailedRepair, Repaired } from "../../../../sidecar/setup/doctor/run-checks.ts";
import { type GatewayProcess, startGatewayProcess } from "../../../helpers/gateway/gateway-process.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { treeChecksum } from "../../../helpers/home/tree-checksum.ts";
import { startPortServer } from "../../../helpers/network/port-server.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { recordTailscale } from "../../../helpers/network/tailscale.ts";
import { LAUNCHER } from "../../../helpers/process/clawdbot.ts";
import { type CliProcess, runCli, startCli, startNode } from "../../../helpers/process/cli.ts";
import { runBuilt } from "../../../helpers/process/run-built.ts";
import { openTerminal } from "../../../helpers/process/terminal.ts";
import { findProgram } from "../../../helpers/run/desktop-needs.ts";

/** The only secret of these installations, wherever it stands. */
const SECRET = "a-secret-that-nobody-prints";

interface Document {
  ok: boolean;
  findings: {
    code: string;
    level: string;
    message: string;
    subject?: string;
    remedy?: string;
    repair?: object;
  }[];
  repaired: Repaired[];
  failed: FailedRepair[];
}

/** What a test did to the home, and how to undo what outlives it. */
interface Damage {
  env?: Record<string, string>;
  end?: () => Promise<unknown> | undefined;
}

interface Case {
  what: string;
  code: string;
  damage: (home: TempHome) => Promise<Damage> | Damage;
  /** What `--fix` says it did; absent for what people have to do themselves. */
  done?: RegExp;
  exitCode: number;
}

async function soundConfig(more: object = {}, port?: number) {
  const auth = { mode: "token", token: SECRET };
  return { gateway: { mode: "local", port: port ?? (await freePort()), auth, ...more } };
}

/** Writes a configuration that is broken by these members of `gateway`. */
function configured(more: object): Case["damage"] {
  return async (home) => {
    home.writeConfig(await soundConfig(more));
    return {};
  };
}

/** A sound configuration, and then something else. */
function sound(damage: (home: TempHome) => Damage | undefined): Case["damage"] {
  return async (home) => {
    home.writeConfig(await soundConfig());
    return damage(home) ?? {};
  };
}

const lastGoodOf = (home: TempHome) => join(home.stateDir, "clawdbot.last-good.json");

function file(path: string, content = "", mode = 0o600): undefined {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, content);
  chmodSync(path, mode);
}

const CASES: Case[] = [
  {
    what: "no configuration",
    code: "config-missing",
    damage: () => ({}),
    done: /^wrote .*clawdbot\.json$/,
    exitCode: 1,
  },
  {
    what: "a configuration cut off in the middle",
    code: "config-unparseable",
    damage: async (home) => {
      home.writeConfig(JSON.stringify(await soundConfig()).slice(0, 40));
      file(lastGoodOf(home), JSON.stringify(await soundConfig()));
      return {};
    },
    done: /^restored .* from .*clawdbot\.last-good\.json; what was there is .*\.bak$/,
    exitCode: 1,
  },
  {
    what: "a misspelt key",
    code: "config-key-unknown",
    damage: configured({ bnid: "loopback" }),
    done: /^renamed gateway\.bnid to gateway\.bind$/,
    exitCode: 1,
  },
  {
    what: "a key of nobody",
    code: "config-key-unknown",
    damage: configured({ flux: { capacitor: true } }),
    exitCode: 1,
  },
  {
    what: "a token one level too high",
    code: "config-key-misplaced",
    damage: configured({ auth: {}, token: SECRET }),
    done: /^moved gateway\.token to gateway\.auth\.token$/,
    exitCode: 1,
  },
  {
    what: "a value that is too large",
    code: "config-value-invalid",
    damage: configured({ reload: { debounceMs: 9_999_999 } }),
    done: /^removed gateway\.reload\.debounceMs$/,
    exitCode: 1,
  },
  {
    what: "a value that a later release may know",
    code: "config-value-invalid",
    damage: configured({ reload: { mode: "sometimes" } }),
    exitCode: 1,
  },
  {
    what: "gateway.mode unset",
    code: "gateway-mode-unset",
    damage: configured({ mode: undefined }),
    done: /^set gateway\.mode to local$/,
    exitCode: 1,
  },
  {
    what: "no token",
    code: "auth-token-missing",
    damage: configured({ auth: {} }),
    done: /^generated gateway\.auth\.token; clawdbot config get gateway\.auth\.token shows it$/,
    exitCode: 1,
  },
  {
    what: "a wide address without a secret",
    code: "bind-without-auth",
    damage: configured({ bind: "lan", auth: { mode: "password" } }),
    exitCode: 1,
  },
  {
    what: "TLS that nobody speaks",
    code: "start-refused",
    damage: configured({ tls: { enabled: true } }),
    exitCode: 1,
  },
  {
    what: "a remote gateway without an address",
    code: "remote-url-missing",
    damage: configured({ mode: "remote" }),
    exitCode: 0,
  },
  {
    what: "a configuration that others can read",
    code: "config-readable-by-others",
    damage: sound((home) => chmodSync(home.configFile, 0o644) as undefined),
    done: /^set the mode of .*clawdbot\.json to 0600$/,
    exitCode: 1,
  },
  {
    what: "credentials that others can read",
    code: "secret-readable-by-others",
    damage: sound((home) => file(join(home.stateDir, "credentials", "oauth.json"), "{}", 0o640)),
    done: /^set the mode of .*oauth\.json to 0600$/,
    exitCode: 1,
  },
  {
    what: "a state directory that others can look into",
    code: "state-directory-open",
    damage: sound((home) => chmodSync(home.stateDir, 0o755) as undefined),
    done: /^set the mode of .*\.clawdbot to 0700$/,
    exitCode: 0,
  },
  {
    what: "a state directory that is gone",
    code: "state-directory-missing",
    damage: async (home) => {
      const configFile = join(home.path, "clawdbot.json");
      file(configFile, JSON.stringify(await soundConfig()));
      return { env: { CLAWDBOT_CONFIG_PATH: configFile } };
    },
    done: /^created .*\.clawdbot$/,
    exitCode: 1,
  },
  {
    what: "an agent without a place for its chats",
    code: "directory-missing",
    damage: sound(
      (home) => mkdirSync(join(home.stateDir, "agents", "main"), { recursive: true }) as undefined,
    ),
    done: /^created .*agents\/main\/sessions$/,
    exitCode: 0,
  },
  {
    what: "a file in the place of the logs",
    code: "directory-in-the-way",
    damage: sound((home) => file(join(home.stateDir, "logs"))),
    exitCode: 1,
  },
  {
    what: "a login that ran out",
    code: "credentials-expired",
    damage: sound((home) =>
      file(
        join(home.stateDir, "credentials", "oauth.json"),
        JSON.stringify({ x: { access: SECRET, expires: 1 } }),
      ),
    ),
    exitCode: 0,
  },
  {
    what: "a log of more than 100 MiB",
    code: "log-large",
    damage: sound((home) => {
      const log = join(home.stateDir, "logs", "gateway.log");
      file(log);
      truncateSync(log, 101 * 1024 * 1024);
      return undefined;
    }),
    done: /^renamed .*gateway\.log to .*gateway\.log\.1;/,
    exitCode: 0,
  },
  {
    what: "a write that came to no end",
    code: "half-written-file",
    damage: sound((home) => file(`${home.configFile}.4200000.new`)),
    done: /^removed .*clawdbot\.json\.4200000\.new$/,
    exitCode: 0,
  },
  {
    what: "a gateway that was killed",
    code: "run-facts-stale",
    damage: async (home) => {
      const gateway = await startGatewayProcess(home);
      await gateway.process.stop("SIGKILL");
      return {};
    },
    done: /^removed .*run\/gateway\.json$/,
    exitCode: 0,
  },
  {
    what: "a clock that went backwards",
    code: "clock-skew",
    damage: sound((home) => utimesSync(home.configFile, 1, Date.now() / 1_000 + 86_400) as undefined),
    exitCode: 0,
  },
  {
    what: "a temporary directory that is gone",
    code: "tmpdir-unusable",
    damage: sound((home) => ({ env: { TMPDIR: join(home.path, "gone") } })),
    exitCode: 0,
  },
  {
    what: "a port in the environment that is none",
    code: "environment-port-invalid",
    damage: sound(() => ({ env: { CLAWDBOT_GATEWAY_PORT: "eighteen" } })),
    exitCode: 1,
  },
  {
    what: "another program on the port",
    code: "port-held",
    damage: async (home) => {
      const server = await startPortServer();
      home.writeConfig(await soundConfig({}, server.port));
      return { end: () => server.process.stop("SIGKILL") };
    },
    exitCode: 1,
  },
  {
    what: "a Tailscale that nobody is logged in to",
    code: "tailscale-logged-out",
    damage: async (home) => {
      const recorder = recordTailscale({ backendState: "NeedsLogin" });
      home.writeConfig(await soundConfig({ tailscale: { mode: "serve" } }));
      const PATH = `${recorder.folder}:${process.env.PATH}`;
      return { env: { PATH }, end: async () => recorder.dispose() };
    },
    exitCode: 0,
  },
];

function doctor(home: TempHome, args: string[], env: Record<string, string> = {}) {
  return runBuilt(["doctor", ...args], { env: home.env(env), cwd: home.path });
}

async function examine(home: TempHome, args: string[] = [], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await doctor(home, [...args, "--json"], env);
  expect(stderr).toBe("");
  return { code, text: stdout, document: JSON.parse(stdout) as Document };
}

const codesIn = ({ findings }: Document) => findings.map(({ code }) => code);

test.describe("a broken installation", () => {
  test.skip(process.platform === "win32", "modes, owners and the recorder are those of Unix");

  for (const { what, code, damage, done, exitCode } of CASES) {
    test(`with ${what} is found${done === undefined ? " and left to people" : ", repaired, and sound afterwards"}`, async ({
      home,
    }) => {
      const { env = {}, end } = await damage(home);
      try {
        const untouched = treeChecksum(home.path);
        const before = await examine(home, [], env);
        const afterwards = treeChecksum(home.path);
        const repair = await examine(home, ["--fix"], env);
        const after = await examine(home, [], env);

        expect(before).toMatchObject({
          code: exitCode,
          document: { ok: exitCode === 0, repaired: [], failed: [] },
        });
        expect(codesIn(before.document)).toContain(code);
        expect(afterwards).toEqual(untouched);
        const repaired = repair.document.repaired.find((each) => each.code === code);
        expect(repair.document.failed).toEqual([]);
        if (done === undefined) {
          expect(repaired).toBeUndefined();
          expect(codesIn(after.document)).toContain(code);
        } else {
          expect(repaired?.done).toMatch(done);
          expect(codesIn(repair.document)).not.toContain(code);
          expect(codesIn(after.document)).not.toContain(code);
          expect(after).toMatchObject({ code: 0, document: { ok: true, repaired: [] } });
        }
        expect([before.text, repair.text, after.text].join("\n")).not.toContain(SECRET);
      } finally {
        await end?.();
      }
    });
  }

  test("with everything at once is sound after one run", async ({ home }) => {
    const { mode: _mode, ...gateway } = (
      await soundConfig({ auth: {}, token: SECRET, bnid: "loopback", reload: { debounceMs: -7 } })
    ).gateway;
    home.writeConfig({ gateway, loging: { level: "debug" } });
    chmodSync(home.configFile, 0o666);
    chmodSync(home.stateDir, 0o777);
    file(`${home.configFile}.4200000.new`);

    const { code, document, text } = await examine(home, ["--fix"]);

    expect(document.repaired.map((each) => each.code)).toEqual(
      expect.arrayContaining([
        "state-directory-open",
        "config-value-invalid",
        "config-key-unknown",
        "config-key-misplaced",
        "config-section-unknown",
        "gateway-mode-unset",
        "half-written-file",
      ]),
    );
    expect({ code, failed: document.failed }).toEqual({ code: 0, failed: [] });
    expect(JSON.parse(readFileSync(home.configFile, "utf8"))).toMatchObject({
      gateway: { mode: "local", port: gateway.port, auth: { token: SECRET }, reload: {} },
      logging: { level: "debug" },
    });
    expect(text).not.toContain(SECRET);
    expect((await examine(home)).document.findings.filter(({ level }) => level !== "hint")).toEqual([]);
  });

  test("F2: keeps the file as it was before the first of many repairs, and its comments", async ({
    home,
  }) => {
    const port = await freePort();
    const text = `// mine\n{ gateway: { mode: "local", prot: ${port}, auth: { tokne: "${SECRET}" }, bnid: "loopback", reload: { debounceMs: -7 } } }\n`;
    home.writeConfig(text);

    const { document } = await examine(home, ["--fix"]);

    expect(document.repaired).toHaveLength(4);
    expect(readFileSync(`${home.configFile}.bak`, "utf8")).toBe(text);
    expect(existsSync(`${home.configFile}.bak.1`)).toBe(false);
    expect(readFileSync(home.configFile, "utf8")).toContain(
      `// mine\n{ gateway: { mode: "local", port: ${port}, auth: { token: "${SECRET}" }, bind: "loopback", reload: { } },`,
    );
  });

  test("with a read-only state directory is found", async ({ home }) => {
    test.skip(
      process.platform !== "linux" || process.getuid?.() !== 0,
      "a mount of its own needs Linux and root",
    );
    test.skip(findProgram("unshare") === undefined, "unshare (util-linux) is missing");
    home.writeConfig(await soundConfig());
    const script = `mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && exec "$2" "$3" doctor --fix --json`;
    const words = ["--mount", "sh", "-c", script, "sh", home.stateDir, process.execPath, LAUNCHER];

    const { code, stdout } = await startNode(words, { env: home.env(), timeoutMs: 40_000 }, "unshare").ended;

    const document = JSON.parse(stdout) as Document;
    expect(code).toBe(1);
    expect(document.findings).toContainEqual(
      expect.objectContaining({
        code: "state-read-only",
        level: "error",
        message: expect.stringContaining("read-only"),
      }),
    );
  });

  test("with a watch limit that is used up is found", async ({ home }) => {
    test.skip(
      process.platform !== "linux" || process.getuid?.() !== 0,
      "namespaces of users need Linux and root",
    );
    const limits = "/proc/sys/user/max_inotify_instances";
    test.skip(!existsSync(limits) || findProgram("unshare") === undefined, "no limit per namespace here");
    home.writeConfig(await soundConfig());
    const script = `echo 0 > ${limits} && exec "$1" "$2" doctor --json`;
    const words = [
      "--user",
      "--map-root-user",
      "--mount-proc",
      "--pid",
      "--fork",
      "sh",
      "-c",
      script,
      "sh",
      process.execPath,
      LAUNCHER,
    ];
    const run = await startNode(words, { env: home.env(), timeoutMs: 40_000 }, "unshare").ended;
    test.skip(run.stdout === "", `the limit cannot be lowered here: ${run.stderr.split("\n")[0]}`);

    expect(codesIn(JSON.parse(run.stdout) as Document)).toContain("inotify-limit");
  });
});

test.describe("doctor and a gateway that runs", () => {
  let gateway: GatewayProcess | undefined;
  let stopped: CliProcess | undefined;
  test.afterEach(async () => {
    await gateway?.process.stop();
    gateway = undefined;
    await stopped?.stop("SIGKILL");
    stopped = undefined;
  });

  test("says that everything is fine when it is", async ({ home }) => {
    gateway = await startGatewayProcess(home);
    const env = { CLAWDBOT_GATEWAY_PORT: String(gateway.port) };

    const { code, stdout, stderr } = await doctor(home, [], env);

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^✓ Everything is fine$/m);
    expect(stdout).not.toMatch(/^(Errors|Warnings)/m);
  });

  test("tells a gateway that refuses the secret from one that is down, and leaves it running", async ({
    home,
  }) => {
    gateway = await startGatewayProcess(home);
    const env = { CLAWDBOT_GATEWAY_TOKEN: "another-token" };

    const { code, document } = await examine(home, ["--fix", "--force"], env);

    expect(code).toBe(1);
    expect(document.findings).toContainEqual(
      expect.objectContaining({
        code: "gateway-unauthorized",
        level: "error",
        remedy: expect.stringContaining("unset CLAWDBOT_GATEWAY_TOKEN"),
      }),
    );
    expect(codesIn(document)).not.toContain("gateway-not-running");
    expect(isAlive(gateway.pid)).toBe(true);
  });

  test("F1: puts the token back that it has, instead of another one, and waits until it is in force", async ({
    home,
  }) => {
    gateway = await startGatewayProcess(home);
    home.writeConfig({ gateway: { mode: "local", port: gateway.port } });

    const { code, document } = await examine(home, ["--fix"]);

    expect(document.repaired).toEqual([
      {
        code: "auth-token-missing",
        done: "put back the gateway.auth.token of the last configuration that worked",
      },
    ]);
    expect({ code, findings: codesIn(document) }).toEqual({
      code: 0,
      findings: expect.not.arrayContaining(["gateway-unauthorized"]),
    });
  });

  test("F15: finds one that is suspended and offers nothing that it cannot do", async ({ home }) => {
    test.skip(process.platform === "win32", "Windows cannot halt a process");
    gateway = await startGatewayProcess(home);
    process.kill(gateway.pid, "SIGSTOP");
    try {
      const { code, document } = await examine(home, ["--fix"]);

      expect(code).toBe(1);
      expect(document.findings).toContainEqual(
        expect.objectContaining({
          code: "gateway-halted",
          level: "error",
          remedy: `let it go on: kill -CONT ${gateway.pid}`,
        }),
      );
      expect(document.repaired).toEqual([]);
    } finally {
      process.kill(gateway.pid, "SIGCONT");
    }
  });
});

test.describe("the options of doctor", () => {
  test("--non-interactive does only what is safe, whatever else is asked for", async ({ home }) => {
    home.writeConfig({ gateway: { port: await freePort(), token: SECRET } });
    chmodSync(home.stateDir, 0o755);

    const { code, document } = await examine(home, ["--non-interactive", "--fix", "--force"]);

    expect(document.repaired.map((each) => each.code)).toEqual([
      "state-directory-open",
      "config-key-misplaced",
    ]);
    expect(codesIn(document)).toContain("gateway-mode-unset");
    expect(code).toBe(1);
  });

  test("--generate-gateway-token does that and nothing else, and keeps a token that is there", async ({
    home,
  }) => {
    home.writeConfig({ gateway: { port: await freePort() } });
    const tokenOf = () => JSON.parse(readFileSync(home.configFile, "utf8")).gateway.auth.token;

    const first = await examine(home, ["--generate-gateway-token"]);
    const token = tokenOf();
    const second = await examine(home, ["--generate-gateway-token"]);

    expect(first.document.repaired.map((each) => each.code)).toEqual(["auth-token-missing"]);
    expect(codesIn(first.document)).toContain("gateway-mode-unset");
    expect(token).toMatch(/^[0-9a-f]{48}$/);
    expect(first.text).not.toContain(token);
    expect({ repaired: second.document.repaired, token: tokenOf() }).toEqual({ repaired: [], token });
  });

  test("--yes repairs without a question, and installs no service", async ({ home }) => {
    home.writeConfig({ gateway: { port: await freePort() } });

    const { code, stdout } = await doctor(home, ["--yes"]);

    expect(code).toBe(0);
    expect(stdout).toContain("✓ set gateway.mode to local\n✓ generated gateway.auth.token;");
    expect(existsSync(join(home.path, ".config", "systemd"))).toBe(false);
  });

  test("--no-workspace-suggestions leaves out what is only advice", async ({ home }) => {
    home.writeConfig(await soundConfig());
    mkdirSync(join(home.path, "clawd"));

    expect(codesIn((await examine(home)).document)).toContain("workspace-not-in-git");
    expect(codesIn((await examine(home, ["--no-workspace-suggestions"])).document)).not.toContain(
      "workspace-not-in-git",
    );
  });

  test("a managed configuration is not touched by --fix", async ({ home }) => {
    const text = JSON.stringify({ gateway: { prot: 1 } });
    home.writeConfig(text);

    const { document } = await examine(home, ["--fix", "--force"], { CLAWDBOT_NIX_MODE: "1" });

    expect(document.findings).toContainEqual(
      expect.objectContaining({
        code: "config-key-unknown",
        remedy: expect.stringContaining("CLAWDBOT_NIX_MODE=1"),
      }),
    );
    expect(readFileSync(home.configFile, "utf8")).toBe(text);
  });
});

test.describe("the report of doctor", () => {
  test("groups what it found by weight, each with what helps, and counts it", async ({ home }) => {
    const port = await freePort();
    home.writeConfig({ gateway: { port, auth: { token: SECRET }, bind: "lan" } });
    chmodSync(home.stateDir, 0o755);

    const { code, stdout, stderr } = await doctor(home, []);

    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toContain(
      [
        "Errors (1)",
        "  gateway.mode is not set, so the gateway does not start",
        "    --fix: set gateway.mode to local",
        "    or: clawdbot config set gateway.mode local",
        "Warnings (2)",
        `  Other users can look into the state directory ${home.stateDir} (mode 0755)`,
        "    --fix: set its mode to 0700",
        "  gateway.bind is lan: other machines can reach the gateway; only its secret keeps them out",
        "    Fix: if that is not wanted: clawdbot config set gateway.bind loopback",
        "Hints (",
      ].join("\n"),
    );
    expect(stdout).toMatch(/✗ 1 error and 2 warnings\nclawdbot doctor --fix repairs 2 of them\.\n$/);
    expect(stdout).not.toContain(SECRET);
  });

  test("names the profile in the command that repairs", async ({ home }) => {
    file(join(`${home.stateDir}-work`, "clawdbot.json"), "{}");

    const { stdout } = await doctor(home, ["--profile", "work"]);

    expect(stdout).toContain("    or: clawdbot --profile work config set gateway.mode local\n");
    expect(stdout).toContain("clawdbot --profile work doctor --fix repairs 2 of them.");
  });

  test("looks at a host where nothing ever ran and leaves no file there", async ({ home }) => {
    const { code, document } = await examine(home, ["--deep"]);

    expect(code).toBe(1);
    expect(codesIn(document)).toContain("config-missing");
    expect(existsSync(home.stateDir)).toBe(false);
  });

  test("row 30: is offered by a start that is refused, and brings back what last worked", async ({
    home,
  }) => {
    const port = await freePort();
    file(lastGoodOf(home), JSON.stringify(await soundConfig({}, port)));
    home.writeConfig("{ gateway: ");
    const start = () => runCli(["gateway", "--supervised"], { env: home.env() });

    const refused = await start();
    const reason = JSON.parse(readFileSync(join(home.stateDir, "run", "start-blocked.json"), "utf8"));
    await examine(home, ["--fix"]);
    const gateway = startCli(["gateway", "--supervised"], { env: home.env() });
    await gateway.waitFor(/listening on/);
    await gateway.stop();

    expect(refused.code).toBe(78);
    expect(reason).toMatchObject({
      code: "CONFIG_INVALID",
      fix: `clawdbot doctor --fix repairs what it can; or edit ${home.configFile}; the last one that worked is ${lastGoodOf(home)}`,
    });
    expect(JSON.parse(readFileSync(home.configFile, "utf8"))).toMatchObject({ gateway: { port } });
  });

  test("is told of by the refusal of an invalid configuration", async ({ home }) => {
    home.writeConfig({ gateway: { prot: 1 } });

    const { code, stderr } = await runCli(["gateway"], { env: home.env() });

    expect(code).toBe(1);
    expect(stderr).toContain(`Fix: clawdbot doctor --fix repairs what it can; or edit ${home.configFile}`);
  });
});

test.describe("doctor in a terminal", () => {
  test.skip(findProgram("tmux") === undefined, "tmux is missing");

  test("asks before each repair and keeps to the answer", async ({ home }) => {
    home.writeConfig({ gateway: { port: await freePort(), auth: { token: SECRET } } });
    chmodSync(home.stateDir, 0o755);
    const terminal = openTerminal([process.execPath, LAUNCHER, "doctor"], { env: home.env(), columns: 160 });
    try {
      await terminal.waitFor(/Set its mode to 0700\? \[Y\/n\]/);
      terminal.press("n", "Enter");
      await terminal.waitFor(/Set gateway\.mode to local\? \[Y\/n\]/);
      terminal.press("Enter");
      const code = await terminal.ended();
      const text = terminal.text();

      expect(code).toBe(0);
      expect(text).toContain("✓ set gateway.mode to local");
      expect(text).toContain("Warnings (1)");
      expect(text).not.toContain(SECRET);
      expect(statSync(home.stateDir).mode & 0o777).toBe(0o755);
    } finally {
      terminal.close();
    }
  });

  test("asks nothing with --fix, --yes and --json", async ({ home }) => {
    for (const option of ["--fix", "--yes", "--json"]) {
      home.writeConfig({ gateway: { port: await freePort(), auth: { token: SECRET } } });
      const terminal = openTerminal([process.execPath, LAUNCHER, "doctor", option], {
        env: home.env(),
        columns: 160,
      });
      try {
        const code = await terminal.ended();

        expect({ option, code, asks: terminal.text().includes("[Y/n]") }).toEqual({
          option,
          code: option === "--json" ? 1 : 0,
          asks: false,
        });
      } finally {
        terminal.close();
        rmSync(home.configFile);
      }
    }
  });

  test("asks no more and changes nothing after Ctrl-C", async ({ home }) => {
    const config = { gateway: { auth: { token: SECRET } } };
    home.writeConfig(config);
    chmodSync(home.stateDir, 0o755);
    const terminal = openTerminal([process.execPath, LAUNCHER, "doctor"], { env: home.env(), columns: 160 });
    try {
      await terminal.waitFor(/\[Y\/n\]/);
      terminal.press("C-c");
      await terminal.ended();

      expect(terminal.text().match(/\[Y\/n\]/g)).toHaveLength(1);
      expect(terminal.text()).toMatch(/^Errors \(/m);
      expect(statSync(home.stateDir).mode & 0o777).toBe(0o755);
      expect(JSON.parse(readFileSync(home.configFile, "utf8"))).toEqual(config);
    } finally {
      terminal.close();
    }
  });
});
