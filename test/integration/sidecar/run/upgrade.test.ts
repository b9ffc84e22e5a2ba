/** The package is replaced under a gateway that goes on. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { runCli, startNode } from "../../../helpers/process/cli.ts";
import { InstalledCopy } from "../../../helpers/process/installed-copy.ts";

const FILES = ["", "main.js", "styles.css", "favicon.svg"];
const NEW = "0.2.0";

test.describe("F3: an upgrade under a running gateway", () => {
  test("serves the page as before, says what is installed, and explains what it lacks", async ({ home }) => {
    test.setTimeout(120_000);
    const installed = new InstalledCopy(join(home.path, "prefix"));
    const port = await freePort();
    const gateway = startInstalled(installed, home, port);
    try {
      await gateway.waitFor(/log file: /);
      const before = await page(port);

      installed.remove();
      expect(await page(port)).toEqual(before);
      // Before the first message nothing of the assistant is loaded.
      const refused = await ask(home, port, "too late");
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/^another program was installed in the place of this one.*restart it/);
      configure(home, port, { tailscale: { mode: "serve" } });
      await gateway.waitFor(
        /another program was installed in the place of this one, so a part of it is gone/,
      );
      installed.install(NEW);
      await gateway.waitFor(/version 0\.2\.0 was installed; this gateway goes on as 0\.1\.0 until/);

      const status = await startNode([installed.launcher, "gateway", "status"], { env: home.env() }).ended;
      expect(await page(port)).toEqual(before);
      expect(readFileSync(join(home.stateDir, "logs", "gateway.log"), "utf8")).toContain(
        `"running":"0.1.0","installed":"${NEW}"`,
      );
      expect(status.stdout).toContain(`Version: the gateway that runs is 0.1.0, this command is ${NEW}`);
    } finally {
      await gateway.stop();
    }
  });
});

function ask(home: TempHome, port: number, message: string) {
  const where = ["--url", `ws://127.0.0.1:${port}`, "--token", TEST_TOKEN];
  return runCli(["agent", "--message", message, ...where], { env: home.env() });
}

function startInstalled(installed: InstalledCopy, home: TempHome, port: number) {
  configure(home, port, {});
  return startNode([installed.launcher, "gateway"], { env: home.env(), timeoutMs: 110_000 });
}

function configure(home: TempHome, port: number, more: object): void {
  home.writeConfig({ gateway: { mode: "local", port, auth: { mode: "token", token: TEST_TOKEN }, ...more } });
}

async function page(port: number): Promise<(number | string)[][]> {
  return Promise.all(
    FILES.map(async (name) => {
      const answer = await fetch(`http://127.0.0.1:${port}/${name}`);
      return [answer.status, await answer.text()];
    }),
  );
}
