import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { configKeys } from "../../../../../../../sidecar/setup/doctor/checks/config/config-keys.ts";
import { codesOf, findingsOf, repairAll, SOUND } from "../../../../../../helpers/home/check-context.ts";
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

  for (const [what, gateway] of [
    ["that resembles none", { mode: "local", zzzzzz: 1 }],
    ["beside the one that was probably meant", { prot: 1, port: 20_000 }],
    ["with a dot in its name", { "a.b": 1 }],
    ["that is more than a slip away from one", { listenPort: 20_000 }],
    ["whose value does not fit the one that was probably meant", { prot: "any" }],
    ["for a secret beside the right one", { token: "old", auth: { token: "new" } }],
    ["that a later release may know", { auth: { mode: "token", tokenRef: { file: "/run/token" } } }],
    ["that reaches for the prototype", JSON.parse('{ "__proto__": { "port": 1 } }')],
  ] as const) {
    test(`F1: names a key ${what}, and leaves it alone`, async ({ home }) => {
      const findings = await findingsOf(configKeys, home, { config: { gateway } });

      expect(findings).toMatchObject([{ code: "config-key-unknown", level: "error" }]);
      expect(findings[0]?.repair).toBeUndefined();
      expect(findings[0]?.remedy).toContain("clawdbot config unset ");
    });
  }

  test("F1: says where a key of an included file stands", async ({ home }) => {
    home.writeConfig({ gateway: { $include: "./gateway.json5" } });
    writeFileSync(join(home.stateDir, "gateway.json5"), "{ prot: 1 }");

    const findings = await findingsOf(configKeys, home);

    expect(findings).toMatchObject([
      { message: expect.stringContaining(`(in ${join(home.stateDir, "gateway.json5")})`) },
    ]);
    expect(findings[0]?.repair).toBeUndefined();
  });

  test("F2: a renamed key keeps the text of its value, and the file everything else", async ({ home }) => {
    const text = "// mine\n{\n  loging: { level: 'debug', id: 233734246190153728 }, // why\n}\n";
    const findings = await findingsOf(configKeys, home, { config: text });

    await repairAll(findings);

    expect(readFileSync(home.configFile, "utf8")).toMatch(
      /^\/\/ mine\n\{\n {2}logging: \{ level: 'debug', id: 233734246190153728 \}, \/\/ why\n {2}meta: \{/,
    );
  });

  test("moves a token without asking, but renames only when asked", async ({ home }) => {
    const kinds = async (config: object) =>
      (await findingsOf(configKeys, home, { config })).map(({ repair }) => repair?.kind);

    expect(await kinds({ gateway: { token: "x" } })).toEqual(["safe"]);
    expect(await kinds({ gateway: { prot: 1 } })).toEqual(["change"]);
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
