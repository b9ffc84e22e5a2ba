/** A real gateway on a machine whose time of day is set while it runs. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { connectWire, TEST_TOKEN } from "../../helpers/gateway/wire-client.ts";
import { test } from "../../helpers/home/temp-home.ts";
import { freePort } from "../../helpers/network/ports.ts";
import { startCli } from "../../helpers/process/cli.ts";
import { missingReason } from "../../helpers/run/desktop-needs.ts";
import { until } from "../../helpers/service/gateway-service.ts";
import { shiftedClock } from "../../helpers/time/shifted-clock.ts";

test.skip(() => missingReason("clock") !== undefined, missingReason("clock") ?? "");

for (const [what, days] of [
  ["back", -3],
  ["forth", 3],
] as const) {
  test(`F10: a clock that is set ${what} by three days changes nothing that lasts`, async ({ home }) => {
    const clock = shiftedClock(home.path);
    const port = await freePort();
    home.writeConfig({
      gateway: { mode: "local", port, auth: { mode: "token", token: TEST_TOKEN } },
      logging: { level: "debug" },
    });
    const gateway = startCli(["gateway"], { env: home.env(clock.env) });
    await gateway.waitFor(/log file: /);
    const logFile = join(home.stateDir, "logs", "gateway.log");

    clock.shiftDays(days);
    rmSync(logFile);
    const uptimeMs = await until(async () => {
      const { client, hello } = await connectWire(port);
      await client.close();
      const { snapshot } = hello as { snapshot: { uptimeMs: number } };
      return existsSync(logFile) ? snapshot.uptimeMs : undefined;
    });
    const ended = await gateway.stop();

    expect(uptimeMs).toBeGreaterThanOrEqual(0);
    expect(uptimeMs).toBeLessThan(60_000);
    expect(readFileSync(logFile, "utf8")).toContain("ws connected");
    expect(ended.code).toBe(0);
  });
}
