import { expect, test } from "@playwright/test";
import {
  isLaterRelease,
  isOwnService,
  productOfProcess,
  productOfService,
  productOfVersion,
  productText,
} from "../../../shared/lineage.ts";
import { APP_VERSION } from "../../../shared/version.ts";

const OURS = { CLAWDBOT_SERVICE_MARKER: "clawdbot", CLAWDBOT_SERVICE_KIND: "gateway" };

test.describe("products of the family", () => {
  for (const [version, name] of [
    ["2026.1.24-3", "the original Clawdbot"],
    ["2025.12.1", "the original Clawdbot"],
    ["2026.1.27-beta.1", "Moltbot"],
    ["2026.1.29", "OpenClaw"],
    ["2026.9.6", "OpenClaw"],
  ] as const) {
    test(`U3: ${version} is ${name}, and no later release of this program`, () => {
      const product = productOfVersion(version);

      expect(product && productText(product)).toBe(`${name} ${version}`);
      expect(isLaterRelease(version)).toBe(false);
    });
  }

  test("U3: versions of this program, and what is none, belong to no other product", () => {
    const versions = [APP_VERSION, "1.0.0", "99.0.0", "2026", "2026.1", "12026.1.2", "2026.1.2.3", "", "x"];

    expect(versions.filter((version) => productOfVersion(version) !== undefined)).toEqual([]);
    expect(isLaterRelease("99.0.0")).toBe(true);
  });

  for (const [what, work, name] of [
    ["its version", { environment: { ...OURS, CLAWDBOT_SERVICE_VERSION: "2026.1.24-3" } }, "original"],
    [
      "its package",
      { command: ["node", "/usr/lib/node_modules/clawdbot/dist/entry.js", "gateway"] },
      "original",
    ],
    [
      "its package on Windows",
      { command: ["C:\\npm\\node_modules\\openclaw\\dist\\index.js", "gateway"] },
      "OpenClaw",
    ],
    [
      "its mark",
      { environment: { OPENCLAW_SERVICE_MARKER: "openclaw", OPENCLAW_SERVICE_KIND: "gateway" } },
      "OpenClaw",
    ],
    [
      "Moltbot's mark",
      { environment: { MOLTBOT_SERVICE_MARKER: "moltbot", MOLTBOT_SERVICE_KIND: "gateway" } },
      "Moltbot",
    ],
  ] as const) {
    test(`U3: a service is told by ${what}`, () => {
      const whole = { command: [], environment: {}, ...work };

      expect(productOfService(whole)?.name).toContain(name);
      expect(isOwnService(whole)).toBe(false);
    });
  }

  test("U3: a service of this program is ours, a node host of OpenClaw is no gateway", () => {
    const command = ["node", "/usr/lib/node_modules/clawdbot-companion/dist/launch.cjs", "gateway"];
    const ours = { command, environment: { ...OURS, CLAWDBOT_SERVICE_VERSION: APP_VERSION } };
    const nodeHost = { OPENCLAW_SERVICE_MARKER: "openclaw", OPENCLAW_SERVICE_KIND: "node" };

    expect(productOfService(ours)).toBeUndefined();
    expect(isOwnService(ours)).toBe(true);
    expect(productOfService({ command: [], environment: nodeHost })).toBeUndefined();
  });

  test("U3: processes are told by the names they give themselves, also when they are cut off", () => {
    const names = ["openclaw-gateway", "openclaw-gatewa", "moltbot", "clawdbot-gateway", "node", "clawdbotd"];

    expect(names.map((name) => productOfProcess(name)?.name)).toEqual([
      "OpenClaw",
      "OpenClaw",
      "Moltbot",
      "the original Clawdbot",
      undefined,
      undefined,
    ]);
  });
});
