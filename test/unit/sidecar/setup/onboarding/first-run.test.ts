import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { validateConfig } from "../../../../../shared/config/validate.ts";
import { writeFirstConfig } from "../../../../../sidecar/setup/onboarding/first-run.ts";
import { test } from "../../../../helpers/home/temp-home.ts";
import { surroundingsOf } from "./samples.ts";

test.describe("writeFirstConfig", () => {
  test("writes a valid local configuration with a token of 24 random bytes, and a work directory", async ({
    home,
  }) => {
    expect(await writeFirstConfig(surroundingsOf(home), 0)).toBe(true);

    const config = JSON.parse(readFileSync(home.configFile, "utf8"));
    expect(config.gateway).toEqual({
      mode: "local",
      bind: "loopback",
      auth: { mode: "token", token: expect.stringMatching(/^[0-9a-f]{48}$/) },
    });
    expect(validateConfig(config)).toMatchObject({ valid: true, warnings: [] });
    expect(statSync(join(home.path, "clawd")).isDirectory()).toBe(true);
  });

  test("leaves a file alone, even an empty one", async ({ home }) => {
    home.writeConfig("");

    expect(await writeFirstConfig(surroundingsOf(home), 0)).toBe(false);
    expect(readFileSync(home.configFile, "utf8")).toBe("");
  });

  test("writes one configuration when two starts come at the same time", async ({ home }) => {
    const context = surroundingsOf(home);

    const written = await Promise.all([writeFirstConfig(context, 0), writeFirstConfig(context, 0)]);

    expect(written.sort()).toEqual([false, true]);
  });
});
