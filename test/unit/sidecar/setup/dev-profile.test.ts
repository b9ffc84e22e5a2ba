import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { validateConfig } from "../../../../shared/config/validate.ts";
import { resolvePaths } from "../../../../shared/node/paths.ts";
import { prepareDevProfile } from "../../../../sidecar/setup/dev-profile.ts";
import { test } from "../../../helpers/home/temp-home.ts";

const devPaths = (home: string) => resolvePaths({ env: { HOME: home }, platform: "linux", profile: "dev" });

test.describe("prepareDevProfile", () => {
  test("creates a loopback configuration without auth and the work directory", async ({ home }) => {
    const paths = devPaths(home.path);

    expect(await prepareDevProfile(paths, 0)).toEqual({ config: true, workspace: true });

    const config = JSON.parse(readFileSync(paths.configFile, "utf8"));
    expect(config.gateway).toEqual({ mode: "local", bind: "loopback" });
    expect(config.agents.defaults).toMatchObject({
      workspace: join(home.path, "clawd-dev"),
      skipBootstrap: true,
    });
    expect(validateConfig(config)).toMatchObject({ valid: true, warnings: [] });
    expect(readdirSync(paths.workspaceDir).sort()).toEqual([
      "AGENTS.md",
      "IDENTITY.md",
      "SOUL.md",
      "TOOLS.md",
      "USER.md",
    ]);
    expect(readdirSync(home.path).sort()).toEqual([".clawdbot-dev", "clawd-dev"]);
  });

  test("creates only what is missing and changes nothing that is there", async ({ home }) => {
    const paths = devPaths(home.path);
    await prepareDevProfile(paths, 0);
    writeFileSync(paths.configFile, "{ my: 1 }");
    writeFileSync(join(paths.workspaceDir, "SOUL.md"), "mine");
    expect(await prepareDevProfile(paths, 0)).toEqual({ config: false, workspace: false });
    rmSync(join(paths.workspaceDir, "USER.md"));

    expect(await prepareDevProfile(paths, 0)).toEqual({ config: false, workspace: true });

    expect(readFileSync(paths.configFile, "utf8")).toBe("{ my: 1 }");
    expect(readFileSync(join(paths.workspaceDir, "SOUL.md"), "utf8")).toBe("mine");
    expect(readdirSync(paths.workspaceDir)).toContain("USER.md");
  });
});
