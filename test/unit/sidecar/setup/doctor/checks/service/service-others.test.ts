import { expect } from "@playwright/test";
import { serviceOthers } from "../../../../../../../sidecar/setup/doctor/checks/service/service-others.ts";
import { findingsOf, serviceSaying } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";

const EXTRA = {
  label: "my-bot.service",
  detail: "/etc/systemd/system/my-bot.service",
  scope: "system",
  cleanup: ["one", "two"],
} as const;
const LEGACY = {
  label: "com.steipete.clawdbot.gateway",
  detail: "/x.plist",
  scope: "user",
  cleanup: ["bye"],
} as const;
const service = serviceSaying({ others: [EXTRA, LEGACY] });

test.describe("the check of other services", () => {
  test("names those that would run a gateway, on --deep", async ({ home }) => {
    expect(await findingsOf(serviceOthers, home, { service, deep: true })).toMatchObject([
      { code: "service-extra", level: "warning", remedy: "if it is not needed: one && two" },
      { code: "service-legacy" },
    ]);
  });

  test("names those of earlier versions always, where there are any", async ({ home }) => {
    expect(await findingsOf(serviceOthers, home, { service })).toEqual([]);
    expect(await findingsOf(serviceOthers, home, { service, platform: "darwin" })).toMatchObject([
      { code: "service-legacy", subject: "user com.steipete.clawdbot.gateway" },
    ]);
  });

  test("finds nothing where there are none, or nobody to ask", async ({ home }) => {
    expect(await findingsOf(serviceOthers, home, { service: serviceSaying({}), deep: true })).toEqual([]);
    expect(
      await findingsOf(serviceOthers, home, { service: serviceSaying({ unavailable: "x" }), deep: true }),
    ).toEqual([]);
  });
});
