import { expect, test } from "@playwright/test";
import { sizeBytes, spanMs } from "../../../../shared/config/amounts.ts";

test("spans of time are minutes, hours, days and weeks, alone days", () => {
  expect(["90d", "90", 90, "2 W", "1.5h", "10m"].map(spanMs)).toEqual([
    7_776_000_000, 7_776_000_000, 7_776_000_000, 1_209_600_000, 5_400_000, 600_000,
  ]);
  for (const text of ["", "-90", -90, "d", "-1d", "1y", "1d2h", "1e3d", "99999999d"])
    expect(spanMs(text)).toBeUndefined();
});

test("sizes are counted in steps of 1,024, alone in bytes", () => {
  expect(["2gb", "12", 12, "1.5 MB", "3KB", "1tb"].map(sizeBytes)).toEqual([
    2 ** 31,
    12,
    12,
    1_572_864,
    3_072,
    2 ** 40,
  ]);
  for (const text of ["", "-2", "gb", "-2gb", "2gib", "2b"]) expect(sizeBytes(text)).toBeUndefined();
});
