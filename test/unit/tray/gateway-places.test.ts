import { expect, test } from "@playwright/test";
import { resolveTrayPlaces } from "../../../tray/gateway-profiles.ts";

const ENV = { HOME: "/home/me" };
const NO_CHOICE = { profile: undefined, dev: false };

test.describe("resolveTrayPlaces", () => {
  test("switches between the default and the dev profile", () => {
    const { own, gateway } = resolveTrayPlaces(NO_CHOICE, ENV, "linux");

    expect(own.paths.stateDir).toBe("/home/me/.clawdbot");
    expect(gateway.normal).toMatchObject({ paths: own.paths, options: [] });
    expect(gateway.dev).toMatchObject({ dev: true, options: ["--dev"] });
    expect(gateway.dev.paths.stateDir).toBe("/home/me/.clawdbot-dev");
  });

  test("passes a named profile on to its gateway", () => {
    const { own, gateway } = resolveTrayPlaces({ profile: "work", dev: false }, ENV, "linux");

    expect(own.paths.stateDir).toBe("/home/me/.clawdbot-work");
    expect(gateway.normal.options).toEqual(["--profile", "work"]);
    expect(gateway.dev.paths.stateDir).toBe("/home/me/.clawdbot-dev");
  });

  for (const [how, choice, env] of [
    ["--dev", { profile: undefined, dev: true }, ENV],
    ["CLAWDBOT_PROFILE", NO_CHOICE, { ...ENV, CLAWDBOT_PROFILE: "DEV" }],
  ] as const) {
    test(`a tray of the dev profile by ${how} switches to the default one`, () => {
      const { own, gateway } = resolveTrayPlaces(choice, env, "linux");

      expect(own.paths.stateDir).toBe("/home/me/.clawdbot-dev");
      expect(gateway.dev.paths).toEqual(own.paths);
      expect(gateway.normal.paths.stateDir).toBe("/home/me/.clawdbot");
      expect(gateway.normal.options).toEqual(["--profile", "default"]);
    });
  }

  test("an inherited state directory and port are for the default gateway alone", () => {
    const env = { ...ENV, CLAWDBOT_STATE_DIR: "/srv/state", CLAWDBOT_GATEWAY_PORT: "20001" };

    const { gateway } = resolveTrayPlaces(NO_CHOICE, env, "linux");

    expect(gateway.normal.paths.stateDir).toBe("/srv/state");
    expect(gateway.normal.env.CLAWDBOT_GATEWAY_PORT).toBe("20001");
    expect(gateway.dev.paths.stateDir).toBe("/home/me/.clawdbot-dev");
    expect(gateway.dev.env.CLAWDBOT_GATEWAY_PORT).toBeUndefined();
  });
});
