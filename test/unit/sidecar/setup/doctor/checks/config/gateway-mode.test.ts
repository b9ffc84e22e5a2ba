import { expect } from "@playwright/test";
import { readConfig } from "../../../../../../../shared/node/config-source.ts";
import { gatewayMode } from "../../../../../../../sidecar/setup/doctor/checks/config/gateway-mode.ts";
import { findingsOf, repairAll, SOUND } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";

test.describe("the check of gateway.mode", () => {
  for (const [what, config] of [
    ["a local one", SOUND],
    ["a remote one with its address", { gateway: { mode: "remote", remote: { url: "wss://gate.example" } } }],
    ["half a file", "{"],
  ] as const) {
    test(`finds nothing wrong with ${what}`, async ({ home }) => {
      expect(await findingsOf(gatewayMode, home, { config })).toEqual([]);
    });
  }

  test("sets a missing one to local", async ({ home }) => {
    const findings = await findingsOf(gatewayMode, home, { config: { gateway: { port: 20_000 } } });

    expect(findings).toMatchObject([
      { code: "gateway-mode-unset", level: "error", remedy: "clawdbot config set gateway.mode local" },
    ]);
    expect(await repairAll(findings)).toEqual(["set gateway.mode to local"]);
    expect(readConfig(home.configFile, {})).toMatchObject({
      parsed: { gateway: { mode: "local", port: 20_000 } },
    });
    expect(await findingsOf(gatewayMode, home)).toEqual([]);
  });

  test("does not choose where a remote address makes both possible", async ({ home }) => {
    const findings = await findingsOf(gatewayMode, home, {
      config: { gateway: { remote: { url: "wss://g" } } },
    });

    expect(findings).toMatchObject([{ code: "gateway-mode-unset" }]);
    expect(findings[0]?.repair).toBeUndefined();
  });

  test("misses the address of a remote one", async ({ home }) => {
    const findings = await findingsOf(gatewayMode, home, { config: { gateway: { mode: "remote" } } });

    expect(findings).toMatchObject([{ code: "remote-url-missing", level: "warning" }]);
  });
});
