import { expect, test } from "@playwright/test";
import { residentBytes } from "../../../../shared/node/resident-memory.ts";

test.describe("residentBytes", () => {
  test("is what the process says itself, about", () => {
    test.skip(process.platform !== "linux", "only Linux tells it in a file");

    const seen = residentBytes(process.pid) ?? 0;

    expect(seen / process.memoryUsage.rss()).toBeCloseTo(1, 0);
  });

  test("is unknown of a process that is not there", () => {
    expect(residentBytes(2 ** 30)).toBeUndefined();
  });
});
