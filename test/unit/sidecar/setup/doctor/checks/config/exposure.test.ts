import { expect } from "@playwright/test";
import { exposure } from "../../../../../../../sidecar/setup/doctor/checks/config/exposure.ts";
import { findingsOf, SOUND } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";
import { reads } from "../../../../../../helpers/run/reads.ts";

const local = (gateway: object) => ({ gateway: { mode: "local", ...gateway } });

test.describe("the check of exposure", () => {
  for (const [what, config] of [
    ["loopback", SOUND],
    ["a custom address of this machine alone", local({ bind: "custom", customBindHost: "127.0.0.2" })],
    ["auto without a secret, which stays on loopback", local({ bind: "auto" })],
    [
      "an address that does not exist here, which another check names",
      local({ bind: "custom", customBindHost: "nowhere0" }),
    ],
    ["a gateway elsewhere", { gateway: { mode: "remote", bind: "lan" } }],
  ] as const) {
    test(`finds nothing about ${what}`, async ({ home }) => {
      expect(await findingsOf(exposure, home, { config })).toEqual([]);
    });
  }

  test("calls an open door an error", async ({ home }) => {
    expect(await findingsOf(exposure, home, { config: local({ bind: "lan" }) })).toMatchObject([
      { code: "bind-without-auth", level: "error", remedy: "clawdbot config set gateway.bind loopback" },
    ]);
  });

  for (const gateway of [
    { bind: "lan", auth: { token: "a-token-long-enough" } },
    { bind: "auto", auth: { password: "a-password-long-enough" } },
    { bind: "custom", customBindHost: "0.0.0.0", auth: { token: "a-token-long-enough" } },
  ]) {
    test(`warns of ${gateway.bind}, which only a secret protects`, async ({ home }) => {
      expect(await findingsOf(exposure, home, { config: local(gateway) })).toMatchObject([
        {
          code: "bind-exposed",
          level: "warning",
          message: expect.stringContaining(`gateway.bind is ${gateway.bind}`),
        },
      ]);
    });
  }

  for (const [gateway, words] of [
    [{ bind: "lan", auth: { token: "short" } }, "the token has 5 characters: fewer than 16"],
    [{ bind: "tailnet", auth: { password: "fifteen-letters" } }, "the password has 15 characters"],
    [{ bind: "auto", auth: { token: "short" } }, "the token has 5 characters"],
  ] as const) {
    test(`U5: calls ${gateway.bind} with a short secret an error`, async ({ home }) => {
      expect(await findingsOf(exposure, home, { config: local(gateway) })).toMatchObject([
        {
          code: "secret-too-short",
          level: "error",
          message: expect.stringContaining(words),
          remedy: expect.stringMatching(/^clawdbot config set gateway\.auth\.(token|password) --generate$/),
        },
      ]);
    });
  }

  test("U5: warns of a short secret on loopback", async ({ home }) => {
    expect(await findingsOf(exposure, home, { config: local({ auth: { token: "short" } }) })).toMatchObject([
      { code: "secret-short", level: "warning", message: reads(/^(?!.*short")/s) },
    ]);
  });

  test("S7: calls the secret of an example an error where others can try it, and none on loopback", async ({
    home,
  }) => {
    const auth = { token: "your-secure-token" };

    expect(await findingsOf(exposure, home, { config: local({ bind: "lan", auth }) })).toMatchObject([
      {
        code: "secret-of-example",
        level: "error",
        message: expect.stringContaining("which everybody knows"),
      },
    ]);
    expect(await findingsOf(exposure, home, { config: local({ auth }) })).toEqual([]);
  });

  test("warns of a dashboard that asks for less", async ({ home }) => {
    const config = local({ auth: { token: "a-token-long-enough" }, controlUi: { allowInsecureAuth: true } });

    expect(await findingsOf(exposure, home, { config })).toMatchObject([
      { code: "control-ui-weakened", subject: "gateway.controlUi.allowInsecureAuth" },
    ]);
  });
});
