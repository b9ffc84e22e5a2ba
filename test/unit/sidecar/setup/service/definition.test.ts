import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { type ProfileContext, resolveProfileContext } from "../../../../../shared/node/profile-context.ts";
import { APP_VERSION } from "../../../../../shared/version.ts";
import { wantedService } from "../../../../../sidecar/setup/service/definition.ts";
import { serviceEntry } from "../../../../../sidecar/setup/service/entry.ts";
import { serviceEnvironment } from "../../../../../sidecar/setup/service/environment.ts";
import {
  checkRuntime,
  chooseRuntime,
  type RuntimeChoice,
} from "../../../../../sidecar/setup/service/runtime.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { printed } from "../../../../helpers/run/reads.ts";

const LAUNCHER = realpathSync(new URL("../../../../../sidecar/launch.cjs", import.meta.url));

function place(
  home: TempHome,
  env: Record<string, string> = {},
  platform: NodeJS.Platform = "linux",
): ProfileContext {
  return resolveProfileContext({ profile: undefined, dev: false }, { HOME: home.path, ...env }, platform);
}

/** The choice where the system has no Node, unless it is given one. */
function choose(home: TempHome, choice: Partial<RuntimeChoice>) {
  const context = place(home, { PATH: "/usr/bin:/bin" });
  return chooseRuntime(context, {
    running: "/running/node",
    packageFolder: "/opt/clawdbot",
    systemNodes: [],
    ...choice,
  });
}

/** A program that answers with a version. */
function program(home: TempHome, name: string, version: string): string {
  const path = join(home.path, name);
  writeFileSync(path, `#!/bin/sh\necho ${version}\n`);
  chmodSync(path, 0o755);
  return path;
}

test.describe("the environment of the service", () => {
  test("holds what the gateway needs and nothing of the shell", ({ home }) => {
    const shell = {
      PATH: "/opt/strange:/usr/bin",
      CLAWDBOT_GATEWAY_TOKEN: "secret",
      LANG: "de_DE",
      EDITOR: "vi",
    };

    expect(serviceEnvironment(place(home, shell))).toEqual({
      HOME: home.path,
      PATH: "/usr/local/bin:/usr/bin:/bin",
      CLAWDBOT_STATE_DIR: home.stateDir,
      CLAWDBOT_SERVICE_MARKER: "clawdbot",
      CLAWDBOT_SERVICE_KIND: "gateway",
      CLAWDBOT_SERVICE_VERSION: APP_VERSION,
      CLAWDBOT_SYSTEMD_UNIT: "clawdbot-gateway.service",
      MALLOC_ARENA_MAX: "2",
    });
  });

  test("adds the folders of the user that exist", ({ home }) => {
    for (const folder of [".local/bin", "bin", ".volta/bin", "pnpm home"]) {
      mkdirSync(join(home.path, folder), { recursive: true });
    }

    const { PATH } = serviceEnvironment(place(home, { PNPM_HOME: join(home.path, "pnpm home") }));

    expect(PATH?.split(":")).toEqual([
      "/usr/local/bin",
      "/usr/bin",
      "/bin",
      ...[".local/bin", "bin", "pnpm home", ".volta/bin"].map((folder) => join(home.path, folder)),
    ]);
  });

  test("skips a folder that would read as two", ({ home }) => {
    mkdirSync(join(home.path, "a:b"));

    const { PATH } = serviceEnvironment(place(home, { PNPM_HOME: join(home.path, "a:b") }));

    expect(PATH).toBe("/usr/local/bin:/usr/bin:/bin");
  });

  test("row 56: carries exactly the state directory and configuration of the installing shell", ({
    home,
  }) => {
    const env = {
      CLAWDBOT_STATE_DIR: join(home.path, "my bot"),
      CLAWDBOT_CONFIG_PATH: join(home.path, "etc", "bot & co.json"),
    };

    expect(serviceEnvironment(place(home, env))).toMatchObject(env);
  });

  for (const [platform, variable, name] of [
    ["darwin", "CLAWDBOT_LAUNCHD_LABEL", "com.clawdbot.work"],
    ["win32", "CLAWDBOT_WINDOWS_TASK_NAME", "Clawdbot Gateway (work)"],
    ["linux", "CLAWDBOT_SYSTEMD_UNIT", "clawdbot-gateway-work.service"],
  ] as const) {
    test(`names profile and service on ${platform}`, ({ home }) => {
      const context = resolveProfileContext({ profile: "work", dev: false }, { HOME: home.path }, platform);

      expect(serviceEnvironment(context)).toMatchObject({ CLAWDBOT_PROFILE: "work", [variable]: name });
    });
  }

  test("leaves the PATH of Windows alone and gives macOS Homebrew's", ({ home }) => {
    expect(serviceEnvironment(place(home, {}, "win32")).PATH).toBeUndefined();
    expect(serviceEnvironment(place(home, {}, "darwin")).PATH).toBe(
      "/opt/homebrew/bin:/opt/homebrew/sbin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
    );
  });
});

test.describe("the entry of the service", () => {
  test("is the launcher of this installation", ({ home }) => {
    expect(serviceEntry(place(home), undefined)).toMatchObject({ path: LAUNCHER, warnings: [] });
  });

  test("is the link by which the command was started, not what it points to", ({ home }) => {
    const link = join(home.path, "clawdbot");
    symlinkSync(LAUNCHER, link);

    expect(serviceEntry(place(home), link).path).toBe(link);
  });

  test("is a link on PATH, also when the command was started without it", ({ home }) => {
    mkdirSync(join(home.path, "bin"));
    symlinkSync(LAUNCHER, join(home.path, "bin", "clawdbot"));

    const entry = serviceEntry(place(home, { PATH: `relative:${join(home.path, "bin")}` }), LAUNCHER);

    expect(entry.path).toBe(join(home.path, "bin", "clawdbot"));
  });

  test("stays the link that an installed service starts", async ({ home }) => {
    const installedEntry = join(home.path, "clawdbot");
    symlinkSync(LAUNCHER, installedEntry);
    const program = { node: process.execPath, script: LAUNCHER, installedEntry };

    expect((await wantedService(place(home), undefined, program)).definition.command[1]).toBe(installedEntry);
  });

  test("is never a link to another program or to nothing", ({ home }) => {
    symlinkSync("/bin/true", join(home.path, "clawdbot"));

    expect(serviceEntry(place(home, { PATH: home.path }), join(home.path, "gone")).path).toBe(LAUNCHER);
  });

  test("warns of the cache of npx", ({ home }) => {
    const folder = join(home.path, ".npm", "_npx", "1234", "node_modules", ".bin");
    mkdirSync(folder, { recursive: true });
    symlinkSync(LAUNCHER, join(folder, "clawdbot"));

    const { warnings } = serviceEntry(place(home), join(folder, "clawdbot"));

    expect(warnings.map(printed).join()).toContain("the cache of npx");
  });
});

test.describe("the runtime of the service", () => {
  test("is Node only", () => {
    expect(() => checkRuntime(undefined)).not.toThrow();
    expect(() => checkRuntime("node")).not.toThrow();
    expect(() => checkRuntime("bun")).toThrow("--runtime bun: the gateway runs on Node only");
    expect(() => checkRuntime("deno")).toThrow('--runtime: expected one of node, bun; got "deno"');
  });

  for (const folder of [
    ".nvm/versions/node/v24",
    ".fnm/x",
    ".volta/tools",
    ".asdf/installs",
    ".n",
    ".nodenv/v",
    "nvs",
    ".local/share/mise/installs/node",
  ]) {
    test(`warns of one in ${folder} where the system has none`, async ({ home }) => {
      const running = join(home.path, folder, "bin", "node");

      const { path, warnings } = await choose(home, { running });

      expect(path).toBe(running);
      expect(warnings.map(printed).join()).toContain(
        `the service runs on ${running}, which a version manager may remove`,
      );
    });
  }

  test("is without a warning the Node that came with the package, wherever that lies", async ({ home }) => {
    const packageFolder = join(home.path, ".nvm", "lib", "node_modules", "clawdbot-companion");
    const running = join(packageFolder, "node_modules", "node", "bin", "node");

    expect(await choose(home, { running, packageFolder })).toEqual({ path: running, warnings: [] });
  });

  test("resolves the folder of fnm that goes with its shell", async ({ home }) => {
    const real = join(home.path, "node-24");
    writeFileSync(real, "");
    mkdirSync(join(home.path, "fnm_multishells"));
    const running = join(home.path, "fnm_multishells", "node");
    symlinkSync(real, running);

    expect(await choose(home, { running })).toEqual({ path: real, warnings: [] });
  });

  test("is the link that Homebrew keeps beside its versions", async ({ home }) => {
    const keg = join(home.path, "Cellar", "node@24", "24.1.0");
    mkdirSync(join(keg, "bin"), { recursive: true });
    writeFileSync(join(keg, "bin", "node"), "");
    mkdirSync(join(home.path, "opt"));
    symlinkSync(keg, join(home.path, "opt", "node@24"));

    const { path } = await choose(home, { running: join(keg, "bin", "node") });

    expect(path).toBe(join(home.path, "opt", "node@24", "bin", "node"));
  });

  test("is the system's where that is new enough", async ({ home }) => {
    const old = program(home, "old", "v22.17.9");
    const fitting = program(home, "fitting", "v22.18.0");

    const { path } = await choose(home, { systemNodes: [join(home.path, "none"), old, fitting] });

    expect(path).toBe(fitting);
    expect((await choose(home, { systemNodes: [old] })).path).toBe("/running/node");
  });

  test("is no link into a version manager", async ({ home }) => {
    mkdirSync(join(home.path, ".nvm"));
    const link = join(home.path, "node");
    symlinkSync(program(home, ".nvm/node", "v24.0.0"), link);

    expect((await choose(home, { systemNodes: [link] })).path).toBe("/running/node");
  });
});

test.describe("the definition of the service", () => {
  test("runs the supervised gateway without a port of its own", async ({ home }) => {
    const { definition } = await wantedService(place(home));

    expect(definition.command.slice(1)).toEqual([LAUNCHER, "gateway", "run", "--supervised"]);
    expect(definition).toMatchObject({
      description: `Clawdbot Gateway (v${APP_VERSION})`,
      workingDirectory: home.path,
      environmentFile: join(home.stateDir, "service.env"),
      logDir: join(home.stateDir, "logs"),
    });
  });

  test("keeps a port only when it was asked for", async ({ home }) => {
    const { definition } = await wantedService(place(home), 19_111);

    expect(definition.command.slice(-2)).toEqual(["--port", "19111"]);
  });
});
