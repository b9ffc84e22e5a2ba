import { chmodSync } from "node:fs";
import { expect } from "@playwright/test";
import { readConfig } from "../../../../../shared/node/config-source.ts";
import { exposureWarning } from "../../../../../sidecar/base/config/file-mode.ts";
import { createTempHome, type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { printed } from "../../../../helpers/run/reads.ts";

const SECRET = { gateway: { auth: { token: "s3cr3t" } } };

function warningFor(home: TempHome, content: object, mode: number, platform: NodeJS.Platform = "linux") {
  home.writeConfig(content);
  chmodSync(home.configFile, mode);
  return printed(exposureWarning(readConfig(home.configFile, {}), platform));
}

test.describe("exposureWarning", () => {
  test.skip(process.platform === "win32", "Windows has no modes");

  for (const mode of [0o644, 0o640, 0o604, 0o620]) {
    test(`warns of secrets in a file with mode ${mode.toString(8)}`, ({ home }) => {
      const warning = warningFor(home, SECRET, mode);

      expect(warning).toContain(`${home.configFile} (mode 0${mode.toString(8)}); run: chmod 600 `);
      expect(warning).not.toContain("s3cr3t");
    });
  }

  test("has nothing to say of a private file, of one without secrets, of none and on Windows", ({ home }) => {
    expect(exposureWarning(readConfig(home.configFile, {}), "linux")).toBeUndefined();
    expect(warningFor(home, SECRET, 0o600)).toBeUndefined();
    expect(warningFor(home, { gateway: { mode: "local" } }, 0o644)).toBeUndefined();
    expect(warningFor(home, SECRET, 0o644, "win32")).toBeUndefined();
  });

  test("gives a command that can be pasted, whatever the path", () => {
    const home = createTempHome("it's a home");

    expect(warningFor(home, SECRET, 0o644)).toMatch(/chmod 600 '\/.*it'\\''s a home\/.*'$/);
    home.dispose();
  });
});
