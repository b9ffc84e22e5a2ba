import { expect } from "@playwright/test";
import { readConfig } from "../../../../../../../shared/node/config-source.ts";
import { gatewayAuth } from "../../../../../../../sidecar/setup/doctor/checks/config/gateway-auth.ts";
import {
  codesOf,
  findingsOf,
  type PatientOptions,
  repairAll,
  SOUND,
} from "../../../../../../helpers/home/patient.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";

const local = (gateway: object) => ({ gateway: { mode: "local", ...gateway } });
const tokenIn = (home: TempHome) => {
  const reading = readConfig(home.configFile, {});
  return reading.state === "valid" ? reading.config.gateway?.auth?.token : undefined;
};

test.describe("the check of auth", () => {
  const sound: [what: string, options: PatientOptions][] = [
    ["a token", { config: SOUND }],
    ["a password alone", { config: local({ auth: { password: "p" } }) }],
    ["a token of the environment", { config: local({}), env: { CLAWDBOT_GATEWAY_TOKEN: "t" } }],
    [
      "a password of the environment",
      { config: local({ auth: { mode: "password" } }), env: { CLAWDBOT_GATEWAY_PASSWORD: "p" } },
    ],
    ["identities of the tailnet", { config: local({ tailscale: { mode: "serve" } }) }],
    [
      "the dev profile on loopback",
      {
        config: local({}),
        env: { CLAWDBOT_PROFILE: "dev", CLAWDBOT_CONFIG_PATH: "~/.clawdbot/clawdbot.json" },
      },
    ],
    ["a gateway elsewhere", { config: { gateway: { mode: "remote", remote: { url: "wss://g" } } } }],
    ["a file that is invalid in other respects", { config: local({ port: 0 }) }],
  ];
  for (const [what, options] of sound) {
    test(`finds nothing missing with ${what}`, async ({ home }) => {
      expect(await findingsOf(gatewayAuth, home, options)).toEqual([]);
    });
  }

  for (const [what, gateway] of [
    ["nothing is configured", {}],
    ["the mode is token", { auth: { mode: "token", password: "p" } }],
    ["the tailnet counts, but a wider address too", { bind: "lan", tailscale: { mode: "serve" } }],
  ] as const) {
    test(`generates a token of 24 bytes where ${what}`, async ({ home }) => {
      const findings = await findingsOf(gatewayAuth, home, { config: local(gateway) });
      const done = await repairAll(findings);

      expect(codesOf(findings)).toEqual(["auth-token-missing"]);
      expect(tokenIn(home)).toMatch(/^[0-9a-f]{48}$/);
      expect(JSON.stringify([findings, done])).not.toContain(tokenIn(home));
      expect(await findingsOf(gatewayAuth, home)).toEqual([]);
    });
  }

  test("keeps a token that somebody set meanwhile", async ({ home }) => {
    const findings = await findingsOf(gatewayAuth, home, { config: local({}) });
    home.writeConfig(SOUND);

    await repairAll(findings);

    expect(tokenIn(home)).toBe(SOUND.gateway.auth.token);
  });

  test("misses a password, which nobody can invent", async ({ home }) => {
    const findings = await findingsOf(gatewayAuth, home, { config: local({ auth: { mode: "password" } }) });

    expect(findings).toMatchObject([{ code: "auth-password-missing", level: "error" }]);
    expect(findings[0]?.repair).toBeUndefined();
  });
});
