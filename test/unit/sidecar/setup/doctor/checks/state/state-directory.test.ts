import { chmodSync, chownSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { stateDirectory } from "../../../../../../../sidecar/setup/doctor/checks/state/state-directory.ts";
import { findingsOf, repairAll, SOUND } from "../../../../../../helpers/home/check-context.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";

/** A configuration outside of the state directory, which need not exist then. */
function configElsewhere(home: TempHome): Record<string, string> {
  const file = join(home.path, "elsewhere.json");
  writeFileSync(file, JSON.stringify(SOUND));
  return { CLAWDBOT_CONFIG_PATH: file };
}

test.describe("the check of the state directory", () => {
  test("finds nothing where all is well, and where nothing was ever configured", async ({ home }) => {
    expect(await findingsOf(stateDirectory, home)).toEqual([]);
    expect(await findingsOf(stateDirectory, home, { config: SOUND })).toEqual([]);
  });

  test("creates a missing one for this user only", async ({ home }) => {
    const env = configElsewhere(home);

    const findings = await findingsOf(stateDirectory, home, { env });

    expect(findings).toMatchObject([
      { code: "state-directory-missing", level: "error", repair: { kind: "safe" } },
    ]);
    expect(await repairAll(findings)).toEqual([`created ${home.stateDir}`]);
    expect(statSync(home.stateDir).mode & 0o777).toBe(0o700);
    expect(await findingsOf(stateDirectory, home, { env })).toEqual([]);
  });

  test("closes one that others can look into", async ({ home }) => {
    home.writeConfig(SOUND);
    chmodSync(home.stateDir, 0o755);

    const findings = await findingsOf(stateDirectory, home);
    await repairAll(findings);

    expect(findings).toMatchObject([
      { code: "state-directory-open", level: "warning", message: expect.stringContaining("(mode 0755)") },
    ]);
    expect(statSync(home.stateDir).mode & 0o777).toBe(0o700);
  });

  test("names a file and a link to nowhere in its place, and touches neither", async ({ home }) => {
    const env = configElsewhere(home);
    writeFileSync(home.stateDir, "");
    const file = await findingsOf(stateDirectory, home, { env });
    rmSync(home.stateDir);
    symlinkSync(join(home.path, "unplugged"), home.stateDir);
    const link = await findingsOf(stateDirectory, home, { env });

    expect(file).toMatchObject([{ message: expect.stringContaining("is not a directory") }]);
    expect(link).toMatchObject([
      { message: expect.stringContaining("a symbolic link to something that is not there") },
    ]);
    expect([...file, ...link].some(({ repair }) => repair !== undefined)).toBe(false);
  });

  test("F12: says to root as whom to run for one of another user", async ({ home }) => {
    test.skip(process.getuid?.() !== 0, "only root can give directories away");
    home.writeConfig(SOUND);
    chownSync(home.stateDir, 12_345, 12_345);

    expect(await findingsOf(stateDirectory, home)).toMatchObject([
      {
        code: "state-directory-owner",
        remedy: "run clawdbot as that user: sudo -u '#12345' clawdbot doctor",
      },
    ]);
  });
});
