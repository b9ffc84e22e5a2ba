import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { readConfig } from "../../../../../../../shared/node/config-source.ts";
import { configValues } from "../../../../../../../sidecar/setup/doctor/checks/config/config-values.ts";
import { findingsOf, repairAll, SOUND } from "../../../../../../helpers/home/check-context.ts";
import { asking } from "../../../../../../helpers/home/readings.ts";
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

  for (const [what, gateway] of [
    ["a word that a later release may know", { bind: "mesh" }],
    ["another kind of value", { port: { from: 1, to: 9 } }],
    ["a text where a number is meant", { port: "many" }],
    ["a secret without quotes", { auth: { token: 424_242 } }],
    ["a secret that only stands for one", { auth: { token: "changeme" } }],
    ["an object that holds more", { reload: [{ mode: "hot" }] }],
    ["a text with a variable in it", { bind: `${asking("BIND")}` }],
  ] as const) {
    test(`F1: names ${what}, and leaves it alone`, async ({ home }) => {
      const findings = await findingsOf(configValues, home, {
        config: { gateway: { mode: "local", ...gateway } },
        env: { BIND: "nowhere" },
      });

      expect(findings).toMatchObject([{ code: "config-value-invalid", level: "error" }]);
      expect(findings[0]?.repair).toBeUndefined();
    });
  }

  test("F1: puts no secret of a former configuration back", async ({ home }) => {
    home.writeConfig({ gateway: { mode: "local", auth: { token: "<token>" } } });
    writeFileSync(join(home.stateDir, "clawdbot.last-good.json"), JSON.stringify(SOUND));

    expect((await findingsOf(configValues, home))[0]?.repair).toBeUndefined();
  });

  test("F1: names a variable and an included file that are missing, and how to help it", async ({ home }) => {
    const config = { gateway: { $include: "gone.json", auth: { token: asking("MY_TOKEN") } } };

    const findings = await findingsOf(configValues, home, { config });

    expect(findings).toMatchObject([
      { code: "config-include-unusable", level: "error", subject: "gateway.$include" },
      {
        code: "config-variable-missing",
        level: "error",
        remedy: `put a line MY_TOKEN=… into ${join(home.stateDir, ".env")}, or set MY_TOKEN where the gateway is started`,
      },
    ]);
    expect(findings.some(({ repair }) => repair !== undefined)).toBe(false);
  });

  test("S11: says how many further mistakes there are", async ({ home }) => {
    const gateway = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 1]));

    expect(await findingsOf(configValues, home, { config: { gateway } })).toMatchObject([
      { code: "config-more-mistakes", level: "hint", message: expect.stringMatching(/^30 more mistakes/) },
    ]);
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
