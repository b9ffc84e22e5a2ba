import { expect, test } from "@playwright/test";
import { memoryLimits } from "../../../../../sidecar/base/guard/memory-limits.ts";

const MB = 1_048_576;
const GB = 1_024 * MB;

function inMb(guard: object | undefined, machineBytes: number): number[] {
  const gateway = guard === undefined ? {} : { guard };
  const { warnBytes, refuseBytes, restartBytes } = memoryLimits({ gateway }, machineBytes);
  return [warnBytes, refuseBytes, restartBytes].map((bytes) => Math.round(bytes / MB));
}

test.describe("the limits of memory", () => {
  for (const [what, guard, machineBytes, expected] of [
    ["400, 600 and 800 MB on a machine with room", undefined, 16 * GB, [400, 600, 800]],
    ["a quarter of a small machine, in proportion", undefined, 2 * GB, [256, 384, 512]],
    ["never so small that a gateway at rest would be warned of", undefined, GB / 2, [128, 192, 256]],
    ["what the configuration says", { warnMb: 90, refuseMb: 100, restartMb: 110 }, 16 * GB, [90, 100, 110]],
    ["another share", { restartShare: 0.5 }, GB, [256, 384, 512]],
    ["in order, whatever the configuration says", { warnMb: 900, refuseMb: 850 }, 16 * GB, [800, 800, 800]],
  ] as const) {
    test(`are ${what}`, () => {
      expect(inMb(guard, machineBytes)).toEqual(expected);
    });
  }
});
