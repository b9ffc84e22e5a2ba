import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { devices } from "../../../../../../../sidecar/setup/doctor/checks/state/devices.ts";
import { findingsOf } from "../../../../../../helpers/home/check-context.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";

function folderOf(home: TempHome): string {
  const folder = join(home.stateDir, "devices");
  mkdirSync(folder, { recursive: true });
  return folder;
}

test.describe("the check of devices", () => {
  test("finds nothing without devices and with lists that are sound", async ({ home }) => {
    expect(await findingsOf(devices, home)).toEqual([]);
    writeFileSync(join(folderOf(home), "paired.json"), "{}");

    expect(await findingsOf(devices, home)).toEqual([]);
  });

  test("S10: names a list that is damaged or a device without an end, with the reason", async ({ home }) => {
    test.skip(process.platform === "win32", "Windows has no such files");
    const folder = folderOf(home);
    writeFileSync(join(folder, "paired.json"), '{"d1":');
    symlinkSync("/dev/zero", join(folder, "pending.json"));

    const findings = await findingsOf(devices, home);

    expect(findings.map(({ code, level, subject }) => [code, level, subject])).toEqual([
      ["devices-unusable", "error", join(folder, "paired.json")],
      ["devices-unusable", "error", join(folder, "pending.json")],
    ]);
    expect(findings[0]?.message).toContain("it holds no JSON object");
    expect(findings[1]?.message).toContain("it is not a regular file");
  });

  test("names a list that a gateway moved aside", async ({ home }) => {
    const file = join(folderOf(home), "paired.json.unusable");
    writeFileSync(file, "{");

    expect(await findingsOf(devices, home)).toMatchObject([{ code: "devices-kept-aside", subject: file }]);
  });
});
