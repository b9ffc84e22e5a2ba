import { readFileSync } from "node:fs";
import { expect } from "@playwright/test";
import { owner } from "../../../../../../../sidecar/setup/doctor/checks/config/owner.ts";
import { findingsOf, repairAll, SOUND } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";

const withChannels = (channels: object, more: object = {}) => ({ ...SOUND, channels, ...more });

test.describe("the check of who owns the gateway in chats", () => {
  test("offers the only one who is let in by name, and makes an owner of that one when it is told to", async ({
    home,
  }) => {
    const config = withChannels({
      telegram: { allowFrom: ["*", 123456] },
      signal: { accounts: { a: { allowFrom: ["+1555"] }, b: { dm: { allowFrom: ["+1555"] } } } },
    });

    const findings = await findingsOf(owner, home, { config });

    expect(findings).toMatchObject([
      { code: "owner-missing", level: "hint", subject: "telegram:123456", repair: { kind: "change" } },
      { code: "owner-missing", level: "hint", subject: "signal:+1555" },
    ]);
    expect(findings[0]?.remedy).toContain("config set commands.ownerAllowFrom");
    expect(await repairAll(findings.slice(0, 1))).toEqual(["telegram:123456 is an owner"]);
    expect(JSON.parse(readFileSync(home.configFile, "utf8")).commands).toEqual({
      ownerAllowFrom: ["telegram:123456"],
    });
  });

  for (const [when, config] of [
    [
      "there is an owner",
      withChannels({ a: { allowFrom: ["1"] } }, { commands: { ownerAllowFrom: ["b:2"] } }),
    ],
    ["several people are let in", withChannels({ a: { allowFrom: ["1", "2"] } })],
    [
      "each account lets in another one",
      withChannels({ a: { accounts: { x: { allowFrom: ["1"] }, y: { allowFrom: ["2"] } } } }),
    ],
    ["everybody is let in", withChannels({ a: { allowFrom: ["*"] } })],
    ["nobody is let in", withChannels({ a: {} })],
    ["there is no channel", SOUND],
  ] as const) {
    test(`offers nobody when ${when}`, async ({ home }) => {
      expect(await findingsOf(owner, home, { config })).toEqual([]);
    });
  }
});
