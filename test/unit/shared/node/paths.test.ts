import { homedir } from "node:os";
import { expect, test } from "@playwright/test";
import { checkProfile, type Environment, resolvePaths } from "../../../../shared/node/paths.ts";

const resolve = (env: Environment) => resolvePaths({ env, platform: "linux" });

test.describe("the home directory", () => {
  test("comes from HOME, else from USERPROFILE, else from the account", () => {
    expect(resolve({ HOME: "/home/u", USERPROFILE: "/profiles/u" }).stateDir).toBe("/home/u/.clawdbot");
    expect(resolve({ USERPROFILE: "/profiles/u" }).home).toBe("/profiles/u");
    expect(resolve({}).home).toBe(homedir());
  });

  for (const [env, message] of [
    [{ HOME: "" }, "HOME is empty"],
    [{ HOME: "home/u" }, 'HOME is "home/u", which is not an absolute path'],
    [{ USERPROFILE: "" }, "USERPROFILE is empty"],
  ] as const) {
    test(`is not guessed when ${message}`, () => {
      expect(() => resolve(env)).toThrow(
        expect.objectContaining({ code: "HOME_UNKNOWN", message, fix: expect.stringContaining("set HOME") }),
      );
    });

    test(`is not needed when ${message} but the state directory is given`, () => {
      expect(resolve({ ...env, CLAWDBOT_STATE_DIR: "/srv/bot" })).toMatchObject({
        home: "/srv/bot",
        stateDir: "/srv/bot",
      });
    });
  }
});

test.describe("checkProfile", () => {
  for (const name of ["gateway", "node", "Tray"]) {
    test(`keeps ${name} for a launchd label of ours on a Mac`, () => {
      expect(() => checkProfile(name, "darwin")).toThrow("is taken by a launchd label");
      expect(checkProfile(name, "linux")).toBe(name);
    });
  }

  test("repeats a bad name without what could drive a terminal", () => {
    expect(() => checkProfile("a\u001b[31mb c", "linux")).toThrow('--profile: "ab c" is not a profile name');
  });
});
