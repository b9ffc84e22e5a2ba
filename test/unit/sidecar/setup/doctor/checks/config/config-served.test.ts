import { expect } from "@playwright/test";
import { configServed } from "../../../../../../../sidecar/setup/doctor/checks/config/config-served.ts";
import { findingsOf, SOUND } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";

test.describe("the check of what is served", () => {
  test("P4: names each key that nobody reads on one line, with what happens instead", async ({ home }) => {
    const config = {
      ...SOUND,
      channels: { telegram: {} },
      logging: { consoleLevel: "debug", level: "info" },
    };

    expect(await findingsOf(configServed, home, { config })).toEqual([
      {
        code: "config-not-served",
        level: "hint",
        subject: "channels",
        message: "channels: this release does not serve it; kept, but this release brings no channel",
      },
      {
        code: "config-not-served",
        level: "hint",
        subject: "logging.consoleLevel",
        message:
          "logging.consoleLevel: this release does not serve it; the console shows warnings and worse, with --verbose all",
      },
    ]);
  });

  test("finds nothing in a sound configuration or an invalid one", async ({ home }) => {
    expect(await findingsOf(configServed, home, { config: SOUND })).toEqual([]);
    expect(
      await findingsOf(configServed, home, { config: { gateway: { port: 0 }, channels: { a: 1 } } }),
    ).toEqual([]);
  });
});
