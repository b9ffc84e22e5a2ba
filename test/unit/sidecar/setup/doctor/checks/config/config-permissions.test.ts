import { chmodSync, chownSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { configPermissions } from "../../../../../../../sidecar/setup/doctor/checks/config/config-permissions.ts";
import { codesOf, findingsOf, repairAll, SOUND } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";

test.describe("the check of who may read secrets", () => {
  test.skip(process.platform === "win32", "Windows has no modes");

  test("finds nothing where only the owner may, and on Windows", async ({ home }) => {
    expect(await findingsOf(configPermissions, home, { config: SOUND })).toEqual([]);

    chmodSync(home.configFile, 0o644);
    expect(await findingsOf(configPermissions, home, { platform: "win32" })).toEqual([]);
  });

  for (const mode of [0o644, 0o640, 0o606]) {
    test(`closes a configuration with mode ${mode.toString(8)}`, async ({ home }) => {
      home.writeConfig(SOUND);
      chmodSync(home.configFile, mode);

      const findings = await findingsOf(configPermissions, home);
      const done = await repairAll(findings);

      expect(findings).toMatchObject([
        { code: "config-readable-by-others", level: "error", repair: { kind: "safe" } },
      ]);
      expect(done).toEqual([`set the mode of ${home.configFile} to 0600`]);
      expect(statSync(home.configFile).mode & 0o777).toBe(0o600);
      expect(await findingsOf(configPermissions, home)).toEqual([]);
    });
  }

  test("takes a file without secrets less seriously", async ({ home }) => {
    home.writeConfig({ gateway: { mode: "local" } });
    chmodSync(home.configFile, 0o644);

    expect(await findingsOf(configPermissions, home)).toMatchObject([{ level: "warning" }]);
  });

  test("looks at everything that holds secrets", async ({ home }) => {
    home.writeConfig(SOUND);
    const { stateDir, configFile } = home;
    const files = [
      `${configFile}.bak`,
      join(stateDir, "clawdbot.last-good.json"),
      join(stateDir, ".env"),
      join(stateDir, "service.env"),
      join(stateDir, "credentials", "oauth.json"),
      join(stateDir, "credentials", "chat", "account", "creds.json"),
      join(stateDir, "devices", "paired.json"),
      join(stateDir, "agents", "main", "agent", "auth-profiles.json"),
    ];
    for (const file of files) {
      mkdirSync(join(file, ".."), { recursive: true });
      writeFileSync(file, '{"token":"x"}');
      chmodSync(file, 0o644);
    }

    const findings = await findingsOf(configPermissions, home);

    expect(findings.map(({ subject }) => subject).sort()).toEqual(files.sort());
    expect(new Set(codesOf(findings))).toEqual(new Set(["secret-readable-by-others"]));
  });

  test("says how to take back a file of another user", async ({ home }) => {
    test.skip(process.getuid?.() !== 0, "only root can give files away");
    home.writeConfig(SOUND);
    chownSync(home.configFile, 12_345, 12_345);

    const findings = await findingsOf(configPermissions, home);

    expect(findings).toMatchObject([
      { code: "file-owner", level: "error", remedy: `sudo chown "$(id -un)":"$(id -gn)" ${home.configFile}` },
    ]);
    expect(findings[0]?.repair).toBeUndefined();
  });
});
