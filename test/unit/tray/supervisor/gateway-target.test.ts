import { mkdirSync } from "node:fs";
import { expect } from "@playwright/test";
import { DEFAULT_PORT, DEV_FALLBACK_PORT } from "../../../../shared/config/defaults.ts";
import { startIdOf } from "../../../../shared/node/process-identity.ts";
import { resolveProfileContext } from "../../../../shared/node/profile-context.ts";
import { writeJsonFile } from "../../../../shared/node/run-state.ts";
import { readTarget } from "../../../../tray/supervisor/gateway-target.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";

function context(home: TempHome, env: Record<string, string> = {}, dev = false) {
  return resolveProfileContext({ profile: undefined, dev }, home.env(env), process.platform);
}

test.describe("readTarget", () => {
  test("without any configuration is the default port, entered without a secret", async ({ home }) => {
    expect(await readTarget(context(home))).toMatchObject({
      port: DEFAULT_PORT,
      auth: { token: "none" },
      secrets: {},
      facts: undefined,
      dashboardPath: "/",
    });
  });

  test("reads JSON5, lets the environment win, and sends a token beside a password", async ({ home }) => {
    home.writeConfig(`{ // by hand
      gateway: { port: 20001, auth: { password: "p" }, controlUi: { basePath: "ui" } } }`);
    const plain = await readTarget(context(home));
    const overridden = await readTarget(
      context(home, { CLAWDBOT_GATEWAY_PORT: "20002", CLAWDBOT_GATEWAY_TOKEN: " t " }),
    );

    expect(plain).toMatchObject({
      port: 20_001,
      auth: { token: "none", password: "p" },
      dashboardPath: "/ui/",
    });
    expect(overridden).toMatchObject({ port: 20_002, auth: { token: "t", password: "p" } });
  });

  test("believes the facts of a living gateway before everything else", async ({ home }) => {
    home.writeConfig({ gateway: { port: 20_001 } });
    const here = context(home);
    const facts = { pid: process.pid, startId: startIdOf(process.pid), instanceId: "i", port: 20_003 };
    writeJsonFile(here.paths.factsFile, facts);

    expect(await readTarget(here)).toMatchObject({ port: 20_003, facts: { pid: process.pid } });

    writeJsonFile(here.paths.factsFile, { ...facts, startId: "another" });
    expect(await readTarget(here)).toMatchObject({ port: 20_001, facts: undefined });
  });

  test("has a second port for a dev gateway, unless its port was chosen", async ({ home }) => {
    const dev = context(home, {}, true);
    expect(await readTarget(dev)).toMatchObject({ fallbackPort: DEV_FALLBACK_PORT });

    writeJsonFile(dev.paths.configFile, { gateway: { port: 20_004 } });

    const chosen = await readTarget(dev);
    expect(chosen).toMatchObject({ port: 20_004 });
    expect(chosen).not.toHaveProperty("fallbackPort");
  });

  test("says with line and column why a configuration cannot be read", async ({ home }) => {
    home.writeConfig("{\n  gateway: {{\n}");
    const broken = await readTarget(context(home));

    expect(broken).toMatchObject({
      blocked: { kind: "config-invalid", path: home.configFile, issues: [expect.stringContaining("line 2")] },
    });
  });

  test("says so when the configuration is no file", async ({ home }) => {
    mkdirSync(home.configFile, { recursive: true });

    expect(await readTarget(context(home))).toMatchObject({
      blocked: { kind: "config-invalid", issues: [expect.stringContaining("EISDIR")] },
    });
  });
});
