import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { resolveProfileContext } from "../../../../../shared/node/profile-context.ts";
import type { InstalledDefinition } from "../../../../../sidecar/host/service/service-manager.ts";
import {
  optionIn,
  resolveInstalled,
  safeCommand,
  safeEnvironment,
} from "../../../../../sidecar/setup/service/installed.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";

const view = (home: TempHome, command: string[] = [], environment: Record<string, string> = {}) => {
  const installed: InstalledDefinition = { command, environment, sourcePath: "/unit", overridePaths: [] };
  return resolveInstalled(
    installed,
    resolveProfileContext({ profile: undefined, dev: false }, home.env(), "linux"),
  );
};

test.describe("what a definition leads to", () => {
  test("is the state and configuration of its own variables, not of ours", async ({ home }) => {
    expect(view(home)?.paths).toMatchObject({ stateDir: home.stateDir, configFile: home.configFile });
    expect(view(home, [], { CLAWDBOT_PROFILE: "work" })?.paths.stateDir).toBe(`${home.stateDir}-work`);
    expect(view(home, ["n", "--profile", "work", "gateway"])?.paths.stateDir).toBe(`${home.stateDir}-work`);
    expect(view(home, [], { HOME: "/h", CLAWDBOT_STATE_DIR: "/srv/my bot" })?.paths).toMatchObject({
      home: "/h",
      configFile: "/srv/my bot/clawdbot.json",
    });
    expect(view(home, [], { CLAWDBOT_PROFILE: "a b" })).toBeUndefined();
  });

  test("is the port of its command, else of its variables wherever they stand", async ({ home }) => {
    mkdirSync(home.stateDir);
    const port = (command: string[], environment = {}) => view(home, command, environment)?.port;

    expect(port([])).toBeUndefined();
    writeFileSync(join(home.stateDir, ".env"), "CLAWDBOT_GATEWAY_PORT=4001\n");
    expect(port([])).toEqual({ port: 4001, source: "service env" });
    expect(port([], { CLAWDBOT_GATEWAY_PORT: "4002" })).toEqual({ port: 4002, source: "service env" });
    writeFileSync(join(home.stateDir, "service.env"), "CLAWDBOT_GATEWAY_PORT=4003\n");
    expect(port([], { CLAWDBOT_GATEWAY_PORT: "4002" })).toEqual({ port: 4003, source: "service env" });
    expect(port(["--port", "4004"])).toEqual({ port: 4004, source: "service args" });
    expect(port(["--port=4004", "--port", "4005"])).toEqual({ port: 4005, source: "service args" });
    expect(port(["--port", "99999"])).toEqual({ port: 4003, source: "service env" });
  });
});

test.describe("options in a command", () => {
  test("are found in both spellings", () => {
    expect(optionIn(["a", "--port", "1"], "--port")).toBe("1");
    expect(optionIn(["a", "--port=1"], "--port")).toBe("1");
    expect(optionIn(["a", "--ports", "1"], "--port")).toBeUndefined();
    expect(optionIn(["a", "--port"], "--port")).toBeUndefined();
  });
});

test.describe("what is shown of a definition", () => {
  test("is the command without its secrets", () => {
    expect(
      safeCommand([
        "/usr/bin/env",
        "API_KEY=k",
        "/usr/bin/node",
        "gateway",
        "--token",
        "t",
        "--password=p",
        "--password-file",
        "/run/p",
        "--auth",
        "password",
        "--port",
        "1",
      ]),
    ).toEqual([
      "/usr/bin/env",
      "API_KEY=***",
      "/usr/bin/node",
      "gateway",
      "--token",
      "***",
      "--password=***",
      "--password-file",
      "/run/p",
      "--auth",
      "password",
      "--port",
      "1",
    ]);
  });

  test("are the variables that say where things are", () => {
    const shown = { HOME: "/h", PATH: "/bin", CLAWDBOT_STATE_DIR: "/s", CLAWDBOT_SERVICE_VERSION: "1" };

    expect(
      safeEnvironment({ ...shown, CLAWDBOT_GATEWAY_TOKEN: "t", ANTHROPIC_API_KEY: "k", NOTE: "n" }),
    ).toEqual(shown);
  });
});
