import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { serviceIdentity } from "../../../../shared/node/service-identity.ts";
import type { Typed } from "../../../../sidecar/base/options.ts";
import { resolveContext } from "../../../../sidecar/cli/invocation.ts";
import { createTempHome } from "../../../helpers/home/temp-home.ts";

const HOME = "/home/u";
const inherited = {
  HOME,
  CLAWDBOT_STATE_DIR: "/srv/other",
  CLAWDBOT_CONFIG_PATH: "/srv/other.json",
  CLAWDBOT_GATEWAY_PORT: "4000",
};

test.describe("context", () => {
  for (const [values, env] of [
    [{ dev: true }, { HOME }],
    [{ profile: "dev" }, { HOME }],
    [{ profile: "dev", dev: true }, { HOME }],
    [{}, { HOME, CLAWDBOT_PROFILE: "DEV" }],
  ] as const) {
    test(`${JSON.stringify(values)} with ${JSON.stringify(env)} is the dev profile`, () => {
      const { dev, paths } = resolveContext(values, env, "linux");

      expect(dev).toBe(true);
      expect(paths.stateDir).toBe("/home/u/.clawdbot-dev");
      expect(paths.workspaceDir).toBe("/home/u/clawd-dev");
    });
  }

  test("lets an explicit profile beat what was inherited", () => {
    const { paths, env, overruled } = resolveContext({ profile: "work" }, inherited, "linux");

    expect(paths.stateDir).toBe("/home/u/.clawdbot-work");
    expect(paths.configFile).toBe("/home/u/.clawdbot-work/clawdbot.json");
    expect(env.CLAWDBOT_GATEWAY_PORT).toBeUndefined();
    expect(overruled).toEqual([
      "CLAWDBOT_STATE_DIR=/srv/other",
      "CLAWDBOT_CONFIG_PATH=/srv/other.json",
      "CLAWDBOT_GATEWAY_PORT=4000",
    ]);
  });

  test("does not let a profile take the service of another, whose shell this is", () => {
    const inService = { HOME: "/home/u", CLAWDBOT_SYSTEMD_UNIT: "clawdbot-gateway.service" };

    const unitOf = (values: Typed) => serviceIdentity(resolveContext(values, inService, "linux")).name;

    expect(unitOf({ profile: "work" })).toBe("clawdbot-gateway-work.service");
    expect(unitOf({ dev: true })).toBe("clawdbot-gateway-dev.service");
    expect(unitOf({})).toBe("clawdbot-gateway.service");
  });

  test("keeps what was given together with the same profile", () => {
    const env = { ...inherited, CLAWDBOT_PROFILE: "work" };

    const resolved = resolveContext({ profile: "work" }, env, "linux");

    expect(resolved.paths.stateDir).toBe("/srv/other");
    expect(resolved.env.CLAWDBOT_GATEWAY_PORT).toBe("4000");
    expect(resolved.overruled).toEqual([]);
  });

  test("follows the environment when no profile is asked for", () => {
    const { paths, env, dev } = resolveContext({}, inherited, "linux");

    expect(paths.configFile).toBe("/srv/other.json");
    expect(env.CLAWDBOT_GATEWAY_PORT).toBe("4000");
    expect(dev).toBe(false);
  });

  test("refuses --dev together with another profile", () => {
    expect(() => resolveContext({ dev: true, profile: "work" }, { HOME }, "linux")).toThrow(
      "--dev and --profile exclude each other",
    );
  });

  for (const profile of ["", "-x", "a b", "ä", "a/b"]) {
    test(`refuses the profile name "${profile}"`, () => {
      expect(() => resolveContext({ profile }, { HOME }, "linux")).toThrow(
        `--profile: "${profile}" is not a profile name (letters, digits, _ and -)`,
      );
    });
  }
});

test.describe("the variables of service.env", () => {
  const marks = { CLAWDBOT_SERVICE_MARKER: "clawdbot", CLAWDBOT_SERVICE_KIND: "gateway" };

  for (const [who, platform, extra, isRead] of [
    ["a service of launchd", "darwin", marks, true],
    ["a task of Windows", "win32", marks, true],
    ["a unit, for which systemd has read it", "linux", marks, false],
    ["a command in a shell", "darwin", {}, false],
  ] as const) {
    test(`are ${isRead ? "" : "not "}added for ${who}`, () => {
      const home = createTempHome();
      try {
        home.writeConfig({});
        writeFileSync(join(home.stateDir, "service.env"), "MODEL_KEY=service\nPORT_HINT=service\n");
        writeFileSync(join(home.stateDir, ".env"), "MODEL_KEY=state\n");

        const { env } = resolveContext({}, { HOME: home.path, ...extra }, platform);

        expect(env.MODEL_KEY).toBe(isRead ? "service" : "state");
        expect(env.PORT_HINT).toBe(isRead ? "service" : undefined);
      } finally {
        home.dispose();
      }
    });
  }
});
