import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { otherProductsHere } from "../../../../../../../sidecar/setup/doctor/checks/state/other-products.ts";
import { findingsOf } from "../../../../../../helpers/home/check-context.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";

function place(home: TempHome, ...path: string[]): string {
  const file = join(home.path, ...path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, "");
  return file;
}

test.describe("the check of other products", () => {
  for (const [platform, service, others] of [
    ["linux", [".config", "systemd", "user", "openclaw-gateway-work.service"], "openclaw-node.service"],
    ["darwin", ["Library", "LaunchAgents", "ai.openclaw.gateway.plist"], "ai.openclaw.node.plist"],
  ] as const) {
    test(`U3: gives one hint with state and services of OpenClaw on ${platform}`, async ({ home }) => {
      place(home, ".openclaw", "openclaw.json");
      const file = place(home, ...service);
      place(home, ...service.slice(0, -1), others);

      const findings = await findingsOf(otherProductsHere, home, { platform });

      expect(findings).toMatchObject([{ code: "other-product", level: "hint", subject: "OpenClaw" }]);
      expect(findings[0]?.message).toContain(`(${join(home.path, ".openclaw")}, ${file})`);
    });
  }

  test("U3: finds nothing where nothing of them is", async ({ home }) => {
    place(home, ".openclawed", "x");
    place(home, ".config", "systemd", "user", "clawdbot-gateway.service");

    expect(await findingsOf(otherProductsHere, home)).toEqual([]);
  });
});
