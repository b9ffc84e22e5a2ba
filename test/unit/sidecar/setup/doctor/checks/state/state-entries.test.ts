import { chmodSync, chownSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { stateEntries } from "../../../../../../../sidecar/setup/doctor/checks/state/state-entries.ts";
import { findingsOf, repairAll, SOUND } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";

test.describe("the check of the directories of the state", () => {
  test("finds nothing in a new installation, and misses none that nothing needs", async ({ home }) => {
    expect(await findingsOf(stateEntries, home, { config: SOUND })).toEqual([]);
  });

  test("creates the directory of an agent's chats and the one a setting names", async ({ home }) => {
    home.writeConfig(SOUND);
    mkdirSync(join(home.stateDir, "agents", "main"), { recursive: true });
    const env = { CLAWDBOT_OAUTH_DIR: join(home.path, "logins") };

    const findings = await findingsOf(stateEntries, home, { env });
    await repairAll(findings);

    expect(findings.map(({ code, subject }) => [code, subject])).toEqual([
      ["directory-missing", join(home.path, "logins")],
      ["directory-missing", join(home.stateDir, "agents", "main", "sessions")],
    ]);
    expect(statSync(join(home.stateDir, "agents", "main", "sessions")).mode & 0o777).toBe(0o700);
    expect(await findingsOf(stateEntries, home, { env })).toEqual([]);
  });

  for (const name of ["credentials", "logs", "run", "devices", "identity"]) {
    test(`closes ${name} to others`, async ({ home }) => {
      home.writeConfig(SOUND);
      const path = join(home.stateDir, name);
      mkdirSync(path);
      chmodSync(path, 0o750);

      const findings = await findingsOf(stateEntries, home);
      await repairAll(findings);

      expect(findings).toMatchObject([{ code: "directory-open", level: "warning", subject: path }]);
      expect(statSync(path).mode & 0o777).toBe(0o700);
    });
  }

  test("names a file in the place of one", async ({ home }) => {
    home.writeConfig(SOUND);
    writeFileSync(join(home.stateDir, "logs"), "");

    expect(await findingsOf(stateEntries, home)).toMatchObject([
      { code: "directory-in-the-way", level: "error" },
    ]);
  });

  test("says how to take back one of another user", async ({ home }) => {
    test.skip(process.getuid?.() !== 0, "only root can give directories away");
    home.writeConfig(SOUND);
    const path = join(home.stateDir, "credentials");
    mkdirSync(path);
    chownSync(path, 12_345, 12_345);

    expect(await findingsOf(stateEntries, home)).toMatchObject([
      { code: "directory-owner", remedy: expect.stringContaining(`chown -R "$(id -un)"`) },
    ]);
  });
});
