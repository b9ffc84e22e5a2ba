import { expect, test } from "@playwright/test";
import type { SetupError } from "../../../../../shared/errors.ts";
import { resolveProfileContext } from "../../../../../shared/node/profile-context.ts";
import type { RuntimeInfo } from "../../../../../shared/node/run-state.ts";
import { serviceIdentity } from "../../../../../shared/node/service-identity.ts";
import { spell } from "../../../../../shared/remedy.ts";
import { alreadyRunning, stillThere } from "../../../../../sidecar/setup/service/conflicts.ts";

const FACTS: RuntimeInfo = {
  pid: 4711,
  startId: "1",
  instanceId: "a",
  port: 18_789,
  hosts: ["127.0.0.1"],
  version: "0.1.0",
  phase: "ready",
  startedAtMs: 0,
};

function on(platform: NodeJS.Platform) {
  const env = { HOME: "/home/ada", USERPROFILE: "C:\\Users\\ada" };
  return resolveProfileContext({ profile: undefined, dev: false }, env, platform);
}

function fixOf({ fix = "" }: SetupError): string {
  return spell(fix, { name: "clawdbot", profile: undefined });
}

test.describe("a gateway that should not be there", () => {
  for (const [platform, kill] of [
    ["linux", "kill 4711"],
    ["darwin", "kill 4711"],
    ["win32", "taskkill /PID 4711"],
  ] as const) {
    test(`is ended with the words of ${platform}`, () => {
      const context = on(platform);

      expect(fixOf(stillThere(FACTS, serviceIdentity(context)))).toContain(kill);
      expect(fixOf(alreadyRunning(FACTS, "install", context))).toContain(kill);
    });
  }

  test("is stopped by install alone, and only with --force", () => {
    expect(fixOf(alreadyRunning(FACTS, "install", on("linux")))).toContain("with --force");
    expect(fixOf(alreadyRunning(FACTS, "start", on("linux")))).not.toContain("--force");
  });

  test("is stopped through its own service when it has one", () => {
    const error = alreadyRunning({ ...FACTS, service: "house.service" }, "start", on("linux"));

    expect(error.message).toContain("as another service, house.service");
    expect(fixOf(error)).toContain("systemctl --user stop house.service");
    expect(fixOf(error)).not.toContain("kill");
  });
});
