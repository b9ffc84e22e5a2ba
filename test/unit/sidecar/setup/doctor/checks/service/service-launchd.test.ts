import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { serviceLaunchd } from "../../../../../../../sidecar/setup/doctor/checks/service/service-launchd.ts";
import { findingsOf, repairAll, SOUND, serviceSaying } from "../../../../../../helpers/home/check-context.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";

/** Stands in for `launchctl getenv` and `unsetenv`; the variable is a file. */
function session(home: TempHome, token: string | undefined): Record<string, string> {
  if (token !== undefined) writeFileSync(join(home.path, "CLAWDBOT_GATEWAY_TOKEN"), token);
  const script = `#!/bin/sh\ncase "$1" in getenv) /bin/cat "${home.path}/$2" 2>/dev/null;; unsetenv) /bin/rm "${home.path}/$2";; esac\n`;
  writeFileSync(join(home.path, "launchctl"), script, { mode: 0o755 });
  return { PATH: home.path };
}

test.describe("the check of launchd", () => {
  test.skip(process.platform === "win32", "the stand-in is a shell script");
  const service = serviceSaying({});

  test("takes a token of the login session away that hides the configured one", async ({ home }) => {
    const env = session(home, "s3cr3t\n");

    const findings = await findingsOf(serviceLaunchd, home, {
      config: SOUND,
      platform: "darwin",
      service,
      env,
    });

    expect(findings).toMatchObject([
      { code: "launchd-session-secret", level: "warning", subject: "CLAWDBOT_GATEWAY_TOKEN" },
    ]);
    expect(await repairAll(findings)).toEqual(["took CLAWDBOT_GATEWAY_TOKEN out of the login session"]);
    expect(existsSync(join(home.path, "CLAWDBOT_GATEWAY_TOKEN"))).toBe(false);
    expect(JSON.stringify(findings)).not.toContain("s3cr3t");
  });

  test("names the file that keeps the agent from being written, and removes it on --force only", async ({
    home,
  }) => {
    home.writeConfig(SOUND);
    const marker = join(home.stateDir, "disable-launchagent");
    writeFileSync(marker, "");

    const findings = await findingsOf(serviceLaunchd, home, {
      platform: "darwin",
      service,
      env: session(home, undefined),
    });

    expect(findings).toMatchObject([
      { code: "launchd-disabled-by-marker", level: "hint", repair: { kind: "drastic" } },
    ]);
    await repairAll(findings);
    expect(existsSync(marker)).toBe(false);
  });

  test("finds nothing where the session says the same or nothing, and on other systems", async ({ home }) => {
    const look = (token: string | undefined, platform: NodeJS.Platform) =>
      findingsOf(serviceLaunchd, home, { config: SOUND, platform, service, env: session(home, token) });

    expect(await look(undefined, "darwin")).toEqual([]);
    expect(await look(SOUND.gateway.auth.token, "darwin")).toEqual([]);
    expect(await look("another", "linux")).toEqual([]);
  });
});
