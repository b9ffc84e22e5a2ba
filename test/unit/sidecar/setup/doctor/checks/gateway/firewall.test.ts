import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { firewall, ufwFindings } from "../../../../../../../sidecar/setup/doctor/checks/gateway/firewall.ts";
import { createCheckContext, findingsOf, SOUND } from "../../../../../../helpers/home/check-context.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";
import { reads } from "../../../../../../helpers/run/reads.ts";

const LAN = { gateway: { ...SOUND.gateway, bind: "lan", port: 20_000 } };

function look(home: TempHome, config: object, enabled: "yes" | "no", rules: string) {
  const files = { settings: join(home.path, "ufw.conf"), rules: join(home.path, "user.rules") };
  writeFileSync(files.settings, `# comment\nENABLED=${enabled}\nLOGLEVEL=low\n`);
  writeFileSync(files.rules, rules);
  return ufwFindings(createCheckContext(home, { config }), files);
}

test.describe("the check of the firewall", () => {
  test("hints at a port that ufw does not let through", ({ home }) => {
    const other = "### tuple ### allow tcp 2000 0.0.0.0/0 any 0.0.0.0/0 in\n";

    expect(look(home, LAN, "yes", other)).toMatchObject([
      {
        code: "firewall-may-block",
        level: "hint",
        remedy: reads("if they should reach the gateway: sudo ufw allow 20000/tcp"),
      },
    ]);
  });

  test("finds nothing where it lets the port through, is off, or nobody is to come in", ({ home }) => {
    const rule = "### tuple ### allow tcp 20000 0.0.0.0/0 any 0.0.0.0/0 in\n";

    expect(look(home, LAN, "yes", rule)).toEqual([]);
    expect(look(home, LAN, "no", "")).toEqual([]);
    expect(look(home, SOUND, "yes", "")).toEqual([]);
  });

  test("finds nothing on other systems", async ({ home }) => {
    expect(await findingsOf(firewall, home, { config: LAN, platform: "darwin" })).toEqual([]);
  });
});
