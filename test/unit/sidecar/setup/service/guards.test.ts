import { join } from "node:path";
import { expect } from "@playwright/test";
import { resolveProfileContext } from "../../../../../shared/node/profile-context.ts";
import { APP_VERSION, isNewer } from "../../../../../shared/version.ts";
import type { InstalledDefinition } from "../../../../../sidecar/host/service/service-manager.ts";
import {
  refuseDowngrade,
  refuseManagedElsewhere,
  refuseOtherState,
} from "../../../../../sidecar/setup/service/guards.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";

function place(home: TempHome, env: Record<string, string> = {}) {
  return resolveProfileContext({ profile: undefined, dev: false }, { HOME: home.path, ...env }, "linux");
}

function installed(environment: Record<string, string>): InstalledDefinition {
  return { command: [], environment, sourcePath: "/units/x.service", overridePaths: [] };
}

test.describe("the guards of the service", () => {
  test("compare versions by their numbers", () => {
    expect(isNewer("0.2.0", "0.1.9")).toBe(true);
    expect(isNewer("0.10.0", "0.9.0")).toBe(true);
    expect(isNewer("2026.1.24-1", "2026.1.24")).toBe(false);
    expect(isNewer("0.1.0", "0.1.0")).toBe(false);
    expect(isNewer("nonsense", "0.1.0")).toBe(false);
  });

  test("row 53: leave a service alone whose configuration a newer version wrote", ({ home }) => {
    home.writeConfig({ meta: { lastTouchedVersion: "9.0.0" }, fromTheFuture: true });

    expect(() => refuseDowngrade(undefined, place(home))).toThrow(
      `${home.configFile} was written by version 9.0.0, this program is ${APP_VERSION}`,
    );
  });

  test("row 53: leave a service of a newer version alone", ({ home }) => {
    home.writeConfig({ meta: { lastTouchedVersion: APP_VERSION } });

    expect(() => refuseDowngrade(installed({ CLAWDBOT_SERVICE_VERSION: "9.0.0" }), place(home))).toThrow(
      "the installed service belongs to version 9.0.0",
    );
    expect(() =>
      refuseDowngrade(installed({ CLAWDBOT_SERVICE_VERSION: APP_VERSION }), place(home)),
    ).not.toThrow();
  });

  test("leave a service of another state directory alone", ({ home }) => {
    const other = installed({ HOME: home.path, CLAWDBOT_STATE_DIR: "/srv/bot" });
    const same = installed({ HOME: home.path });

    expect(() => refuseOtherState(other, place(home), "install")).toThrow(
      `The installed service (/units/x.service) runs on /srv/bot, this command on ${home.stateDir}.`,
    );
    expect(() => refuseOtherState(same, place(home), "install")).not.toThrow();
    expect(() => refuseOtherState(undefined, place(home), "install")).not.toThrow();
    expect(() =>
      refuseOtherState(same, place(home, { CLAWDBOT_STATE_DIR: join(home.path, "x") }), "install"),
    ).toThrow(`runs on ${home.stateDir}`);
  });

  test("leave a service alone that Nix manages", ({ home }) => {
    expect(() => refuseManagedElsewhere("install", place(home, { CLAWDBOT_NIX_MODE: "1" }))).toThrow(
      "CLAWDBOT_NIX_MODE=1 says that Nix manages configuration and service",
    );
  });
});
