import { expect, test } from "@playwright/test";
import type { Environment } from "../../../../shared/node/paths.ts";
import { resolveProfileContext } from "../../../../shared/node/profile-context.ts";
import { isServiceProcess, serviceIdentity } from "../../../../shared/node/service-identity.ts";

const HOME = "/home/u";

function identity(platform: NodeJS.Platform, env: Environment = {}, profile?: string) {
  return serviceIdentity(resolveProfileContext({ profile, dev: false }, { HOME, ...env }, platform));
}

test.describe("serviceIdentity", () => {
  for (const [platform, profile, name, file] of [
    ["linux", undefined, "clawdbot-gateway.service", `${HOME}/.config/systemd/user/clawdbot-gateway.service`],
    [
      "linux",
      "work",
      "clawdbot-gateway-work.service",
      `${HOME}/.config/systemd/user/clawdbot-gateway-work.service`,
    ],
    ["darwin", undefined, "com.clawdbot.gateway", `${HOME}/Library/LaunchAgents/com.clawdbot.gateway.plist`],
    ["darwin", "work", "com.clawdbot.work", `${HOME}/Library/LaunchAgents/com.clawdbot.work.plist`],
    ["win32", undefined, "Clawdbot Gateway", "gateway.cmd"],
    ["win32", "work", "Clawdbot Gateway (work)", "gateway.cmd"],
  ] as const) {
    test(`names ${profile ?? "the default profile"} on ${platform}`, () => {
      const found = identity(platform, {}, profile);

      expect(found.name).toBe(name);
      expect(found.file.endsWith(file)).toBe(true);
    });
  }

  for (const [platform, variable, name] of [
    ["linux", "CLAWDBOT_SYSTEMD_UNIT", "mine.service"],
    ["darwin", "CLAWDBOT_LAUNCHD_LABEL", "org.mine"],
    ["win32", "CLAWDBOT_WINDOWS_TASK_NAME", "Mine"],
  ] as const) {
    test(`takes the name of ${variable}`, () => {
      expect(identity(platform, { [variable]: ` ${name} ` }).name).toBe(name);
    });
  }

  test("adds the suffix of a unit where it is missing", () => {
    expect(identity("linux", { CLAWDBOT_SYSTEMD_UNIT: "mine" }).name).toBe("mine.service");
  });

  test("takes the script of CLAWDBOT_TASK_SCRIPT", () => {
    expect(identity("win32", { CLAWDBOT_TASK_SCRIPT: "D:\\mine.cmd" }).file).toBe("D:\\mine.cmd");
  });

  test("finds units below XDG_CONFIG_HOME, unless it is relative", () => {
    const unit = "systemd/user/clawdbot-gateway.service";

    expect(identity("linux", { XDG_CONFIG_HOME: "/etc/u" }).file).toBe(`/etc/u/${unit}`);
    expect(identity("linux", { XDG_CONFIG_HOME: "config" }).file).toBe(`${HOME}/.config/${unit}`);
  });
});

test("isServiceProcess tells a service by both its marks", () => {
  const marks = { CLAWDBOT_SERVICE_MARKER: "clawdbot", CLAWDBOT_SERVICE_KIND: "gateway" };

  expect(isServiceProcess(marks)).toBe(true);
  expect(isServiceProcess({ ...marks, CLAWDBOT_SERVICE_KIND: "node" })).toBe(false);
  expect(isServiceProcess({})).toBe(false);
});
