import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { serviceLinger } from "../../../../../../../sidecar/setup/doctor/checks/service/service-linger.ts";
import { findingsOf, repairAll, serviceSaying } from "../../../../../../helpers/home/check-context.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";

/** Stands in for logind, which runs in no test: `Linger` is what the file says, and may be set or not. */
function logind(home: TempHome, linger: "yes" | "no", mayEnable = true): Record<string, string> {
  const file = join(home.path, "linger");
  writeFileSync(file, linger);
  const change = mayEnable ? `printf yes > '${file}'` : "exit 1";
  const script = `#!/bin/sh\ncase "$*" in *enable-linger*) ${change};; *show-user*) echo "Linger=$(/bin/cat '${file}')";; esac\n`;
  writeFileSync(join(home.path, "loginctl"), script, { mode: 0o755 });
  return { PATH: home.path };
}

test.describe("the check of lingering", () => {
  test.skip(process.platform === "win32", "the stand-in is a shell script");

  test("row 35: turns it on where this user may", async ({ home }) => {
    const env = logind(home, "no");

    const findings = await findingsOf(serviceLinger, home, { service: serviceSaying({}), env });

    expect(findings).toMatchObject([
      { code: "systemd-linger-off", level: "warning", repair: { kind: "change" } },
    ]);
    expect(await repairAll(findings)).toEqual(["turned lingering on"]);
    expect(readFileSync(join(home.path, "linger"), "utf8")).toBe("yes");
  });

  test("names the command of a user with more rights where not", async ({ home }) => {
    const env = logind(home, "no", false);

    const findings = await findingsOf(serviceLinger, home, { service: serviceSaying({}), env });

    expect(findings[0]?.remedy).toMatch(/^sudo loginctl enable-linger \S+$/);
    await expect(repairAll(findings)).rejects.toMatchObject({ code: "SERVICE_FAILED" });
  });

  test("finds nothing where it is on, where no logind answers, and where no service is installed", async ({
    home,
  }) => {
    const installed = serviceSaying({});
    const none = serviceSaying({ status: { installed: false } });

    expect(await findingsOf(serviceLinger, home, { service: installed, env: logind(home, "yes") })).toEqual(
      [],
    );
    expect(await findingsOf(serviceLinger, home, { service: none, env: logind(home, "no") })).toEqual([]);
    expect(await findingsOf(serviceLinger, home, { service: installed, env: { PATH: "/nowhere" } })).toEqual(
      [],
    );
  });
});
