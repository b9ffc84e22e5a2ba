import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { browser } from "../../../../../../../sidecar/setup/doctor/checks/machine/browser.ts";
import { findingsOf } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";

test.describe("the check of the browser", () => {
  test("says nothing where nobody asked for one, or it is switched off", async ({ home }) => {
    expect(await findingsOf(browser, home)).toEqual([]);
    const config = { browser: { enabled: false, executablePath: "/not/there" } };
    expect(await findingsOf(browser, home, { config })).toEqual([]);
  });

  test("names what is half there, and a path that leads to no program", async ({ home }) => {
    const folder = join(home.stateDir, "tools", "@browser");
    mkdirSync(join(folder, "node_modules"), { recursive: true });
    const config = { browser: { executablePath: "~/chrome" } };

    expect(await findingsOf(browser, home, { config })).toMatchObject([
      {
        code: "browser-driver-unusable",
        level: "warning",
        message: `what drives the agents' browser is not whole, in ${folder}`,
        remedy: "install it again: clawdbot browser install",
      },
      { code: "browser-path-wrong", subject: join(home.path, "chrome") },
    ]);
  });
});
