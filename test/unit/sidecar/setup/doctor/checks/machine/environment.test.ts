import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { environment } from "../../../../../../../sidecar/setup/doctor/checks/machine/environment.ts";
import { findingsOf, repairAll, SOUND } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";

test.describe("the check of the environment", () => {
  for (const port of ["abc", "0", "99999", "18789x"]) {
    test(`finds that ${port} is no port`, async ({ home }) => {
      expect(await findingsOf(environment, home, { env: { CLAWDBOT_GATEWAY_PORT: port } })).toMatchObject([
        { code: "environment-port-invalid", level: "error" },
      ]);
    });
  }

  test("names variables that hide the configuration, and no value of them", async ({ home }) => {
    const config = { gateway: { port: 20_000, auth: { token: "configured" } } };
    const env = { CLAWDBOT_GATEWAY_PORT: "20001", CLAWDBOT_GATEWAY_TOKEN: "s3cr3t" };

    const findings = await findingsOf(environment, home, { config, env });

    expect(findings.map(({ code, level, subject }) => [code, level, subject])).toEqual([
      ["environment-hides-config", "hint", "CLAWDBOT_GATEWAY_PORT"],
      ["environment-hides-config", "hint", "CLAWDBOT_GATEWAY_TOKEN"],
    ]);
    expect(JSON.stringify(findings)).not.toMatch(/s3cr3t|configured"/);
  });

  test("S7: finds a secret that only stands for one, and does not repeat it", async ({ home }) => {
    const env = { CLAWDBOT_GATEWAY_TOKEN: "changeme", CLAWDBOT_GATEWAY_PASSWORD: "<password>" };

    expect(await findingsOf(environment, home, { env })).toMatchObject([
      { code: "environment-secret-placeholder", level: "error", subject: "CLAWDBOT_GATEWAY_TOKEN" },
      {
        message: "CLAWDBOT_GATEWAY_PASSWORD of the environment is only a placeholder; give the secret itself",
      },
    ]);
  });

  test("F18: saves a file of variables that PowerShell wrote as UTF-8, and keeps what was there", async ({
    home,
  }) => {
    mkdirSync(home.stateDir, { mode: 0o700 });
    const file = join(home.stateDir, ".env");
    writeFileSync(file, Buffer.from("\uFEFFMY_KEY=grün\r\n", "utf16le"), { mode: 0o600 });
    writeFileSync(`${file}.bak`, "older");

    const findings = await findingsOf(environment, home);
    const done = await repairAll(findings);

    expect(findings).toMatchObject([{ code: "variables-encoding", level: "error", subject: file }]);
    expect(done).toEqual([`saved ${file} as UTF-8; what was there is ${file}.bak.2`]);
    expect(readFileSync(file, "utf8")).toBe("MY_KEY=grün\r\n");
    expect(readFileSync(`${file}.bak`, "utf8")).toBe("older");
  });

  test("finds nothing without variables, and where they say the same or something of their own", async ({
    home,
  }) => {
    expect(await findingsOf(environment, home, { config: SOUND })).toEqual([]);
    const env = { CLAWDBOT_GATEWAY_TOKEN: SOUND.gateway.auth.token, CLAWDBOT_GATEWAY_PORT: "20001" };
    expect(await findingsOf(environment, home, { env })).toEqual([]);
  });
});
