import { expect } from "@playwright/test";
import { startRefusal } from "../../../../../../../sidecar/setup/doctor/checks/config/start-refusal.ts";
import { findingsOf, SOUND } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";

const local = (gateway: object) => ({ gateway: { mode: "local", auth: { token: "t" }, ...gateway } });

test.describe("the check of the start", () => {
  test("finds nothing in a sound configuration, and leaves a missing secret to others", async ({ home }) => {
    expect(await findingsOf(startRefusal, home, { config: SOUND })).toEqual([]);
    expect(await findingsOf(startRefusal, home, { config: local({ auth: {} }) })).toEqual([]);
    expect(await findingsOf(startRefusal, home, { config: local({ auth: {}, bind: "lan" }) })).toEqual([]);
  });

  for (const [what, config, words] of [
    ["TLS of its own", local({ tls: { enabled: true } }), "does not speak TLS"],
    ["Funnel without a password", local({ tailscale: { mode: "funnel" } }), "funnel is public"],
    [
      "Serve beside a wider address",
      local({ bind: "lan", tailscale: { mode: "serve" } }),
      "works on loopback only",
    ],
    [
      "an address of no machine",
      local({ bind: "custom", customBindHost: "nowhere0" }),
      "Cannot bind gateway to nowhere0",
    ],
  ] as const) {
    test(`tells that ${what} would be refused`, async ({ home }) => {
      const findings = await findingsOf(startRefusal, home, { config });

      expect(findings).toMatchObject([
        { code: "start-refused", level: "error", message: expect.stringContaining(words) },
      ]);
    });
  }
});
