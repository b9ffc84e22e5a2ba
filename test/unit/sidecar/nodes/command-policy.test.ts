import { expect, test } from "@playwright/test";
import {
  allowedCommands,
  commandRefusal,
  isPhone,
  offeredCommands,
} from "../../../../sidecar/nodes/command-policy.ts";

test.describe("what nodes may be asked for", () => {
  for (const [device, may, mayNot] of [
    [{ platform: "iOS 18.2.0" }, "location.get", "system.run"],
    [{ platform: "android" }, "sms.send", "system.run"],
    [{ platform: "darwin" }, "system.run", "sms.send"],
    [{ platform: "macOS 15" }, "camera.snap", "sms.send"],
    [{ platform: "linux" }, "system.which", "camera.snap"],
    [{ platform: "win32" }, "system.notify", "canvas.eval"],
    [{ platform: "toaster", deviceFamily: "iPad" }, "screen.record", "system.run"],
  ] as const) {
    test(`${JSON.stringify(device)} may be asked for ${may}, and not for ${mayNot}`, () => {
      const allowed = allowedCommands(device, {});

      expect([allowed.has(may), allowed.has(mayNot)]).toEqual([true, false]);
    });
  }

  test("a device that nobody knows may be asked for all of them", () => {
    const allowed = allowedCommands({ platform: "toaster" }, {});

    expect(["sms.send", "system.run", "camera.snap"].every((each) => allowed.has(each))).toBe(true);
  });

  test("the configuration adds commands and takes others away, which counts more", () => {
    const rules = { allowCommands: [" my.command ", "system.run"], denyCommands: ["system.run"] };

    expect(
      offeredCommands(["my.command", "system.run", "system.which"], { platform: "linux" }, rules),
    ).toEqual(["my.command", "system.which"]);
  });

  test("says why a command is refused", () => {
    const linux = { platform: "linux", declared: ["system.run", "camera.snap"] };

    expect(commandRefusal("system.run", linux, {})).toBeUndefined();
    expect(commandRefusal("camera.snap", linux, {})).toBe("command not allowlisted");
    expect(commandRefusal("system.which", linux, {})).toBe("command not declared by node");
    expect(commandRefusal("system.run", { ...linux, declared: [] }, {})).toBe(
      "node did not declare commands",
    );
  });

  test("a telephone is told by its platform", () => {
    expect(
      ["ios 18", "iPadOS 18", "Android 15", "darwin", ""].map((platform) => isPhone({ platform })),
    ).toEqual([true, true, true, false, false]);
  });
});
