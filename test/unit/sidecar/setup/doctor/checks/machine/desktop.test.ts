import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { desktop } from "../../../../../../../sidecar/setup/doctor/checks/machine/desktop.ts";
import { findingsOf } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";

test.describe("the check of the desktop", () => {
  test.skip(process.platform === "win32", "Windows has no mode that makes a file a program");

  test("misses notify-send where there is a screen", async ({ home }) => {
    for (const name of ["DISPLAY", "WAYLAND_DISPLAY"]) {
      const env = { PATH: home.path, [name]: ":1" };

      expect(await findingsOf(desktop, home, { env })).toMatchObject([
        { code: "notify-send-missing", level: "hint" },
      ]);
    }
  });

  test("finds nothing where it is, without a screen, and on other systems", async ({ home }) => {
    const env = { PATH: home.path, DISPLAY: ":1" };
    expect(await findingsOf(desktop, home, { env: { PATH: home.path } })).toEqual([]);
    expect(await findingsOf(desktop, home, { env, platform: "darwin" })).toEqual([]);

    writeFileSync(join(home.path, "notify-send"), "", { mode: 0o755 });
    expect(await findingsOf(desktop, home, { env })).toEqual([]);
  });
});
