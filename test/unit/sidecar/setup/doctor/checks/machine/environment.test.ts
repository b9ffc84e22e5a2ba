import { expect } from "@playwright/test";
import { environment } from "../../../../../../../sidecar/setup/doctor/checks/machine/environment.ts";
import { findingsOf, SOUND } from "../../../../../../helpers/home/patient.ts";
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

  test("finds nothing without variables, and where they say the same or something of their own", async ({
    home,
  }) => {
    expect(await findingsOf(environment, home, { config: SOUND })).toEqual([]);
    const env = { CLAWDBOT_GATEWAY_TOKEN: SOUND.gateway.auth.token, CLAWDBOT_GATEWAY_PORT: "20001" };
    expect(await findingsOf(environment, home, { env })).toEqual([]);
  });
});
