import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { readConfig } from "../../../../../../../shared/node/config-source.ts";
import { startIdOf } from "../../../../../../../shared/node/process-identity.ts";
import { writeJsonFile } from "../../../../../../../shared/node/run-state.ts";
import { gatewayAuth } from "../../../../../../../sidecar/setup/doctor/checks/config/gateway-auth.ts";
import {
  type CheckContextOptions,
  codesOf,
  createCheckContext,
  findingsOf,
  repairAll,
  SOUND,
  serviceSaying,
} from "../../../../../../helpers/home/check-context.ts";
import { asking } from "../../../../../../helpers/home/readings.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";

const local = (gateway: object) => ({ gateway: { mode: "local", ...gateway } });
const tokenIn = (home: TempHome) => {
  const reading = readConfig(home.configFile, {});
  return reading.state === "valid" ? reading.config.gateway?.auth?.token : undefined;
};

test.describe("the check of auth", () => {
  const sound: [what: string, options: CheckContextOptions][] = [
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

  const elsewhere: [what: string, words: string, make: (home: TempHome) => CheckContextOptions][] = [
    [
      "in the user's file of the service",
      "the service has one from ",
      (home) => {
        writeFileSync(join(home.stateDir, "service.env"), "CLAWDBOT_GATEWAY_TOKEN=theirs\n");
        return {};
      },
    ],
    [
      "in the definition of the service",
      "the installed service has one in its definition",
      (home) => ({
        service: serviceSaying({
          definition: { environment: { HOME: home.path, CLAWDBOT_GATEWAY_TOKEN: "theirs" } },
        }),
      }),
    ],
    [
      "with a gateway that runs",
      "a gateway runs (PID ",
      (home) => {
        const { paths } = createCheckContext(home).profile;
        const startId = startIdOf(process.pid) ?? "";
        writeJsonFile(paths.factsFile, { pid: process.pid, startId, instanceId: "i", port: 1 });
        return {};
      },
    ],
    [
      "in a section that is misspelt",
      "one may stand in getaway, which nothing reads",
      () => ({ config: { ...local({}), getaway: { auth: { token: "theirs" } } } }),
    ],
    [
      "where only a newer version finds it",
      "a newer version wrote the configuration",
      () => ({ config: { ...local({}), meta: { lastTouchedVersion: "99.0.0" } } }),
    ],
  ];
  for (const [what, words, make] of elsewhere) {
    test(`F1: makes no token where there is one ${what}, unless somebody insists`, async ({ home }) => {
      home.writeConfig(local({}));

      const findings = await findingsOf(gatewayAuth, home, make(home));

      expect(findings).toMatchObject([
        { code: "auth-token-missing", message: expect.stringContaining(words), repair: { kind: "drastic" } },
      ]);
    });
  }

  test("F1: puts the token of the last configuration that worked back, by its name where it had one", async ({
    home,
  }) => {
    home.writeConfig(local({}));
    const lastGood = local({ auth: { token: asking("MY_TOKEN") } });
    writeFileSync(join(home.stateDir, "clawdbot.last-good.json"), JSON.stringify(lastGood));

    const done = await repairAll(await findingsOf(gatewayAuth, home, { env: { MY_TOKEN: "theirs" } }));

    expect(done).toEqual(["put back the gateway.auth.token of the last configuration that worked"]);
    expect(readFileSync(home.configFile, "utf8")).toContain(asking("MY_TOKEN"));
  });

  test("F1: makes none while a variable or an included file is missing", async ({ home }) => {
    const missing = { config: local({ auth: { token: asking("MY_TOKEN") } }) };

    expect(await findingsOf(gatewayAuth, home, missing)).toEqual([]);
    expect(await findingsOf(gatewayAuth, home, { config: local({ $include: "auth.json5" }) })).toEqual([]);
  });

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
