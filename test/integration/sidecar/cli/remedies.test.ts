import { expect } from "@playwright/test";
import { test } from "../../../helpers/home/temp-home.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";

const OURS =
  /clawdbot (?:--profile \w+ )?(?:config|dashboard|doctor|gateway|logs|onboard|reset|start|tray|uninstall)\b/g;

test.describe("a remedy", () => {
  for (const line of [
    ["gateway", "health"],
    ["gateway", "run"],
    ["gateway", "run", "--json"],
    ["gateway", "status"],
    ["gateway", "status", "--json"],
    ["gateway", "probe"],
    ["doctor", "--non-interactive"],
    ["doctor", "--json"],
    ["logs"],
    ["dashboard"],
    ["gateway", "install", "--port", "0"],
    ["onboard", "--non-interactive", "--accept-risk", "--daemon", "skip", "--skip-health"],
  ]) {
    test(`P1: of ${line.join(" ")} names the profile in every command`, async ({ home }) => {
      const port = String(await freePort());
      const env = home.env({ CLAWDBOT_GATEWAY_PORT: port });

      const { stdout, stderr } = await runInProcess(["--profile", "work", ...line], { env });

      const commands = `${stdout}${stderr}`.match(OURS) ?? [];
      expect(commands.filter((command) => !command.startsWith("clawdbot --profile work "))).toEqual([]);
    });
  }

  test("P1: tells how to start a gateway of the profile that was asked for, or to set one up", async ({
    home,
  }) => {
    home.writeConfig({ gateway: { mode: "local", port: await freePort() } });

    const plain = await runInProcess(["gateway", "health"], { env: home.env() });
    const work = await runInProcess(["--profile", "work", "gateway", "health"], { env: home.env() });
    const checkout = await runInProcess(["health"], { env: home.env({ npm_command: "start" }) });

    expect([plain, work, checkout].map(({ stderr }) => stderr.trim().split("). ")[1])).toEqual([
      "Start one with clawdbot gateway",
      "Nothing is set up yet: clawdbot --profile work onboard",
      "Start one with npx clawdbot gateway",
    ]);
  });

  test("P1: is the same text as JSON", async ({ home }) => {
    const { stdout } = await runInProcess(["--profile", "work", "doctor", "--json"], { env: home.env() });

    const remedies = JSON.parse(stdout).findings.flatMap(({ remedy }: { remedy?: unknown }) => remedy ?? []);
    expect(remedies).toContain("clawdbot --profile work onboard");
    expect(remedies.filter((remedy: unknown) => typeof remedy !== "string")).toEqual([]);
  });
});
