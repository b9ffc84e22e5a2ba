import { readFileSync } from "node:fs";
import { expect } from "@playwright/test";
import { validateConfig } from "../../../../../shared/config/validate.ts";
import { resolvePaths } from "../../../../../shared/node/paths.ts";
import { writeFirstConfig } from "../../../../../sidecar/base/config/first-run.ts";
import { test } from "../../../../helpers/temp-home.ts";

test.describe("writeFirstConfig", () => {
  test("writes a valid local configuration with a token of 24 random bytes", async ({ home }) => {
    const paths = resolvePaths({ env: { HOME: home.path }, platform: "linux" });

    expect(await writeFirstConfig(paths, 0)).toBe(true);

    const config = JSON.parse(readFileSync(home.configFile, "utf8"));
    expect(config.gateway).toEqual({
      mode: "local",
      bind: "loopback",
      auth: { mode: "token", token: expect.stringMatching(/^[0-9a-f]{48}$/) },
    });
    expect(validateConfig(config)).toMatchObject({ valid: true, warnings: [] });
  });

  test("leaves a file alone, even an empty one", async ({ home }) => {
    home.writeConfig("");
    const paths = resolvePaths({ env: { HOME: home.path }, platform: "linux" });

    expect(await writeFirstConfig(paths, 0)).toBe(false);
    expect(readFileSync(home.configFile, "utf8")).toBe("");
  });
});
