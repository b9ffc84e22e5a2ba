import { expect } from "@playwright/test";
import { APP_VERSION } from "../../../../../../../shared/version.ts";
import { configVersion } from "../../../../../../../sidecar/setup/doctor/checks/config/config-version.ts";
import { findingsOf } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";

const writtenBy = (lastTouchedVersion: unknown) => ({
  gateway: { mode: "local" },
  meta: { lastTouchedVersion },
});

test.describe("the check of the version that wrote the configuration", () => {
  test("row 53: names a newer one, also in a file that is invalid here", async ({ home }) => {
    const config = { ...writtenBy("99.1.0"), gateway: { hyper: true } };

    expect(await findingsOf(configVersion, home, { config })).toMatchObject([
      { code: "config-newer", level: "warning", message: expect.stringContaining("version 99.1.0") },
    ]);
  });

  for (const [version, product] of [
    ["2026.1.24-3", "the original Clawdbot"],
    ["2026.9.6", "OpenClaw"],
  ] as const) {
    test(`U3: names ${product} instead of asking for version ${version}`, async ({ home }) => {
      const [finding, ...more] = await findingsOf(configVersion, home, { config: writtenBy(version) });

      expect(more).toEqual([]);
      expect(finding).toMatchObject({ code: "config-other-product", level: "hint" });
      expect(finding?.message).toContain(`was last written by ${product} ${version}`);
      expect(JSON.stringify(finding)).not.toContain("or a later one");
    });
  }

  for (const version of [APP_VERSION, "0.0.9", `${APP_VERSION}-beta.1`, undefined, 7, "soon"]) {
    test(`finds nothing in one of ${version}`, async ({ home }) => {
      expect(await findingsOf(configVersion, home, { config: writtenBy(version) })).toEqual([]);
    });
  }
});
