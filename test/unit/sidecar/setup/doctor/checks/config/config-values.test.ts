import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { readConfig } from "../../../../../../../shared/node/config-source.ts";
import { configValues } from "../../../../../../../sidecar/setup/doctor/checks/config/config-values.ts";
import { findingsOf, repairAll, SOUND } from "../../../../../../helpers/home/patient.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";

const gatewayOf = (home: TempHome) => {
  const reading = readConfig(home.configFile, {});
  return reading.state === "missing" ? undefined : reading.parsed.gateway;
};

test.describe("the check of values", () => {
  test("finds nothing in a sound configuration, and leaves unknown keys to others", async ({ home }) => {
    expect(await findingsOf(configValues, home, { config: SOUND })).toEqual([]);
    expect(await findingsOf(configValues, home, { config: { gateway: { zzzzzz: 1 } } })).toEqual([]);
  });

  test("takes out a value that is none", async ({ home }) => {
    const findings = await findingsOf(configValues, home, {
      config: { gateway: { mode: "local", port: 99_999 } },
    });

    expect(findings).toMatchObject([
      { code: "config-value-invalid", level: "error", subject: "gateway.port", repair: { kind: "change" } },
    ]);
    expect(await repairAll(findings)).toEqual(["removed gateway.port"]);
    expect(gatewayOf(home)).toEqual({ mode: "local" });
  });

  test("puts back what last worked", async ({ home }) => {
    home.writeConfig({ gateway: { mode: "local", port: "many" } });
    const worked = { gateway: { mode: "local", port: 20_001 } };
    writeFileSync(join(home.stateDir, "clawdbot.last-good.json"), JSON.stringify(worked));

    const done = await repairAll(await findingsOf(configValues, home));

    expect(done).toEqual(["put back the last value of gateway.port that worked"]);
    expect(gatewayOf(home)).toEqual({ mode: "local", port: 20_001 });
  });

  test("takes several wrong entries out of a list, one look after the other", async ({ home }) => {
    home.writeConfig({ gateway: { trustedProxies: ["0.0.0.0/0", "10.0.0.1", "::/0"] } });

    await repairAll(await findingsOf(configValues, home));
    await repairAll(await findingsOf(configValues, home));

    expect(gatewayOf(home)).toEqual({ trustedProxies: ["10.0.0.1"] });
  });

  test("never shows a secret, also one that is a number", async ({ home }) => {
    const findings = await findingsOf(configValues, home, {
      config: { gateway: { auth: { token: 424_242 } } },
    });

    expect(findings).toMatchObject([
      { subject: "gateway.auth.token", message: "gateway.auth.token: expected string" },
    ]);
  });
});
