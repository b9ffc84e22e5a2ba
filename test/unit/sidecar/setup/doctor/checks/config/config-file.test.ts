import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { readConfig } from "../../../../../../../shared/node/config-source.ts";
import { configFile } from "../../../../../../../sidecar/setup/doctor/checks/config/config-file.ts";
import { codesOf, findingsOf, repairAll, SOUND } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";

test.describe("the check of the configuration file", () => {
  test("finds nothing in a sound one, and leaves single values to others", async ({ home }) => {
    expect(await findingsOf(configFile, home, { config: SOUND })).toEqual([]);
    expect(await findingsOf(configFile, home, { config: { gateway: { port: 0 } } })).toEqual([]);
  });

  test("offers a first one where there is none", async ({ home }) => {
    const findings = await findingsOf(configFile, home);

    expect(findings).toMatchObject([
      { code: "config-missing", level: "error", remedy: "clawdbot onboard", repair: { kind: "change" } },
    ]);
    expect(await repairAll(findings)).toEqual([`wrote ${home.configFile}`]);
    expect(readConfig(home.configFile, {})).toMatchObject({
      state: "valid",
      config: { gateway: { mode: "local", auth: { token: expect.stringMatching(/^[0-9a-f]{48}$/) } } },
    });
  });

  test("leaves the dev profile and a managed configuration to whoever makes them", async ({ home }) => {
    const dev = await findingsOf(configFile, home, { dev: true });
    const managed = await findingsOf(configFile, home, { env: { CLAWDBOT_NIX_MODE: "1" } });

    expect(dev).toMatchObject([{ code: "config-missing", level: "hint" }]);
    expect([...dev, ...managed].some(({ repair }) => repair !== undefined)).toBe(false);
  });

  for (const [what, text] of [
    ["half a file", '{ "gateway": {'],
    ["an empty one", ""],
    ["a list", "[]"],
  ] as const) {
    test(`puts the last one that worked in the place of ${what}`, async ({ home }) => {
      home.writeConfig(text);
      const lastGood = join(home.stateDir, "clawdbot.last-good.json");
      writeFileSync(lastGood, JSON.stringify(SOUND));

      const findings = await findingsOf(configFile, home);
      const done = await repairAll(findings);

      expect(codesOf(findings)).toEqual(["config-unparseable"]);
      expect(done).toEqual([
        `restored ${home.configFile} from ${lastGood}; what was there is ${home.configFile}.bak`,
      ]);
      expect(JSON.parse(readFileSync(home.configFile, "utf8"))).toEqual(SOUND);
      expect(readFileSync(`${home.configFile}.bak`, "utf8")).toBe(text);
    });
  }

  test("takes the newest backup that is sound where no last one is kept", async ({ home }) => {
    home.writeConfig("{");
    writeFileSync(`${home.configFile}.bak`, "{ also half");
    writeFileSync(`${home.configFile}.bak.1`, JSON.stringify(SOUND));

    const done = await repairAll(await findingsOf(configFile, home));

    expect(JSON.parse(readFileSync(home.configFile, "utf8"))).toEqual(SOUND);
    expect(done).toEqual([
      `restored ${home.configFile} from the newest backup that works; what was there is ${home.configFile}.bak`,
    ]);
  });

  test("says nothing of a former file where there was none", async ({ home }) => {
    const lastGood = join(home.stateDir, "clawdbot.last-good.json");
    mkdirSync(home.stateDir, { recursive: true });
    writeFileSync(lastGood, JSON.stringify(SOUND));

    const done = await repairAll(await findingsOf(configFile, home));

    expect(done).toEqual([`restored ${home.configFile} from ${lastGood}`]);
  });

  for (const [what, encode] of [
    ["little", (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le")],
    ["big", (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le").swap16()],
    ["little, without a mark", (text: string) => Buffer.from(text, "utf16le")],
  ] as const) {
    test(`F18: saves a file in UTF-16 (${what}) as UTF-8 and keeps what was there`, async ({ home }) => {
      const text = `// größer\n${JSON.stringify(SOUND)}\n`;
      mkdirSync(home.stateDir, { mode: 0o700 });
      writeFileSync(home.configFile, encode(text), { mode: 0o600 });

      const findings = await findingsOf(configFile, home);
      const done = await repairAll(findings);

      expect(codesOf(findings)).toEqual(["config-unreadable"]);
      expect(done).toEqual([`saved ${home.configFile} as UTF-8; what was there is ${home.configFile}.bak`]);
      expect(readFileSync(home.configFile, "utf8")).toBe(text);
      expect(readFileSync(`${home.configFile}.bak`)).toEqual(encode(text));
    });
  }

  test("F18: leaves other encodings alone", async ({ home }) => {
    mkdirSync(home.stateDir, { mode: 0o700 });
    writeFileSync(home.configFile, Buffer.from("{} // M\xfcller", "latin1"));

    expect((await findingsOf(configFile, home))[0]?.repair).toBeUndefined();
  });

  test("F1: writes nothing in the place of a link whose disk is not there", async ({ home }) => {
    mkdirSync(home.stateDir, { mode: 0o700 });
    symlinkSync("/mnt/gone/clawdbot.json", home.configFile);

    const findings = await findingsOf(configFile, home);

    expect(findings).toMatchObject([
      { code: "config-unreadable", message: expect.stringContaining("a symbolic link to /mnt/gone/") },
    ]);
    expect(findings[0]?.repair).toBeUndefined();
  });

  test("only says what is wrong where there is no copy, with the place", async ({ home }) => {
    const findings = await findingsOf(configFile, home, { config: "{\n  gateway: {," });

    expect(findings).toMatchObject([
      {
        code: "config-unparseable",
        message: expect.stringContaining("line 2, column 13"),
        remedy: "clawdbot config edit",
      },
    ]);
    expect(findings[0]?.repair).toBeUndefined();
  });

  test("does not overwrite a file that became sound meanwhile", async ({ home }) => {
    home.writeConfig("{");
    writeFileSync(join(home.stateDir, "clawdbot.last-good.json"), JSON.stringify(SOUND));
    const findings = await findingsOf(configFile, home);
    home.writeConfig({ gateway: { mode: "local", port: 20_000 } });

    await repairAll(findings);

    expect(readConfig(home.configFile, {})).toMatchObject({ parsed: { gateway: { port: 20_000 } } });
  });
});
