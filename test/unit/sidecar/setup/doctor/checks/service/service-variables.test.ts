import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { serviceVariables } from "../../../../../../../sidecar/setup/doctor/checks/service/service-variables.ts";
import { findingsOf, serviceSaying } from "../../../../../../helpers/home/check-context.ts";
import { asking } from "../../../../../../helpers/home/readings.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";

const config = { gateway: { mode: "local", auth: { token: asking("MY_TOKEN") } } };
const env = { MY_TOKEN: "s3cr3t" };

test.describe("the check of the service's variables", () => {
  test("S7: names one that only this shell knows, and no value", async ({ home }) => {
    const findings = await findingsOf(serviceVariables, home, { config, env, service: serviceSaying({}) });

    expect(findings).toMatchObject([
      {
        code: "service-variable-missing",
        level: "error",
        subject: "gateway.auth.token",
        remedy: `put a line MY_TOKEN=… into ${join(home.stateDir, ".env")}`,
      },
    ]);
    expect(JSON.stringify(findings)).not.toContain("s3cr3t");
  });

  test("S7: finds nothing where the service reads it too, and where there is no service", async ({
    home,
  }) => {
    expect(await findingsOf(serviceVariables, home, { config, env })).toEqual([]);
    writeFileSync(join(home.stateDir, ".env"), "MY_TOKEN=s3cr3t\n");

    expect(await findingsOf(serviceVariables, home, { env, service: serviceSaying({}) })).toEqual([]);
  });
});
