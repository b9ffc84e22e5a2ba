import { expect } from "@playwright/test";
import {
  watchFindings,
  watching,
} from "../../../../../../../sidecar/setup/doctor/checks/machine/watching.ts";
import { findingsOf, SOUND } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";

test.describe("the check of watching", () => {
  for (const [code, setting] of [
    ["ENOSPC", "fs.inotify.max_user_watches"],
    ["EMFILE", "fs.inotify.max_user_instances"],
  ] as const) {
    test(`names the limit behind ${code}`, () => {
      expect(watchFindings(code)).toMatchObject([
        { code: "inotify-limit", level: "warning", remedy: expect.stringContaining(setting) },
      ]);
    });
  }

  test("finds nothing where watching works, where there is nothing to watch, and elsewhere", async ({
    home,
  }) => {
    expect(await findingsOf(watching, home)).toEqual([]);
    expect(await findingsOf(watching, home, { config: SOUND })).toEqual([]);
    expect(await findingsOf(watching, home, { platform: "darwin" })).toEqual([]);
    expect(watchFindings("ENOENT")).toEqual([]);
  });
});
