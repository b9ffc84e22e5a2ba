import { statfsSync } from "node:fs";
import { expect } from "@playwright/test";
import { disk, roomFindings } from "../../../../../../../sidecar/setup/doctor/checks/machine/disk.ts";
import { codesOf, findingsOf } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";
import { reads } from "../../../../../../helpers/run/reads.ts";

const MIB = 1024 * 1024;

test.describe("the check of room on the disk", () => {
  test("finds less than 200 MiB, and next to nothing an error", () => {
    expect(roomFindings("/state", 199 * MIB)).toMatchObject([
      { code: "disk-low", level: "warning", message: reads("only 199 MiB are free where /state lies") },
    ]);
    expect(roomFindings("/state", 1_000)).toMatchObject([{ code: "disk-low", level: "error" }]);
    expect(roomFindings("/state", 200 * MIB)).toEqual([]);
  });

  test("asks about the disk where the state will lie, also before it is there", async ({ home }) => {
    const { bavail, bsize } = statfsSync(home.path);

    expect(codesOf(await findingsOf(disk, home))).toEqual(bavail * bsize < 200 * MIB ? ["disk-low"] : []);
  });
});
