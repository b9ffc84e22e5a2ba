import { expect, test } from "@playwright/test";
import { filesWithProcesses } from "../helpers/run/processes.ts";

test.describe("the unit tests", () => {
  test("start no processes", () => {
    expect(filesWithProcesses("unit")).toEqual([]);
  });

  test("are told from those that do", () => {
    const found = filesWithProcesses("integration").join("\n");

    expect(found).toContain("sidecar/cli/smoke.test.ts");
    expect(found).not.toContain("gateway/wire-limits.test.ts");
  });
});
