import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { SetupError } from "../../../../../../shared/errors.ts";
import { explainedFailure, Launchctl } from "../../../../../../sidecar/host/service/launchd/launchctl.ts";
import { test } from "../../../../../helpers/home/temp-home.ts";

test.describe("the program that speaks with launchd", () => {
  test("is the first on the PATH that can be run", ({ home }) => {
    const folders = ["empty", "document", "program"].map((name) => join(home.path, name));
    for (const folder of folders) mkdirSync(folder);
    writeFileSync(join(home.path, "document", "launchctl"), "", { mode: 0o644 });
    writeFileSync(join(home.path, "program", "launchctl"), "", { mode: 0o755 });

    const { program } = new Launchctl({ PATH: folders.join(":") }, 501);

    expect(program).toBe(join(home.path, "program", "launchctl"));
  });

  for (const [what, path] of [
    ["no PATH", undefined],
    ["a PATH without it", "/nowhere"],
    ["a PATH that means the current directory", ".::bin"],
  ] as const) {
    test(`is that of macOS with ${what}`, () => {
      expect(new Launchctl({ PATH: path }, 501).program).toBe("/bin/launchctl");
    });
  }

  test("is given nothing of ours, and speaks English", () => {
    const env = { HOME: "/Users/j", LC_ALL: "de_DE.UTF-8", CLAWDBOT_GATEWAY_TOKEN: "secret" };

    expect(new Launchctl(env, 501).environment).toEqual({ HOME: "/Users/j", LC_ALL: "C" });
  });
});

test.describe("row 39: error 5", () => {
  const refused = (exitCode: number) => new SetupError("SERVICE_FAILED", "no", { details: { exitCode } });

  test("of a home directory on an external volume names the volume", () => {
    const file = "/Volumes/Stick/j/Library/LaunchAgents/com.clawdbot.gateway.plist";

    expect(explainedFailure(refused(5), file)).toMatchObject({
      code: "SERVICE_FAILED",
      message: expect.stringContaining(`external volume, and the home directory is on one: ${file}`),
      cause: refused(5),
    });
  });

  test("stays what it is elsewhere, and so does any other", () => {
    for (const [error, file] of [
      [refused(5), "/Users/j/Library/LaunchAgents/com.clawdbot.gateway.plist"],
      [refused(37), "/Volumes/Stick/j/x.plist"],
      [new Error("x"), "/Volumes/Stick/j/x.plist"],
    ] as const) {
      expect(explainedFailure(error, file)).toBe(error);
    }
  });
});
