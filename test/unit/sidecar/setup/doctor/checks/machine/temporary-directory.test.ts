import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { temporaryDirectory } from "../../../../../../../sidecar/setup/doctor/checks/machine/temporary-directory.ts";
import { findingsOf } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";

test.describe("the check of the temporary directory", () => {
  test("finds nothing where it can be used", async ({ home }) => {
    expect(await findingsOf(temporaryDirectory, home, { env: { TMPDIR: home.path } })).toEqual([]);
  });

  test("names one that is not there, no directory, or no absolute path", async ({ home }) => {
    const file = join(home.path, "file");
    writeFileSync(file, "");
    const messageFor = async (TMPDIR: string) =>
      (await findingsOf(temporaryDirectory, home, { env: { TMPDIR } })).map(
        ({ code, message }) => `${code}: ${message}`,
      );

    expect(await messageFor(join(home.path, "gone"))).toEqual([
      `tmpdir-unusable: TMPDIR=${join(home.path, "gone")} cannot be used for temporary files: it does not exist`,
    ]);
    expect(await messageFor(file)).toEqual([expect.stringContaining("it is not a directory")]);
    expect(await messageFor(join(file, "x"))).toEqual([
      expect.stringContaining("a part of the path is a file"),
    ]);
    expect(await messageFor("tmp")).toEqual([expect.stringContaining("it is not an absolute path")]);
  });

  test("looks at the variables of Windows there", async ({ home }) => {
    const env = { TMPDIR: "/nowhere", TEMP: home.path };

    expect(await findingsOf(temporaryDirectory, home, { platform: "win32", env })).toEqual([]);
  });
});
