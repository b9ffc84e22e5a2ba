import { readFileSync } from "node:fs";
import { expect } from "@playwright/test";
import { configKeys } from "../../../../../../../sidecar/setup/doctor/checks/config/config-keys.ts";
import { codesOf, findingsOf, repairAll, SOUND } from "../../../../../../helpers/home/patient.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";

const stored = (home: TempHome) => {
  const { meta: _meta, ...values } = JSON.parse(readFileSync(home.configFile, "utf8"));
  return values;
};

test.describe("the check of keys", () => {
  test("finds nothing in a sound configuration and in none", async ({ home }) => {
    expect(await findingsOf(configKeys, home)).toEqual([]);
    expect(await findingsOf(configKeys, home, { config: SOUND })).toEqual([]);
  });

  for (const [what, before, done, after] of [
    [
      "renames a misspelt key",
      { gateway: { prot: 20_000 } },
      "renamed gateway.prot to gateway.port",
      { gateway: { port: 20_000 } },
    ],
    [
      "renames one further down",
      { gateway: { auth: { tokne: "x" } } },
      "renamed gateway.auth.tokne to gateway.auth.token",
      { gateway: { auth: { token: "x" } } },
    ],
    [
      "drops a key that resembles none",
      { gateway: { mode: "local", zzzzzz: 1 } },
      "removed gateway.zzzzzz",
      { gateway: { mode: "local" } },
    ],
    [
      "drops a misspelt key beside the right one",
      { gateway: { prot: 1, port: 20_000 } },
      "removed gateway.prot",
      { gateway: { port: 20_000 } },
    ],
    ["drops a key with a dot in its name", { gateway: { "a.b": 1 } }, "removed gateway.a.b", { gateway: {} }],
    [
      "moves a token where it belongs",
      { gateway: { token: "s3cr3t" } },
      "moved gateway.token to gateway.auth.token",
      { gateway: { auth: { token: "s3cr3t" } } },
    ],
    [
      "moves a password where it belongs",
      { gateway: { password: "s3cr3t" } },
      "moved gateway.password to gateway.auth.password",
      { gateway: { auth: { password: "s3cr3t" } } },
    ],
    [
      "drops a token in the wrong place rather than overwrite the right one",
      { gateway: { token: "old", auth: { token: "new" } } },
      "removed gateway.token",
      { gateway: { auth: { token: "new" } } },
    ],
    [
      "renames a misspelt section",
      { loging: { level: "debug" } },
      "renamed loging to logging",
      { logging: { level: "debug" } },
    ],
  ] as const) {
    test(what, async ({ home }) => {
      const findings = await findingsOf(configKeys, home, { config: before });

      expect(await repairAll(findings)).toEqual([done]);
      expect(stored(home)).toEqual(after);
      expect(await findingsOf(configKeys, home)).toEqual([]);
      expect(JSON.stringify(findings)).not.toContain("s3cr3t");
    });
  }

  test("moves a token without asking, but renames and drops only when asked", async ({ home }) => {
    const kinds = async (config: object) =>
      (await findingsOf(configKeys, home, { config })).map(({ repair }) => repair?.kind);

    expect(await kinds({ gateway: { token: "x" } })).toEqual(["safe"]);
    expect(await kinds({ gateway: { prot: 1 } })).toEqual(["change"]);
    expect(await kinds({ gateway: { zzzzzz: 1 } })).toEqual(["change"]);
  });

  test("leaves sections alone that may belong to somebody else", async ({ home }) => {
    const findings = await findingsOf(configKeys, home, { config: { ...SOUND, myOwnThings: {} } });

    expect(findings).toMatchObject([{ code: "config-section-unknown", level: "warning" }]);
    expect(findings[0]?.repair).toBeUndefined();
  });

  test("takes nothing away from what a newer version wrote", async ({ home }) => {
    const config = { gateway: { prot: 1, zzzzzz: 2 }, meta: { lastTouchedVersion: "99.0.0" } };

    const findings = await findingsOf(configKeys, home, { config });

    expect(codesOf(findings)).toEqual(["config-key-unknown", "config-key-unknown"]);
    expect(findings.some(({ repair }) => repair !== undefined)).toBe(false);
  });
});
